/** Which policy a digest is: its name and version, read once and again when another policy is loaded. */
import type { PolicyRecord } from "../contracts/records";
import { answer, engine } from "../engine/client";
import { Loaded } from "../engine/loaded.svelte";
import { log } from "../engine/log.svelte";

const PAGE = 200;

class Policies {
  readonly known = new Loaded<ReadonlyMap<string, PolicyRecord>>(async (signal) => {
    const { items } = await answer(engine.GET("/v1/policies", { params: { query: { limit: PAGE } }, signal }));
    return new Map(items.map((policy) => [policy.digest, policy]));
  });

  /** Read, and stay current until the returned function is called. */
  follow(): () => void {
    if (this.known.value === null) void this.known.load();
    return log.on("policy.", () => void this.known.load());
  }

  /** `shop-floor 1`, or null for a digest of which no name is known. */
  name(digest: string): string | null {
    const policy = this.known.value?.get(digest);
    return policy ? `${policy.name} ${policy.version}` : null;
  }
}

export const policies = new Policies();
