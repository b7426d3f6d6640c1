import assert from "node:assert/strict";
import { test } from "node:test";
import { MachineFeed } from "../../src/telemetry/feed.svelte";
import type { Track } from "../../src/telemetry/track";
import { Stage } from "./stage";

const A = "CNC-001";

/** Every sample once, in order, from the first one that is here to the newest. */
function whole(track: Track | null, first: number, last: number): void {
  const seqs = [...(track?.seqs ?? [])];
  assert.deepEqual(seqs, Array.from({ length: last - first + 1 }, (_, n) => first + n));
  assert.deepEqual(track?.holes, []);
}

async function opened(frames = 400): Promise<{ stage: Stage; feed: MachineFeed }> {
  const stage = new Stage();
  stage.begin(A, "one");
  await stage.sends(A, frames);
  const feed = new MachineFeed(stage.wires);
  feed.open(A, 1);
  await stage.settle();
  return { stage, feed };
}

test("a machine is shown with half a minute of history, live over its own socket", async () => {
  const { stage, feed } = await opened();
  assert.deepEqual([feed.rung, feed.status, feed.attempt], ["machine-ws", "live", 0]);
  whole(feed.track, 101, 400);
  await stage.sends(A, 5);
  whole(feed.track, 101, 405);
});
