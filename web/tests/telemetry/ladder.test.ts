import assert from "node:assert/strict";
import { test } from "node:test";
import { MachineFeed } from "../../src/telemetry/feed.svelte";
import { OPEN_MS, SILENT_MS } from "../../src/telemetry/ladder";
import type { Track } from "../../src/telemetry/track";
import type { SocketEvents } from "../../src/telemetry/wires";
import { A, opened, whole } from "./shown";
import { Stage, type Kind } from "./stage";

test("a socket that opens and stays silent is passed over, and one that falls silent is left", async () => {
  const { stage, feed } = await opened();
  stage.mute.add("machine-ws");
  await stage.pass(SILENT_MS - 1_000);
  assert.equal(feed.rung, "machine-ws");
  await stage.sends(A, 30);
  await stage.pass(OPEN_MS + 3_000);
  assert.equal(feed.rung, "fleet-ws");
  whole(feed.track, 101, 430);
});

test("from every lower way it climbs back by itself, and hands over without loss", async () => {
  const { stage, feed } = await opened("machine-ws", "fleet-ws", "machine-sse");
  const climbed = [feed.rung];
  for (const next of ["machine-sse", "fleet-ws", "machine-ws"] as const) {
    stage.down.delete(next);
    for (let turn = 0; turn < 120 && feed.rung !== next; turn++) {
      await stage.sends(A, 1);
      await stage.pass(100);
    }
    climbed.push(feed.rung);
    await stage.sends(A, 3);
    assert.equal(feed.status, "live");
  }
  assert.deepEqual(climbed, ["poll", "machine-sse", "fleet-ws", "machine-ws"]);
  whole(feed.track, 101, (feed.track as Track).lastSeq);
  assert.deepEqual(stage.lines.filter((line) => line.open).map((line) => line.kind), ["machine-ws"]);
});

test("while it climbs, the lower way goes on until the better one lives", async () => {
  const { stage, feed } = await opened("machine-ws");
  stage.down.clear();
  stage.mute.add("machine-ws");
  await stage.pass(1_000);
  assert.equal(stage.live("machine-ws").length, 1);
  await stage.sends(A, 5);
  assert.deepEqual([feed.rung, feed.track?.lastSeq], ["fleet-ws", 405]);
});

test("who may not read is told so and asks no more, until told to", async () => {
  const { stage, feed } = await opened();
  stage.refuse = true;
  await stage.cut(["machine-ws"], 1008);
  const before = stage.opened.length;
  await stage.pass(120_000);
  stage.online();
  await stage.settle();
  assert.deepEqual([feed.status, feed.rung, stage.opened.length], ["refused", null, before]);
  stage.refuse = false;
  await stage.sends(A, 5);
  feed.retry();
  await stage.pass(100);
  assert.deepEqual([feed.status, feed.rung], ["live", "machine-ws"]);
  whole(feed.track, 101, 405);
});

test("a refusal that no socket can tell is told by the event stream", async () => {
  const { stage, feed } = await opened("machine-ws", "fleet-ws");
  stage.refuse = true;
  await stage.cut(["machine-sse"]);
  await stage.pass(2_000);
  assert.deepEqual([feed.status, stage.opened.slice(-4)], ["refused", ["machine-ws", "fleet-ws", "machine-sse", "events"]]);
});

test("tries become rarer, and the network's return is not waited out", async () => {
  const { stage, feed } = await opened();
  (["machine-ws", "fleet-ws", "machine-sse", "read"] as const).forEach((kind) => stage.down.add(kind));
  await stage.cut(["machine-ws"]);
  await stage.pass(60_000);
  const rounds = stage.opened.filter((kind) => kind === "machine-ws").length;
  assert.ok(rounds < 16, `${rounds} rounds in a minute`);
  assert.ok(feed.attempt > 5);
  stage.down.clear();
  stage.online();
  await stage.settle();
  assert.equal(feed.status, "live");
});

