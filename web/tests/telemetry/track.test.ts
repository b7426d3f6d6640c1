import assert from "node:assert/strict";
import { test } from "node:test";
import type { SignalValue, TelemetryFrame, TelemetryPage } from "../../src/contracts/records";
import { INTERRUPTED, JUMPED, UNREAD } from "../../src/telemetry/hole";
import { Track } from "../../src/telemetry/track";
import { frameOf, gapOf, START } from "./stage";

const A = "CNC-001";

function frames(instance: string, first: number, last: number): TelemetryFrame[] {
  return Array.from({ length: last - first + 1 }, (_, n) => frameOf(A, instance, first + n));
}

function pageOf(items: TelemetryFrame[], gap: TelemetryPage["gap"] = null): TelemetryPage {
  return { instance_id: items[0]?.instance_id ?? gap?.instance_id ?? null, items, next_cursor: null, gap };
}

function trackOf(...taken: TelemetryFrame[]): Track {
  const track = new Track(A);
  taken.forEach((frame) => track.take(frame));
  return track;
}

function holes(track: Track): unknown[] {
  return track.holes.map(({ code, from, to, settled }) => [code, from, to, settled]);
}

test("each frame is taken once, of this machine alone", () => {
  const track = new Track(A);
  assert.deepEqual([track.length, track.instanceId, track.first, track.times.length], [0, null, null, 0]);
  assert.ok(track.take(frameOf(A, "one", 7)));
  assert.ok(!track.take(frameOf(A, "one", 7)));
  assert.ok(!track.take(frameOf("CNC-002", "one", 8)));
  assert.ok(track.take(frameOf(A, "one", 8)));
  assert.ok(!track.take(frameOf(A, "one", 7)));
  assert.deepEqual(track.counts, { taken: 2, repeated: 2, foreign: 1, missing: 0 });
  assert.deepEqual([...track.seqs], [7, 8]);
  assert.deepEqual([...track.times], [START / 1_000 + 0.7, START / 1_000 + 0.8]);
  assert.equal(track.last?.seq, 8);
});

test("what is not known is no number", () => {
  const values: Record<string, SignalValue>[] = [
    { vibration: { v: 1.5, u: "mm/s", q: "good" } },
    { vibration: { v: null, u: "mm/s", q: "unavailable" } },
    { vibration: { v: 9, u: "mm/s", q: "bad" } },
    { vibration: { v: 1.5, u: "mm/s", q: "stale" } },
    { vibration: { v: 9, u: "mm/s", q: "unavailable" } },
    { vibration: { v: 2, u: "mm/s", q: "uncertain" } },
    { vibration: { v: 0, u: "mm/s", q: "good" } },
    {},
  ];
  const track = trackOf(...values.map((value, n) => frameOf(A, "one", n + 1, value)));
  assert.deepEqual([...track.column("vibration")], [1.5, NaN, NaN, NaN, NaN, 2, 0, NaN]);
  assert.deepEqual([...track.column("nothing")], Array(8).fill(NaN));
  assert.deepEqual(track.signals, ["spindle_load", "vibration"]);
});

test("a signal that appears later was unknown before, also when it is called as the columns of the track are", () => {
  const named = (v: number): Record<string, SignalValue> => ({ time: { v, q: "good" }, seq: { v, q: "good" } });
  const track = trackOf(frameOf(A, "one", 1), frameOf(A, "one", 2, named(5)));
  assert.deepEqual([[...track.column("time")], [...track.column("seq")], [...track.seqs]], [[NaN, 5], [NaN, 5], [1, 2]]);
});

