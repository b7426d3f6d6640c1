/** Who this browser is to the engine, and so what it may do. Without a session it is told how to sign in. */
import { answer, engine } from "./client";
import { Loaded } from "./loaded.svelte";
import type { SessionRecord } from "../contracts/records";

class Session {
  readonly record = new Loaded<SessionRecord>((signal) => answer(engine.GET("/v1/session", { signal })));

  /** Whether calls of this browser carry a role, as far as is known. The engine decides; this only spares a refusal. */
  may(role: SessionRecord["roles"][number]): boolean {
    return this.record.value?.roles.includes(role) ?? false;
  }
}

export const session = new Session();
