/**
 * Gives the focus to a view's heading when the page has gone there, so that a reader of the screen hears where it is and Tab
 * goes on from there. A view that is loaded for the first time has its heading a moment later; it is waited for.
 */
export function arrival(root: Document = document): (path: string) => (() => void) | void {
  let shown: string | null = null;
  return (path) => {
    const first = shown === null;
    if (shown === path) return;
    shown = path;
    if (first) return;
    const view = root.getElementById("view");
    const before = view?.querySelector("h1");
    scrollTo(0, 0);
    if (!view || (before && toHeading(before))) return;
    const watch = new MutationObserver(() => {
      const heading = view.querySelector("h1");
      if (heading && toHeading(heading)) watch.disconnect();
    });
    watch.observe(view, { childList: true, subtree: true });
    return () => watch.disconnect();
  };
}

function toHeading(heading: HTMLElement): boolean {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  return true;
}