test("text is kept as changes", () => {
  const said = (v: string | null, q: SignalValue["q"] = "good"): Record<string, SignalValue> => ({ program: { v, q } });
  const values = [said("O1"), said("O1"), said("O2"), said(null, "unavailable"), said("O2", "stale"), said("O2")];
  const track = trackOf(...values.map((value, n) => frameOf(A, "one", n + 1, value)));
  const at = (seq: number): number => START / 1_000 + seq / 10;
  assert.deepEqual(track.changes("program"), [
    { at: at(1), value: "O1" },
    { at: at(3), value: "O2" },
    { at: at(4), value: null },
    { at: at(6), value: "O2" },
  ]);
  assert.deepEqual([at(0), at(2), at(3), at(4.5), at(99)].map((time) => track.textAt("program", time)), [null, "O1", "O2", null, "O2"]);
  assert.deepEqual([track.changes("mode"), track.textAt("mode", at(3))], [[], null]);
  assert.deepEqual(track.signals, ["spindle_load"]);
});

test("what a later page does not say is unknown, whatever stood there before", () => {
  const vibration: Record<string, SignalValue> = { vibration: { v: 3, q: "good" } };
  const track = trackOf(frameOf(A, "one", 1, vibration), frameOf(A, "one", 4, vibration));
  const gap = track.unfilled;
  assert.ok(gap !== null && track.fill(gap, pageOf(frames("one", 2, 3))));
  assert.deepEqual([...track.column("vibration")], [3, NaN, NaN, 3]);
});

test("a small track goes round and round", () => {
  const track = new Track(A, 6);
  for (let seq = 1; seq <= 100; seq++) {
    track.take(frameOf(A, "one", seq));
    const expected = Array.from({ length: Math.min(seq, 6) }, (_, n) => Math.max(0, seq - 6) + 1 + n);
    assert.deepEqual([[...track.seqs], [...track.column("spindle_load")]], [expected, expected]);
  }
});

test("text between samples that are here already is put between their changes", () => {
  const said = (seq: number, v: string): TelemetryFrame => frameOf(A, "one", seq, { program: { v, q: "good" } });
  for (const [middle, expected] of [
    [["O1", "O1", "O1"], [[1, "O1"]]],
    [["O2", "O2", "O1"], [[1, "O1"], [2, "O2"], [4, "O1"]]],
    [["O2", "O3", "O3"], [[1, "O1"], [2, "O2"], [3, "O3"], [5, "O1"]]],
  ] as const) {
    const track = trackOf(said(1, "O1"), said(5, "O1"), said(6, "O1"));
    const gap = track.unfilled;
    assert.ok(gap !== null && track.fill(gap, pageOf(middle.map((v, n) => said(2 + n, v)))));
    assert.deepEqual(track.changes("program").map(({ at, value }) => [Math.round(at * 10 - START / 100), value]), expected);
  }
});

test("a number that is passed over is a hole with its place in time, and lines break there", () => {
  const track = trackOf(frameOf(A, "one", 1), frameOf(A, "one", 2), frameOf(A, "one", 6));
  const [hole] = track.holes;
  const at = START / 1_000;
  assert.deepEqual(hole, { code: JUMPED, instanceId: "one", from: 3, to: 5, missing: 3, at: at + 0.2, until: at + 0.6, settled: false });
  assert.deepEqual([track.breaks, track.counts.missing], [[2], 3]);
});

test("a hole is filled page by page, in its place", () => {
  const track = trackOf(...frames("one", 1, 2), ...frames("one", 10, 12), ...frames("one", 20, 20));
  const newest = track.unfilled;
  assert.deepEqual(newest?.after, { instanceId: "one", seq: 12 });
  assert.ok(newest !== null && track.fill(newest, pageOf(frames("one", 13, 25))));
  assert.equal(track.counts.repeated, 0);
  const gap = track.unfilled;
  assert.ok(gap !== null && track.fill(gap, pageOf(frames("one", 3, 5))));
  assert.deepEqual(holes(track), [[JUMPED, 6, 9, false]]);
  assert.ok(track.fill(gap, pageOf(frames("one", 6, 9))));
  assert.deepEqual([...track.seqs], frames("one", 1, 20).map((frame) => frame.seq));
  assert.deepEqual([...track.column("spindle_load")], [...track.seqs]);
  assert.deepEqual([track.holes, track.unfilled, track.counts], [[], null, { taken: 20, repeated: 0, foreign: 0, missing: 0 }]);
  assert.ok(track.fill(gap, pageOf(frames("one", 6, 9))));
  assert.equal(track.length, 20);
});

