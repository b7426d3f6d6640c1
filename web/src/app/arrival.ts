/**
 * Gives the focus to a view's heading when the page has gone there, so that a reader of the screen hears where it is and Tab
 * goes on from there. A view that is loaded for the first time has its heading a moment later; it is waited for.
 */
import { toHeading } from "../parts/heading";

/** To be called with the path whenever it may have changed, after the view was rendered; returns how to stop waiting. */
export function arrival(root: Document = document): (path: string) => (() => void) | undefined {
  let shown: string | null = null;
  return (path) => {
    const moved = shown !== null && shown !== path;
    shown = path;
    if (!moved) return undefined;
    scrollTo(0, 0);
    const view = root.getElementById("view");
    if (toHeading(root) || view === null) return undefined;
    const watch = new MutationObserver(() => toHeading(root) && watch.disconnect());
    watch.observe(view, { childList: true, subtree: true });
    return () => watch.disconnect();
  };
}