test("a line that dies as soon as it lives is not tried again at full pace", async () => {
  const { stage, feed } = await opened();
  for (let n = 0; n < 100; n++) {
    await stage.cut(["machine-ws"]);
    await stage.pass(250);
  }
  assert.ok(stage.opened.filter((kind) => kind === "machine-ws").length < 10);
  assert.ok(feed.attempt > 3);
});

test("asking again and again catches up page after page, without waiting in between", async () => {
  const { stage, feed } = await opened("machine-ws", "fleet-ws", "machine-sse");
  stage.down.add("read");
  await stage.pass(1_000);
  await stage.sends(A, 2_500);
  stage.down.delete("read");
  for (let turn = 0; turn < 100 && feed.rung === null; turn++) await stage.pass(100);
  await stage.pass(100);
  whole(feed.track, 101, 2_900);
});

test("an event stream that ends with a problem is refused by it, or tried again", async () => {
  for (const [status, expected] of [[401, "refused"], [503, "lost"]] as const) {
    const { stage, feed } = await opened("machine-ws", "fleet-ws");
    stage.live("machine-sse")[0]?.say("problem", { status, code: "X" });
    await stage.settle();
    assert.equal(feed.status, expected);
  }
});

test("the network's return makes a lower way climb at once", async () => {
  const { stage, feed } = await opened("machine-ws");
  stage.down.clear();
  stage.online();
  await stage.settle();
  assert.equal(feed.rung, "machine-ws");
});

test("a line that is gone before it was handed over is passed over", async () => {
  const stage = new Stage();
  stage.begin(A, "one");
  await stage.sends(A, 10);
  const wires = {
    ...stage.wires,
    socket: (path: string, on: SocketEvents) => {
      if (path.startsWith("/ws/telemetry/")) on.closed(1006);
      return stage.wires.socket(path, on);
    },
  };
  const feed = new MachineFeed(wires);
  feed.open(A, 1);
  await stage.settle();
  assert.deepEqual([feed.rung, stage.live("machine-ws").length], ["fleet-ws", 0]);
});

test("closed, nothing stays open and nothing is asked any more", async () => {
  for (const down of [[], ["machine-ws"], ["machine-ws", "fleet-ws"], ["machine-ws", "fleet-ws", "machine-sse"]] as Kind[][]) {
    const { stage, feed } = await opened(...down);
    feed.close();
    const asked = stage.opened.length;
    await stage.pass(60_000);
    assert.deepEqual([stage.lines.filter((line) => line.open).length, stage.opened.length], [0, asked]);
    assert.equal(stage.listening, 0);
    assert.deepEqual([feed.rung, feed.track, feed.lastArrival, feed.attempt], [null, null, null, 0]);
  }
});

test("when somebody has signed in, what was refused goes on by itself, of the machine that is shown and of no other", async () => {
  const { stage, feed } = await opened();
  stage.refuse = true;
  await stage.cut(["machine-ws"], 1008);
  await stage.sends(A, 5);
  assert.deepEqual([feed.status, stage.refused], ["refused", 1]);
  stage.signIn();
  await stage.settle();
  assert.deepEqual([feed.status, feed.rung], ["live", "machine-ws"]);
  whole(feed.track, 101, 405);
  stage.refuse = true;
  await stage.cut(["machine-ws"], 1008);
  feed.close();
  assert.equal(stage.refused, 0);
  const before = stage.opened.length;
  stage.signIn();
  await stage.settle();
  assert.equal(stage.opened.length, before);
});

test("told to try again, it waits for nobody to sign in any more", async () => {
  const { stage, feed } = await opened();
  stage.refuse = true;
  await stage.cut(["machine-ws"], 1008);
  stage.refuse = false;
  feed.retry();
  await stage.settle();
  assert.deepEqual([feed.status, stage.refused, stage.live("machine-ws").length], ["live", 0, 1]);
});

test("a clock that is set back does not make a silent line look alive", async () => {
  const { stage, feed } = await opened();
  stage.mute.add("machine-ws");
  stage.setClock(-3_600_000);
  await stage.pass(2 * SILENT_MS + OPEN_MS + 3_000);
  assert.equal(feed.rung, "fleet-ws");
});
