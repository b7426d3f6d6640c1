/**
 * The selected machine. Every change of it gets a new token; whoever shows something of a machine keeps the token it was
 * asked for under and throws away what arrives under another one. So nothing of one machine ever stands under the name of
 * another, however late it comes.
 */
import { untrack } from "svelte";
import { fleet } from "../fleet/fleet.svelte";
import { route } from "../route/route.svelte";
import { choose, type Choice } from "./precedence";
import { Tokens } from "./tokens";

const KEY = "chargehand.machine";

class Selection {
  readonly #tokens = new Tokens();

  /** What this page showed last, or what was shown last when it was opened. Another page's later choice does not reach it. */
  #remembered = $state(localStorage.getItem(KEY));

  /** The ids as one text: a list that was read again with the same machines in it changes nothing below. */
  readonly #known = $derived(fleet.ids === null ? null : JSON.stringify(fleet.ids));
  readonly #asked = $derived(route.param("machine"));

  /** The present choice; follows the address and the list of machines. */
  readonly choice: Choice = $derived.by(() => {
    if (this.#known === null) return { id: null, unknown: null };
    return choose(this.#asked, this.#remembered, JSON.parse(this.#known) as string[]);
  });

  /** The selected machine, or null while there is none. Changes only when another one is selected. */
  readonly id: string | null = $derived(this.choice.id);

  /** Present token. A new one begins with every other machine, at the very moment that `id` is another. */
  readonly token: number = $derived(this.#tokens.of(this.id));

  /** Whether the list of machines is there, so that `choice` means something. */
  get ready(): boolean {
    return fleet.ids !== null;
  }

  /** Select a machine: a new entry in the history, so that back returns to the one before. */
  select(id: string): void {
    this.#remember(id);
    route.set({ machine: id });
  }

  /** Put what was chosen by memory or by order into the address, and remember what the address chose. Called in an effect
   * while a machine-scoped view is shown. */
  settle(): void {
    const { id } = this;
    if (id === null) return;
    untrack(() => {
      this.#remember(id);
      if (route.param("machine") !== id) route.set({ machine: id }, { replace: true });
    });
  }

  #remember(id: string): void {
    this.#remembered = id;
    localStorage.setItem(KEY, id);
  }
}

export const selection = new Selection();