test("what the engine no longer has stays a hole, with the engine's word for it", () => {
  const track = trackOf(...frames("one", 1, 2), ...frames("one", 10, 10));
  const gap = track.unfilled;
  assert.ok(gap !== null && track.fill(gap, pageOf(frames("one", 6, 9), gapOf(A, "one", 3, 5, "TELEM.COMPACTED"))));
  assert.deepEqual([...track.seqs], [1, 2, 6, 7, 8, 9, 10]);
  assert.deepEqual(holes(track), [["TELEM.COMPACTED", 3, 5, true]]);
  assert.deepEqual([track.breaks, track.counts.missing], [[2], 3]);
});

test("an answer of nothing says so, and a hole can be given up", () => {
  const track = trackOf(frameOf(A, "one", 1), frameOf(A, "one", 4));
  const gap = track.unfilled;
  assert.ok(gap !== null && !track.fill(gap, pageOf([])));
  assert.ok(!track.fill(gap, pageOf([], gapOf(A, "one", 1, 1, "TELEM.SEQ_AHEAD"))));
  assert.ok(!track.fill(gap, pageOf([frameOf("CNC-002", "one", 2)])));
  assert.equal(track.counts.foreign, 1);
  track.settle(gap);
  assert.deepEqual([track.unfilled, holes(track)], [null, [[JUMPED, 2, 3, true]]]);
});

test("gaps that the engine announces", () => {
  const track = trackOf(frameOf(A, "one", 5));
  track.gap(gapOf(A, "one", 2, 5, "TELEM.OVERFLOW"));
  track.gap(gapOf(A, "one", 4, 9, "TELEM.SEQ_AHEAD"));
  track.gap(gapOf("CNC-002", "one", 6, 9, "TELEM.OVERFLOW"));
  assert.deepEqual([holes(track), track.counts.foreign], [[], 1]);
  track.gap(gapOf(A, "one", 4, 7, "TELEM.OVERFLOW"));
  assert.ok(track.take(frameOf(A, "one", 8)));
  track.gap(gapOf(A, "one", 9, 10, "TELEM.COALESCED"));
  assert.ok(track.take(frameOf(A, "one", 11)));
  assert.deepEqual(holes(track), [
    ["TELEM.OVERFLOW", 6, 7, true],
    ["TELEM.COALESCED", 9, 10, false],
  ]);
  assert.equal(track.counts.missing, 4);
});

test("a new run goes on where the gap says, and frames of the old one are late", () => {
  const track = trackOf(...frames("one", 1, 3));
  track.gap(gapOf(A, "two", 1, 4, "TELEM.INSTANCE_CHANGED"));
  track.gap(gapOf(A, "two", 1, 4, "TELEM.INSTANCE_CHANGED"));
  assert.deepEqual([track.instanceId, track.lastSeq], ["two", 4]);
  assert.ok(track.take(frameOf(A, "two", 5)));
  assert.ok(!track.take(frameOf(A, "one", 4)));
  assert.deepEqual([track.counts.repeated, track.counts.missing], [1, 4]);
  assert.deepEqual(holes(track), [["TELEM.INSTANCE_CHANGED", 1, 4, true]]);
  assert.deepEqual(track.runs, [{ instanceId: "one", index: 0 }, { instanceId: "two", index: 3 }]);
});

