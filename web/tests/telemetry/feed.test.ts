import assert from "node:assert/strict";
import { test } from "node:test";
import { AWAY_MS, KEPT, MachineFeed } from "../../src/telemetry/feed.svelte";
import { TRIES_MAX } from "../../src/telemetry/history";
import { JUMPED } from "../../src/telemetry/hole";
import type { Frame } from "../../src/telemetry/lines";
import type { Track } from "../../src/telemetry/track";
import { A, B, opened, range, whole } from "./shown";
import { Stage, frameOf, type Kind } from "./stage";

test("a machine is shown with half a minute of history, live over its own socket", async () => {
  const { stage, feed } = await opened();
  assert.deepEqual([feed.rung, feed.status, feed.attempt], ["machine-ws", "live", 0]);
  whole(feed.track, 101, 400);
  await stage.sends(A, 5);
  whole(feed.track, 101, 405);
});

test("live frames do not wait for history, and history finds its place before them", async () => {
  const stage = new Stage();
  stage.begin(A, "one");
  await stage.sends(A, 400);
  stage.held = [];
  const feed = new MachineFeed(stage.wires);
  feed.open(A, 1);
  await stage.settle();
  await stage.sends(A, 2);
  assert.deepEqual([...(feed.track as Track).seqs], [401, 402]);
  const held = stage.held;
  stage.held = null;
  held.forEach((go) => go());
  await stage.settle();
  whole(feed.track, 103, 402);
});

test("history that was read before the socket began leaves no hole where they meet", async () => {
  const stage = new Stage();
  stage.begin(A, "one");
  await stage.sends(A, 400);
  stage.mute.add("machine-ws");
  const feed = new MachineFeed(stage.wires);
  feed.open(A, 1);
  await stage.settle();
  whole(feed.track, 101, 400);
  await stage.sends(A, 7);
  stage.lines[0]?.sent.set(A, { instance: "one", seq: 407 });
  stage.mute.clear();
  await stage.sends(A, 1);
  whole(feed.track, 101, 408);
});

test("history that cannot be read is asked for again", async () => {
  const { stage, feed } = await opened("read");
  await stage.sends(A, 3);
  assert.deepEqual([...(feed.track as Track).seqs], [401, 402, 403]);
  stage.down.clear();
  await stage.pass(2_000);
  whole(feed.track, 104, 403);
});

for (const [rung, down] of [
  ["machine-ws", []],
  ["fleet-ws", ["machine-ws"]],
  ["machine-sse", ["machine-ws", "fleet-ws"]],
  ["poll", ["machine-ws", "fleet-ws", "machine-sse", "events"]],
] as const) {
  test(`${rung}: live, cut for long and short, restarted, and nothing is missing or double`, async () => {
    const { stage, feed } = await opened(...down);
    assert.deepEqual([feed.rung, feed.status], [rung, "live"]);
    await stage.sends(A, 10);
    await stage.sends(B, 10);
    await stage.pass(1_500);
    whole(feed.track, 101, 410);
    for (const [frames, away] of [[3, 300], [40, 4_000], [900, 90_000]] as const) {
      stage.down.add("machine-ws").add("fleet-ws").add("machine-sse").add("read");
      await stage.cut(["machine-ws", "fleet-ws", "machine-sse"]);
      await stage.sends(A, frames);
      await stage.pass(away + 1_100);
      assert.equal(feed.status, "lost");
      stage.down.clear();
      down.forEach((kind) => stage.down.add(kind));
      await stage.pass(31_000);
      assert.deepEqual([feed.rung, feed.status, feed.attempt], [rung, "live", 0]);
      await stage.sends(A, 1);
      await stage.pass(1_500);
      whole(feed.track, 101, 410 + { 3: 4, 40: 45, 900: 946 }[frames]);
    }
    stage.begin(A, "two");
    await stage.sends(A, 6);
    await stage.pass(1_500);
    const track = feed.track as Track;
    assert.deepEqual([...track.seqs], [...range(101, 1_356), ...range(1, 6)]);
    assert.deepEqual(track.runs.map((run) => run.instanceId), ["one", "two"]);
    assert.deepEqual(track.holes.map(({ code, missing, settled }) => ({ code, missing, settled })), [
      { code: "TELEM.INSTANCE_CHANGED", missing: 0, settled: true },
    ]);
    assert.equal(track.counts.foreign, 0);
  });

  test(`${rung}: verdicts and conditions come once each, over cuts too`, async () => {
    const { stage, feed } = await opened(...down.filter((kind) => kind !== "events"));
    const decisions: number[] = [];
    const conditions: number[] = [];
    const stop = feed.onDecision((frame) => decisions.push(frame.seq));
    feed.onCondition((frame) => conditions.push(frame.seq));
    const first = await stage.logs(A, "decision");
    await stage.logs(B, "decision");
    await stage.cut(["machine-ws", "fleet-ws", "machine-sse", "events"]);
    const missed = [await stage.logs(A, "condition"), await stage.logs(A, "decision")];
    await stage.pass(12_000);
    const later = await stage.logs(A, "condition");
    assert.deepEqual([decisions, conditions], [[first, missed[1]], [missed[0], later]]);
    stop();
    await stage.logs(A, "decision");
    assert.equal(decisions.length, 2);
  });
}

