/**
 * Who this browser is to the engine, and so what it may do. Without a session the page says how to sign in, and looks from
 * time to time, and whenever somebody returns to it, whether that was done; then everything that was refused goes on.
 */
import type { SessionRecord } from "../contracts/records";
import { answer, engine } from "./client";
import { Failure } from "./failure";
import { Loaded } from "./loaded.svelte";
import { refusal } from "./refusal";

/** Between looks while signed out. A look costs the engine one refusal. */
export const LOOK_MS = 4_000;

export class Session {
  readonly record: Loaded<SessionRecord>;
  /** Whether the newest answer was that nobody is signed in. */
  signedOut = $state(false);

  #look: ReturnType<typeof setTimeout> | undefined;

  constructor(read: (signal: AbortSignal) => Promise<SessionRecord>) {
    this.record = new Loaded((signal) => this.#noted(read(signal)));
  }

  /** Read who this is, and again after every refused call; returns how to stop. */
  start(): () => void {
    const deaf = refusal.onRefused(() => {
      if (!this.signedOut) this.record.renew();
    });
    void this.record.load();
    return () => {
      deaf();
      clearTimeout(this.#look);
      this.record.close();
    };
  }

  /** Whether calls of this browser carry a role, as far as is known. The engine decides; this only spares a refusal. */
  may(role: SessionRecord["roles"][number]): boolean {
    return !this.signedOut && (this.record.value?.roles.includes(role) ?? false);
  }

  /** Look at once whether somebody has signed in meanwhile. Nothing is asked while it is known that somebody is. */
  look(): void {
    if (this.signedOut) void this.record.load();
  }

  async #noted(reading: Promise<SessionRecord>): Promise<SessionRecord> {
    clearTimeout(this.#look);
    try {
      const found = await reading;
      if (this.signedOut) queueMicrotask(() => refusal.over());
      this.signedOut = false;
      return found;
    } catch (error) {
      if (error instanceof Failure && error.signedOut) {
        this.signedOut = true;
        this.#look = setTimeout(() => this.look(), LOOK_MS);
      }
      throw error;
    }
  }
}

export const session = new Session((signal) => answer(engine.GET("/v1/session", { signal })));
