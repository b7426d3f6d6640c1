/** Gives the focus to the card of an approval, from where its keys answer. False where it is not shown. */
export function toCard(id: string): boolean {
  const card = [...document.querySelectorAll<HTMLElement>("[data-approval]")].find((found) => found.dataset["approval"] === id);
  card?.focus();
  return card !== undefined;
}
