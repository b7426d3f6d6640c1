/**
 * What readers of the screen are told without being asked, politely and at most once in five seconds: the newest of what
 * came in between is told, the others are on the page. What a person just did is announced where it was done, not here.
 */
export const QUIET_MS = 5_000;

export class Announcer {
  /** What is being said; shown by one polite region of the page. */
  said = $state("");
  #waiting: string | null = null;
  #quiet: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    if (this.#quiet !== undefined) {
      this.#waiting = text;
      return;
    }
    this.said = text;
    this.#quiet = setTimeout(() => this.#next(), QUIET_MS);
  }

  #next(): void {
    this.#quiet = undefined;
    const text = this.#waiting;
    this.#waiting = null;
    if (text !== null) this.say(text);
  }
}

export const announcer = new Announcer();