test("a restart during the cut: the rest of the old run, then the new one", async () => {
  for (const down of [[], ["machine-ws"], ["machine-ws", "fleet-ws"], ["machine-ws", "fleet-ws", "machine-sse"]] as Kind[][]) {
    const { stage, feed } = await opened(...down);
    const all: Kind[] = ["machine-ws", "fleet-ws", "machine-sse", "read"];
    all.forEach((kind) => stage.down.add(kind));
    await stage.cut(all);
    await stage.sends(A, 20);
    stage.begin(A, "two");
    await stage.sends(A, 30);
    await stage.pass(3_000);
    stage.down.clear();
    down.forEach((kind) => stage.down.add(kind));
    await stage.pass(10_000);
    await stage.sends(A, 1);
    await stage.pass(1_500);
    const track = feed.track as Track;
    assert.deepEqual([...track.seqs], [...range(101, 420), ...range(1, 31)], down.join());
    assert.deepEqual(track.holes.map((hole) => [hole.code, hole.missing, hole.settled]), [["TELEM.INSTANCE_CHANGED", 0, true]]);
  }
});

test("what a slow reader was spared is read from the store", async () => {
  const { stage, feed } = await opened();
  stage.coalesce = true;
  await stage.sends(A, 200);
  await stage.settle();
  whole(feed.track, 101, 600);
});

test("duplicates are dropped and counted", async () => {
  const { stage, feed } = await opened();
  stage.live("machine-ws")[0]?.send([frameOf(A, "one", 399), frameOf(A, "one", 400), frameOf(A, "one", 401)]);
  await stage.settle();
  whole(feed.track, 101, 401);
  assert.equal(feed.track?.counts.repeated, 2);
});

test("a number that is passed over without a word is a hole, and is filled", async () => {
  const { stage, feed } = await opened();
  const line = stage.live("machine-ws")[0];
  stage.held = [];
  line?.send([frameOf(A, "one", 404)]);
  await stage.settle();
  assert.deepEqual(feed.track?.holes.map(({ code, from, to, settled }) => [code, from, to, settled]), [[JUMPED, 401, 403, false]]);
  for (let seq = 1; seq <= 4; seq++) stage.runs.get(A)?.[0]?.frames.push(frameOf(A, "one", 400 + seq));
  const held = stage.held;
  stage.held = null;
  held.forEach((go) => go());
  await stage.settle();
  whole(feed.track, 101, 404);
});

test("a frame of another machine is counted and never shown, on its own socket too", async () => {
  const { stage, feed } = await opened();
  stage.live("machine-ws")[0]?.send([frameOf(B, "b-one", 401), frameOf(B, "one", 401)]);
  await stage.settle();
  assert.equal(feed.track?.counts.foreign, 2);
  whole(feed.track, 101, 400);
});

test("what arrives under an earlier token is thrown away and counted", async () => {
  const { stage, feed } = await opened();
  const before = stage.live("machine-ws")[0];
  stage.held = [];
  const old = feed.track as Track;
  feed.open(B, 2);
  await stage.settle();
  before?.send([frameOf(A, "one", 401), frameOf(A, "one", 402)]);
  before?.send([frameOf(B, "b-one", 51)]);
  assert.equal(feed.discarded, 3);
  assert.equal(old.lastSeq, 400);
  feed.open(A, 3);
  const { held } = stage;
  stage.held = null;
  held.forEach((go) => go());
  await stage.settle();
  assert.equal(feed.discarded, 53);
  before?.send([frameOf(A, "one", 401)]);
  assert.equal(feed.discarded, 54);
  assert.equal((feed.track as Track).machineId, A);
  whole(feed.track, 101, 400);
});

