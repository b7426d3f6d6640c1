/** Numbers selections: the number stays while the same machine is selected and is new with every other one. */
export class Tokens {
  #number = 0;
  #id: string | null = null;

  /** The number of the selection of `id`, which is the present one. */
  of(id: string | null): number {
    if (id !== this.#id) {
      this.#id = id;
      this.#number += 1;
    }
    return this.#number;
  }
}
