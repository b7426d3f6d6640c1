/**
 * One loop for everything that is drawn: who has changed says so, and is drawn once before the next frame of the screen.
 * Nothing is drawn while the page is hidden; it is made up for when the page is seen again.
 */
export interface Screen {
  /** Call before the next frame is painted. */
  frame(call: () => void): void;
  hidden(): boolean;
}

export const screen: Screen = {
  frame: (call) => void requestAnimationFrame(call),
  hidden: () => document.hidden,
};

export class Painter {
  readonly #dirty = new Set<() => void>();
  readonly #screen: Screen;
  #asked = false;

  constructor(on: Screen = screen) {
    this.#screen = on;
  }

  /** Draw this before the next frame; asked twice, it is drawn once. */
  mark(draw: () => void): void {
    this.#dirty.add(draw);
    this.#ask();
  }

  /** Draw it no more. */
  forget(draw: () => void): void {
    this.#dirty.delete(draw);
  }

  /** The page is seen again. */
  shown(): void {
    if (this.#dirty.size > 0) this.#ask();
  }

  #ask(): void {
    if (this.#asked || this.#screen.hidden()) return;
    this.#asked = true;
    this.#screen.frame(() => {
      this.#asked = false;
      if (this.#screen.hidden()) return;
      const due = [...this.#dirty];
      this.#dirty.clear();
      for (const draw of due) draw();
    });
  }
}