test("a new run that nobody announced is asked for from the old one's end", () => {
  const track = trackOf(...frames("one", 1, 3), frameOf(A, "two", 3));
  const gap = track.unfilled;
  assert.deepEqual([gap?.after, holes(track)], [{ instanceId: "one", seq: 3 }, [[JUMPED, 1, 2, false]]]);
  assert.ok(gap !== null && track.fill(gap, pageOf(frames("one", 4, 6))));
  assert.ok(track.fill(gap, pageOf([], gapOf(A, "two", 1, 0, "TELEM.INSTANCE_CHANGED"))));
  assert.ok(track.fill(gap, pageOf(frames("two", 1, 9))));
  assert.deepEqual([...track.seqs], [1, 2, 3, 4, 5, 6, 1, 2, 3]);
  assert.deepEqual(track.runs, [{ instanceId: "one", index: 0 }, { instanceId: "two", index: 6 }]);
  assert.deepEqual(holes(track), [["TELEM.INSTANCE_CHANGED", 1, 0, true]]);
});

test("after an interruption the next frame may follow or not; either way nothing is lost", () => {
  const follows = trackOf(...frames("one", 1, 3));
  follows.interrupt();
  follows.interrupt();
  assert.deepEqual(holes(follows), [[INTERRUPTED, 4, null, false]]);
  follows.take(frameOf(A, "one", 4));
  assert.deepEqual(holes(follows), []);

  const missed = trackOf(...frames("one", 1, 3));
  missed.interrupt();
  missed.take(frameOf(A, "one", 9));
  assert.deepEqual(holes(missed), [[INTERRUPTED, 4, 8, false]]);

  const restarted = trackOf(...frames("one", 1, 3));
  restarted.interrupt();
  restarted.gap(gapOf(A, "two", 1, 0, "TELEM.INSTANCE_CHANGED"));
  assert.deepEqual(restarted.unfilled?.after, { instanceId: "one", seq: 3 });
  const gap = restarted.unfilled;
  assert.ok(gap !== null && restarted.fill(gap, pageOf(frames("one", 4, 5))));
  assert.ok(restarted.fill(gap, pageOf([], gapOf(A, "two", 1, 0, "TELEM.INSTANCE_CHANGED"))));
  assert.deepEqual([...restarted.seqs], [1, 2, 3, 4, 5]);
  assert.equal(restarted.unfilled, null);

  const nothing = new Track(A);
  nothing.interrupt();
  assert.deepEqual(nothing.holes, []);
});

test("an interruption that is read to its end goes on live without a break", () => {
  const track = trackOf(...frames("one", 1, 3));
  track.interrupt();
  const gap = track.unfilled;
  assert.ok(gap !== null && track.fill(gap, pageOf(frames("one", 4, 6))));
  assert.deepEqual([track.lastSeq, track.last?.seq], [6, 6]);
  assert.ok(track.fill(gap, pageOf([], gapOf(A, "two", 1, 0, "TELEM.INSTANCE_CHANGED"))));
  assert.ok(track.fill(gap, pageOf(frames("two", 1, 2))));
  assert.ok(track.fill(gap, pageOf([])));
  assert.ok(track.take(frameOf(A, "two", 3)));
  assert.deepEqual([...track.seqs], [1, 2, 3, 4, 5, 6, 1, 2, 3]);
  assert.deepEqual(holes(track), [["TELEM.INSTANCE_CHANGED", 1, 0, true]]);
});

test("what came before the first sample can be asked for, as far as there is room", () => {
  const track = new Track(A, 8);
  assert.equal(track.reach(5), null);
  frames("one", 10, 12).forEach((frame) => track.take(frame));
  const gap = track.reach(20);
  assert.deepEqual([gap?.after, holes(track)], [{ instanceId: "one", seq: 4 }, [[UNREAD, 5, 9, false]]]);
  assert.equal(track.reach(20), null);
  assert.ok(gap !== null && track.fill(gap, pageOf(frames("one", 5, 9))));
  assert.deepEqual([[...track.seqs], track.first, track.reach(1)], [[5, 6, 7, 8, 9, 10, 11, 12], { instanceId: "one", seq: 5 }, null]);
  assert.equal(trackOf(frameOf(A, "one", 1)).reach(5), null);
});

