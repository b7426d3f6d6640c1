/** A feed that shows a machine on the stage, and what its track must hold. */
import assert from "node:assert/strict";
import { MachineFeed } from "../../src/telemetry/feed.svelte";
import type { Track } from "../../src/telemetry/track";
import { Stage, type Kind } from "./stage";

export const A = "CNC-001";
export const B = "CNC-002";

/** Every sample once, in order, from the first one that is here to the newest, and no hole. */
export function whole(track: Track | null, first: number, last: number): void {
  assert.deepEqual([...(track?.seqs ?? [])], range(first, last));
  assert.deepEqual(track?.holes, []);
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

/** A feed that shows a machine with 400 frames behind it, while some ways are shut. */
export async function opened(...down: Kind[]): Promise<{ stage: Stage; feed: MachineFeed }> {
  const stage = new Stage();
  stage.begin(A, "one");
  stage.begin(B, "b-one");
  await stage.sends(A, 400);
  await stage.sends(B, 50);
  down.forEach((kind) => stage.down.add(kind));
  const feed = new MachineFeed(stage.wires);
  feed.open(A, 1);
  await stage.settle();
  return { stage, feed };
}
