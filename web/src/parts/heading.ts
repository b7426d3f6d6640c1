/** Gives the focus to the heading of the view, from where Tab goes on. False while the view has none yet. */
export function toHeading(root: Document = document): boolean {
  const heading = root.querySelector<HTMLElement>("#view h1");
  if (heading === null) return false;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  return true;
}