test("coming back shows what is kept at once and reads on from there", async () => {
  const { stage, feed } = await opened();
  feed.open(B, 2);
  await stage.settle();
  whole(feed.track, 1, 50);
  await stage.sends(A, 25);
  await stage.pass(3_000);
  feed.open(A, 3);
  assert.equal(feed.track?.length, 300);
  await stage.settle();
  whole(feed.track, 101, 425);
  assert.match(stage.paths.filter((path) => path.startsWith("/ws/telemetry/CNC-001")).at(-1) ?? "", /after=400&instance_id=one/);
});

test("after a long absence live frames come first, and the rest behind them", async () => {
  const { stage, feed } = await opened();
  feed.close();
  await stage.sends(A, 2_000);
  await stage.pass(AWAY_MS + 1_000);
  stage.held = [];
  feed.open(A, 2);
  await stage.settle();
  await stage.sends(A, 1);
  assert.deepEqual([feed.track?.lastSeq, feed.track?.length], [2_401, 301]);
  const held = stage.held;
  stage.held = null;
  held.forEach((go) => go());
  await stage.pass(1_000);
  whole(feed.track, 101, 2_401);
});

test("the samples of the last machines are kept, and no more", async () => {
  const { stage, feed } = await opened();
  const first = feed.track;
  for (let n = 0; n < KEPT - 1; n++) feed.open(`OTHER-${n}`, 2 + n);
  feed.open(A, 50);
  assert.equal(feed.track, first);
  for (let n = 0; n < KEPT; n++) feed.open(`OTHER-${n}`, 60 + n);
  feed.open(A, 99);
  assert.notEqual(feed.track, first);
  await stage.settle();
  whole(feed.track, 101, 400);
});

test("a log of another engine is read from its own end", async () => {
  const { stage, feed } = await opened();
  for (let n = 0; n < 5; n++) await stage.logs(A, "decision");
  const decisions: number[] = [];
  feed.onDecision((frame) => decisions.push(frame.seq));
  stage.head = 2;
  stage.events.length = 0;
  await stage.cut(["machine-ws"]);
  await stage.pass(20_000);
  assert.equal(feed.rung, "machine-ws");
  await stage.logs(A, "decision");
  assert.deepEqual(decisions, [3]);
});

test("one redraw per painted frame, whatever arrives, and none when nothing was taken", async () => {
  const { stage, feed } = await opened();
  stage.paint();
  const { version } = feed;
  for (let n = 0; n < 20; n++) await stage.sends(A, 3);
  assert.equal(feed.version, version);
  assert.equal(stage.paint(), 1);
  assert.equal(feed.version, version + 1);
  assert.equal(feed.lastArrival, stage.now);
  stage.live("machine-ws")[0]?.send([frameOf(A, "one", 400), frameOf(B, "b-one", 700)]);
  assert.equal(stage.paint(), 0);
});

test("earlier history is read as far as there is any", async () => {
  const { stage, feed } = await opened();
  await feed.loadEarlier(5);
  whole(feed.track, 51, 400);
  (stage.runs.get(A)?.[0] as { lost: number }).lost = 20;
  await feed.loadEarlier(3_600);
  assert.deepEqual([...(feed.track as Track).seqs], range(21, 400));
  assert.deepEqual(feed.track?.holes.map(({ code, from, to, settled }) => [code, from, to, settled]), [["TELEM.COMPACTED", 1, 20, true]]);
  const asked = stage.opened.length;
  await feed.loadEarlier(60);
  assert.equal(stage.opened.length, asked);
});

test("a hole that the engine cannot fill is given up after some tries, and live goes on", async () => {
  const { stage, feed } = await opened();
  const asked = stage.opened.length;
  stage.live("machine-ws")[0]?.send([frameOf(A, "one", 405)]);
  await stage.pass(60_000);
  assert.deepEqual(feed.track?.holes.map(({ code, from, to, settled }) => [code, from, to, settled]), [[JUMPED, 401, 404, true]]);
  assert.equal(stage.opened.length - asked, TRIES_MAX);
  stage.live("machine-ws")[0]?.send([frameOf(A, "one", 406)]);
  assert.equal(feed.track?.lastSeq, 406);
});

