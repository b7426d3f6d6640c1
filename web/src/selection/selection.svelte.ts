/**
 * The selected machine. Every change of it gets a new token; whoever shows something of a machine keeps the token it was
 * asked for under and throws away what arrives under another one. So nothing of one machine ever stands under the name of
 * another, however late it comes.
 */
import { untrack } from "svelte";
import { fleet } from "../fleet/fleet.svelte";
import { route } from "../route/route.svelte";
import { choose, type Choice } from "./precedence";

const KEY = "chargehand.machine";

class Selection {
  /** Counts selections. Not reactive: it is compared, never shown. */
  #token = 0;
  #last: string | null = null;

  /** The present choice; follows the address and the list of machines. */
  readonly choice: Choice = $derived.by(() => {
    const known = fleet.ids;
    return known === null ? { id: null, unknown: null } : choose(route.param("machine"), localStorage.getItem(KEY), known);
  });

  /** Whether the list of machines is there, so that `choice` means something. */
  get ready(): boolean {
    return fleet.ids !== null;
  }

  get id(): string | null {
    return this.choice.id;
  }

  /** Present token. A new one begins with every other machine. */
  get token(): number {
    const id = this.id;
    if (id !== this.#last) {
      this.#last = id;
      this.#token += 1;
    }
    return this.#token;
  }

  /** Select a machine: a new entry in the history, so that back returns to the one before. */
  select(id: string): void {
    localStorage.setItem(KEY, id);
    route.set({ machine: id });
  }

  /** Put what was chosen by memory or by order into the address, and remember what the address chose. */
  settle(): void {
    const { id } = this.choice;
    if (id === null) return;
    localStorage.setItem(KEY, id);
    untrack(() => {
      if (route.param("machine") !== id) route.set({ machine: id }, { replace: true });
    });
  }
}

export const selection = new Selection();
