/**
 * That the engine lets this browser do nothing until somebody signs in, and that it does again. Whatever was refused waits
 * here and is read again by itself; nobody has to load the page anew.
 */
class Refusal {
  readonly #hear = new Set<() => void>();
  readonly #waiting = new Set<() => void>();

  /** Call back at every refused call; returns how to stop. */
  onRefused(call: () => void): () => void {
    this.#hear.add(call);
    return () => this.#hear.delete(call);
  }

  /** A call was refused for want of a session. */
  refused(): void {
    for (const call of this.#hear) call();
  }

  /** Call back once when the browser is signed in again; returns how to stop. */
  wait(call: () => void): () => void {
    this.#waiting.add(call);
    return () => this.#waiting.delete(call);
  }

  /** The browser is signed in again. */
  over(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const call of waiting) call();
  }
}

export const refusal = new Refusal();