test("while reading fails, live frames do not make it be asked more often", async () => {
  const { stage, feed } = await opened();
  stage.down.add("read");
  const asked = stage.opened.length;
  await stage.sends(A, 5);
  for (let seq = 410; seq < 500; seq += 10) {
    stage.live("machine-ws")[0]?.send([frameOf(A, "one", seq)]);
    await stage.pass(100);
  }
  assert.ok(stage.opened.length - asked <= 3, `asked ${stage.opened.length - asked} times in a second`);
  assert.equal(feed.track?.lastSeq, 490);
});

test("history that cannot be read is not asked for with every frame", async () => {
  const { stage, feed } = await opened("read");
  for (let seq = 410; seq < 500; seq += 10) {
    stage.live("machine-ws")[0]?.send([frameOf(A, "one", seq)]);
    await stage.settle();
  }
  assert.deepEqual([feed.track?.length, stage.opened.filter((kind) => kind === "read").length], [9, 2]);
});

test("a restart between history and a socket that both had begun loses nothing", async () => {
  const stage = new Stage();
  stage.begin(A, "one");
  await stage.sends(A, 400);
  stage.held = [];
  stage.early = true;
  const feed = new MachineFeed(stage.wires);
  feed.open(A, 1);
  for (let n = 1; n <= 2; n++) stage.runs.get(A)?.[0]?.frames.push(frameOf(A, "one", 400 + n));
  stage.lines[0]?.sent.set(A, { instance: "one", seq: 402 });
  await stage.settle();
  const { held } = stage;
  stage.held = null;
  held.forEach((go) => go());
  await stage.settle();
  stage.begin(A, "two");
  await stage.sends(A, 1);
  assert.deepEqual([...(feed.track as Track).seqs], [...range(101, 402), 1]);
});

test("a verdict that comes twice or is another machine's is not handed on", async () => {
  const { stage, feed } = await opened();
  const heard: number[] = [];
  feed.onDecision((frame) => heard.push(frame.seq));
  const seq = await stage.logs(A, "decision");
  const verdict = (machine_id: string, at: number) => ({ type: "decision", machine_id, seq: at, verdict: {} }) as unknown as Frame;
  stage.live("machine-ws")[0]?.send([verdict(A, seq), verdict(B, seq + 1), verdict(A, seq + 2)]);
  assert.deepEqual(heard, [seq, seq + 2]);
});

test("verdicts of a way that never had one are not lost when another way takes over", async () => {
  const { stage, feed } = await opened("machine-ws", "fleet-ws");
  const heard: number[] = [];
  feed.onDecision((frame) => heard.push(frame.seq));
  await stage.cut(["machine-sse", "events"]);
  const missed = await stage.logs(A, "decision");
  stage.down.clear();
  await stage.pass(2_000);
  assert.deepEqual([feed.rung, heard], ["machine-ws", [missed]]);
});

test("a page that was asked for under an earlier token is thrown away and counted", async () => {
  const { stage, feed } = await opened("machine-ws", "fleet-ws", "machine-sse");
  stage.held = [];
  await stage.pass(1_000);
  await stage.sends(A, 4);
  feed.open(B, 2);
  const { held } = stage;
  stage.held = null;
  held.forEach((go) => go());
  await stage.settle();
  assert.equal(feed.discarded, 4);
  const asked = stage.paths.length;
  await stage.pass(5_000);
  assert.ok(stage.paths.length > asked && stage.paths.slice(asked).every((path) => !path.includes(A)));
  whole(feed.track, 1, 50);
});

test("who may not read history is not heard asking for it with every frame", async () => {
  const { stage } = await opened();
  stage.refuse = true;
  const asked = stage.opened.length;
  for (let seq = 410; seq < 500; seq += 10) {
    stage.live("machine-ws")[0]?.send([frameOf(A, "one", seq)]);
    await stage.settle();
  }
  await stage.pass(4_000);
  assert.equal(stage.opened.length, asked + 1);
});