test("times never fall, and a time that is none stands still", () => {
  const at = (seq: number, ts_ingest: string): TelemetryFrame => ({ ...frameOf(A, "one", seq), ts_ingest });
  const track = trackOf(at(1, "2026-11-21T04:00:05Z"), at(2, "2026-11-21T04:00:03Z"), at(3, "never"), at(5, "2026-11-21T04:00:06Z"));
  const gap = track.unfilled;
  assert.ok(gap !== null && track.fill(gap, pageOf([at(4, "2026-11-21T05:00:00Z")])));
  const t = START / 1_000;
  assert.deepEqual([...track.times], [t + 5, t + 5, t + 5, t + 6, t + 6]);
});

test("full, it forgets the oldest, and what belonged to them", () => {
  const said = (seq: number): TelemetryFrame => frameOf(A, seq > 4 ? "two" : "one", seq, { program: { v: `O${seq >> 2}`, q: "good" } });
  const track = new Track(A, 6);
  [1, 2, 4, 5, 6, 7, 8, 9].forEach((seq) => track.take(said(seq)));
  assert.deepEqual([[...track.seqs], track.length, track.counts.taken], [[4, 5, 6, 7, 8, 9], 6, 8]);
  assert.deepEqual([track.runs, track.breaks], [[{ instanceId: "one", index: 0 }, { instanceId: "two", index: 1 }], [1]]);
  track.clearBefore(START / 1_000 + 0.7);
  assert.deepEqual([...track.seqs], [7, 8, 9]);
  assert.deepEqual([track.runs, track.holes], [[{ instanceId: "two", index: 0 }], []]);
  assert.deepEqual(track.changes("program").map(({ value }) => value), ["O1", "O2"]);
  track.clearBefore(START);
  assert.deepEqual([track.length, track.first], [0, null]);
  assert.ok(track.take(said(10)));
  assert.deepEqual([[...track.seqs], track.first], [[10], { instanceId: "two", seq: 10 }]);
});

test("a full track takes of a hole's filling what it has room for: the newest", () => {
  const track = new Track(A, 6);
  [1, 2, 10, 11, 12].forEach((seq) => track.take(frameOf(A, "one", seq)));
  const gap = track.unfilled;
  assert.ok(gap !== null && track.fill(gap, pageOf(frames("one", 3, 9))));
  assert.deepEqual([...track.seqs], [7, 8, 9, 10, 11, 12]);
  assert.deepEqual([...track.column("spindle_load")], [7, 8, 9, 10, 11, 12]);
  assert.deepEqual([track.holes, track.first], [[], { instanceId: "one", seq: 7 }]);
});

test("whatever comes in whatever pieces, the track holds what a list would", () => {
  for (let seed = 1; seed <= 40; seed++) {
    let state = seed;
    const draw = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    const track = new Track(A, 3_000);
    let seq = 0;
    for (let step = 0; step < 400; step++) {
      const skip = draw() < 0.1 ? Math.floor(draw() * 40) : 0;
      seq += skip;
      for (let n = 0; n < 1 + draw() * 12; n++) track.take(frameOf(A, "one", ++seq));
      if (draw() < 0.3) track.take(frameOf(A, "one", Math.ceil(seq * draw())));
      const gap = track.unfilled;
      if (gap?.after && draw() < 0.5) {
        const from = gap.after.seq + 1;
        track.fill(gap, pageOf(frames("one", from, Math.min(from + Math.floor(draw() * 30), seq))));
      }
    }
    for (let gap = track.unfilled; gap?.after; gap = track.unfilled) track.fill(gap, pageOf(frames("one", gap.after.seq + 1, gap.to ?? seq)));
    const length = Math.min(3_000, seq);
    const expected = Array.from({ length }, (_, n) => seq - length + 1 + n);
    assert.deepEqual([...track.seqs], expected, `seed ${seed}`);
    assert.deepEqual([...track.column("spindle_load")], expected);
    assert.deepEqual([...track.times], expected.map((n) => (START + n * 100) / 1_000));
    assert.deepEqual(track.holes, []);
  }
});
