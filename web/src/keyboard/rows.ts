/**
 * Lists that are walked with `j` and `k`. What a list has to do:
 *
 * - `data-rows` on the element that holds it. The first one on the page that is visible is meant.
 * - `data-row` on every row; the row itself takes focus (a link, a button, or `tabindex="-1"`).
 * - `Enter` on a row that is neither link nor button clicks the `[data-open]` in it, or else the row.
 * - A list that renders only a part of its rows hears `rowsedge` (`detail.step` is 1 or -1) when a step leads beyond what is
 *   rendered; it calls `preventDefault()`, brings the next row in and gives it focus.
 *
 * Nothing here knows what a row is about.
 */
export type Step = 1 | -1;
export type RowsEdge = CustomEvent<{ readonly step: Step }>;

/** Index of the row to go to from `current` (-1: none), or null where the list ends. */
export function nextRow(count: number, current: number, step: Step): number | null {
  if (count === 0) return null;
  if (current === -1) return step === 1 ? 0 : count - 1;
  const next = current + step;
  return next >= 0 && next < count ? next : null;
}

/** Move the focus one row on. False where there is no list. */
export function moveRow(root: ParentNode, step: Step): boolean {
  const list = [...root.querySelectorAll<HTMLElement>("[data-rows]")].find((found) => found.checkVisibility());
  if (!list) return false;
  const rows = [...list.querySelectorAll<HTMLElement>("[data-row]")];
  const next = nextRow(rows.length, rows.findIndex((row) => row.contains(document.activeElement)), step);
  if (next === null) {
    list.dispatchEvent(new CustomEvent("rowsedge", { detail: { step }, bubbles: true, cancelable: true }));
    return true;
  }
  rows[next]?.focus();
  rows[next]?.scrollIntoView({ block: "nearest" });
  return true;
}

/** Open the row that has the focus. False where none has, or where the browser opens it by itself. */
export function openRow(focused: Element | null): boolean {
  if (!(focused instanceof HTMLElement) || !focused.matches("[data-row]") || focused.matches("a[href], button, summary")) return false;
  (focused.querySelector<HTMLElement>("[data-open]") ?? focused).click();
  return true;
}
