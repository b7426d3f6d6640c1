/**
 * Shows a popover in the top layer beside what it belongs to, inside the window: below it, or above where there is no room.
 * It follows when the page is scrolled or resized. There is no gap between the two, so that the pointer can cross over.
 */
const MARGIN = 8;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where a popover of this size goes, in px from the window's upper left. */
export function place(anchor: Box, size: { width: number; height: number }, view: { width: number; height: number }): { left: number; top: number } {
  const below = anchor.top + anchor.height;
  const fits = below + size.height + MARGIN <= view.height || anchor.top < size.height + MARGIN;
  const left = Math.max(MARGIN, Math.min(anchor.left, view.width - size.width - MARGIN));
  return { left, top: fits ? below : anchor.top - size.height };
}

/** For `{@attach beside(anchor)}` on an element with `popover="manual"`. `wide` makes it at least as wide as its anchor. */
export function beside(anchor: HTMLElement, { wide = false } = {}): (popover: HTMLElement) => () => void {
  return (popover) => {
    const put = () => {
      const around = anchor.getBoundingClientRect();
      if (wide) popover.style.minWidth = `${around.width}px`;
      const { left, top } = place(around, popover.getBoundingClientRect(), { width: innerWidth, height: innerHeight });
      popover.style.left = `${left}px`;
      popover.style.top = `${top}px`;
    };
    popover.showPopover();
    put();
    const sized = new ResizeObserver(put);
    sized.observe(popover);
    addEventListener("scroll", put, { capture: true, passive: true });
    addEventListener("resize", put);
    return () => {
      sized.disconnect();
      removeEventListener("scroll", put, { capture: true });
      removeEventListener("resize", put);
    };
  };
}
