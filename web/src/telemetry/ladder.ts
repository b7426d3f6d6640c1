/**
 * Which way is used: the best one that can be opened and is not silent. From a lower one the better ones are tried again
 * and again behind it, and the lower one ends only when the better one lives, so that nothing is missed in between. Who is
 * refused is not asked again.
 */
import { backoffMs } from "../time/backoff";
import { RUNGS, type Rung } from "./lines";
import type { Wires } from "./wires";

/** A line that says nothing for so long after it was opened is given up. */
export const OPEN_MS = 4_000;
/** A live line that is silent for so long is dead. Heartbeats come every 5 s. */
export const SILENT_MS = 12_000;
/** A line that lived for so long begins the count of tries anew. */
export const STEADY_MS = 5_000;

export interface Signs {
  sign(): void;
  closed(refused: boolean): void;
}

export interface LadderEvents {
  live(rung: Rung): void;
  /** No way is live; `attempt` rounds of tries were in vain. */
  lost(attempt: number): void;
  refused(): void;
}

interface Held {
  readonly rung: number;
  close: () => void;
  /** When it last gave a sign, and when it first did. */
  heardAt: number;
  since: number;
}

export class Ladder {
  readonly #wires: Wires;
  readonly #connect: (rung: Rung, signs: Signs) => () => void;
  readonly #on: LadderEvents;
  #live: Held | null = null;
  #trial: Held | null = null;
  #attempt = 0;
  #climbs = 0;
  #closed = false;
  #cancels = new Map<"trial" | "round" | "watch", () => void>();

  /** `connect` opens a line on a rung and returns how to close it. */
  constructor(wires: Wires, connect: (rung: Rung, signs: Signs) => () => void, on: LadderEvents) {
    this.#wires = wires;
    this.#connect = connect;
    this.#on = on;
  }

  /** Try every way, best first. */
  start(): void {
    this.#try(0);
  }

  /** Try again now instead of after the wait: the network is back. */
  hurry(): void {
    if (this.#closed || this.#trial !== null || this.#live?.rung === 0) return;
    this.#try(0);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#cancels.values()) cancel();
    this.#live?.close();
    this.#trial?.close();
    this.#live = this.#trial = null;
  }

  #try(rung: number): void {
    this.#cancels.get("round")?.();
    if (rung >= (this.#live?.rung ?? RUNGS.length)) return this.#inVain();
    const held: Held = { rung, close: () => undefined, heardAt: 0, since: 0 };
    this.#trial = held;
    this.#timer("trial", OPEN_MS, () => this.#down(held));
    const close = this.#connect(RUNGS[rung] as Rung, {
      sign: () => this.#sign(held),
      closed: (refused) => this.#gone(held, refused),
    });
    held.close = close;
    // It may have been given up before it returned.
    if (held !== this.#trial && held !== this.#live) close();
  }

  /** No way above the present one, or none at all, could be opened. */
  #inVain(): void {
    this.#trial = null;
    if (this.#live !== null) this.#climbs += 1;
    else {
      this.#attempt += 1;
      this.#on.lost(this.#attempt);
    }
    this.#nextRound(this.#live !== null ? this.#climbs : this.#attempt);
  }

  #nextRound(round: number): void {
    this.#timer("round", backoffMs(Math.max(1, round), this.#wires.draw()), () => this.#try(0));
  }

  #down(held: Held): void {
    if (held !== this.#trial) return;
    this.#cancels.get("trial")?.();
    this.#trial = null;
    held.close();
    this.#try(held.rung + 1);
  }

  #sign(held: Held): void {
    held.heardAt = this.#wires.now();
    if (held !== this.#trial) return;
    this.#cancels.get("trial")?.();
    const before = this.#live;
    this.#trial = null;
    this.#live = held;
    held.since = held.heardAt;
    this.#on.live(RUNGS[held.rung] as Rung);
    before?.close();
    this.#watch(held, SILENT_MS);
    this.#climbs = 0;
    if (held.rung > 0) this.#nextRound(1);
  }

  #gone(held: Held, refused: boolean): void {
    if (held !== this.#trial && held !== this.#live) return;
    if (refused) {
      this.close();
      return this.#on.refused();
    }
    if (held === this.#trial) return this.#down(held);
    this.#live = null;
    this.#cancels.get("watch")?.();
    held.close();
    this.#attempt = this.#wires.now() - held.since >= STEADY_MS ? 1 : this.#attempt + 1;
    this.#on.lost(this.#attempt);
    if (this.#trial === null) this.#nextRound(this.#attempt);
  }

  #watch(held: Held, ms: number): void {
    this.#timer("watch", ms, () => {
      if (held !== this.#live) return;
      // A clock that was set back must not make a silence look short.
      held.heardAt = Math.min(held.heardAt, this.#wires.now());
      const left = held.heardAt + SILENT_MS - this.#wires.now();
      if (left > 0) this.#watch(held, left);
      else this.#gone(held, false);
    });
  }

  #timer(name: "trial" | "round" | "watch", ms: number, call: () => void): void {
    this.#cancels.get(name)?.();
    this.#cancels.set(name, this.#wires.after(ms, call));
  }
}
