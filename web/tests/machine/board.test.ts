import assert from "node:assert/strict";
import { test } from "node:test";
import { flushSync } from "svelte";
import { Board } from "../../src/machine/board.svelte";
import type { Chart, Scene } from "../../src/machine/chart";
import { stripsFor, type StripPlan } from "../../src/machine/strips";
import { Track } from "../../src/telemetry/track";
import type { TelemetryFrame } from "../../src/contracts/records";

const PLANS = stripsFor(["vibration"]);

/** A canvas that remembers the scene it was given last. */
class Paper {
  scene: Scene | null = null;
  draw(scene: Scene): void {
    this.scene = scene;
  }
  /** The numbers on it. */
  get numbers(): unknown {
    return this.scene?.slice.columns[0];
  }
}

function filled(machine: string, ...values: number[]): Track {
  const track = new Track(machine);
  add(track, ...values);
  return track;
}

function add(track: Track, ...values: number[]): void {
  for (const v of values) {
    const seq = track.lastSeq + 1;
    const at = new Date(Date.parse("2026-11-21T01:00:00Z") + seq * 100).toISOString();
    const frame: TelemetryFrame = {
      type: "telemetry",
      machine_id: track.machineId,
      instance_id: `ins_${track.machineId}`,
      seq,
      ts_source: at,
      ts_ingest: at,
      source: "simulated",
      quality: "good",
      values: { vibration: { v, u: "mm/s", q: "good" } },
    };
    assert.ok(track.take(frame));
  }
}

function opened(machineId: string, track: Track | null): { board: Board; paper: Paper; show: (id: string, of: Track | null) => void } {
  const board = new Board();
  const paper = new Paper();
  board.join((PLANS[0] as StripPlan).id, paper as unknown as Chart, () => [], () => 500);
  const show = (id: string, of: Track | null): void => board.show({ machineId: id, track: of, plans: PLANS, moments: [] });
  show(machineId, track);
  return { board, paper, show };
}

test("the samples of another machine are not drawn under this one's name", () => {
  const { board, paper, show } = opened("CNC-001", filled("CNC-001", 1, 2, 3));
  assert.deepEqual(paper.numbers, [1, 2, 3]);
  show("CNC-002", filled("CNC-001", 1, 2, 3));
  assert.deepEqual(paper.numbers, []);
  assert.equal(board.span, null);
  assert.deepEqual(board.reading.values, {});
});

test("another machine is drawn at once, and its pause and crosshair do not come along", () => {
  const { board, paper, show } = opened("CNC-001", filled("CNC-001", 1, 2, 3));
  board.toggle();
  board.step(-1);
  assert.deepEqual([board.paused, board.cross !== null], [true, true]);
  show("CNC-002", filled("CNC-002", 7));
  assert.deepEqual([board.paused, board.cross, paper.numbers], [false, null, [7]]);
});

test("a paused window stays where it is and counts what is new; resumed it goes to now", () => {
  const track = filled("CNC-001", 1, 2, 3);
  const { board, paper } = opened("CNC-001", track);
  board.toggle();
  const held = board.span;
  add(track, 4, 5);
  board.draw();
  assert.deepEqual([board.span, board.fresh], [held, 2]);
  board.toggle();
  board.draw();
  assert.deepEqual([board.fresh, paper.numbers], [0, [1, 2, 3, 4, 5]]);
});

test("nothing can be paused before the first sample", () => {
  const { board } = opened("CNC-001", null);
  board.toggle();
  assert.equal(board.paused, false);
});

test("a strip that leaves does not take its successor along", () => {
  const board = new Board();
  const [old, next] = [new Paper(), new Paper()];
  const { id } = PLANS[0] as StripPlan;
  const leave = board.join(id, old as unknown as Chart, () => [], () => 500);
  board.join(id, next as unknown as Chart, () => [], () => 500);
  leave();
  board.show({ machineId: "CNC-001", track: filled("CNC-001", 9), plans: PLANS, moments: [] });
  assert.deepEqual([old.scene, next.numbers], [null, [9]]);
});

test("the numbers are those of the newest sample, or of the crosshair", () => {
  const { board } = opened("CNC-001", filled("CNC-001", 1, 2, 3));
  flushSync();
  assert.equal(board.reading.values["vibration"], 3);
  board.step(0);
  board.step(-2);
  board.read();
  assert.equal(board.reading.values["vibration"], 1);
});
