import assert from "node:assert/strict";
import { test } from "node:test";
import type { Machine, MachineState, TelemetryFrame } from "../../src/contracts/records";
import { type Timing, Watched } from "../../src/fleet/watched.svelte";

const AT = "2026-11-21T12:00:00.000000Z";
const NOW = Date.parse(AT);

function machine(more: Partial<Machine> = {}, state: Partial<MachineState> = {}): Machine {
  const whole = {
    connection: "online",
    execution: "ACTIVE",
    instance_id: "ins_1",
    interlocks: { alarms: [], door_open: false, estop: false, feed_hold: false },
    seq: 10,
    ts_ingest: AT,
    values: { spindle_load: { v: 10, u: "%", q: "good" } },
    ...state,
  } as unknown as MachineState;
  return { id: "CNC-001", connection: "online", sensors: ["spindle_load"], state: whole, state_since: "2026-11-21T11:00:00Z", ...more } as unknown as Machine;
}

function frame(seq: number, more: Partial<TelemetryFrame> = {}, execution: string | null = "ACTIVE"): TelemetryFrame {
  const values = { spindle_load: { v: seq, u: "%", q: "good" }, execution: { v: execution, q: "good" } };
  return { type: "telemetry", machine_id: "CNC-001", instance_id: "ins_1", seq, ts_source: null, ts_ingest: AT, source: "simulated", quality: "good", values, ...more } as TelemetryFrame;
}

const timed = (now = NOW): Timing => ({ now, staleMs: 2_000 });

test("the newer of what is read and what is streamed counts, in whichever order they come", () => {
  const watched = new Watched(machine(), timed());
  assert.equal(watched.hear(frame(11)), false);
  assert.equal(watched.spindle.text, "11 %");
  watched.hear(frame(9));
  assert.equal(watched.spindle.text, "11 %");
  watched.take(machine({ name: "renamed" }));
  assert.deepEqual([watched.spindle.text, watched.machine.name], ["11 %", "renamed"]);
  watched.take(machine({}, { seq: 12 }));
  assert.equal(watched.spindle.text, "10 %");
});

test("a late sample of an earlier run of the adapter is not taken for news", () => {
  const watched = new Watched(machine({}, { instance_id: "ins_2" }), timed());
  assert.equal(watched.hear(frame(500, { ts_ingest: "2026-11-21T11:59:59.000000Z" })), false);
  assert.equal(watched.spindle.text, "10 %");
  assert.equal(watched.hear(frame(1, { instance_id: "ins_3", ts_ingest: "2026-11-21T12:00:01.000000Z" })), true);
  assert.equal(watched.spindle.text, "1 %");
});

test("a sample that shows another execution is shown at once, and the rest is asked for", () => {
  const watched = new Watched(machine(), timed());
  assert.equal(watched.hear(frame(11, {}, "FEED_HOLD")), true);
  assert.equal(watched.condition.word, "feed hold");
  assert.equal(watched.hear(frame(12, {}, "FEED_HOLD")), false);
  watched.hear(frame(13, {}, null));
  assert.equal(watched.condition.word, "unavailable");
});

test("a machine that was away and sends is asked for", () => {
  const watched = new Watched(machine({ connection: "offline" }), timed());
  assert.equal(watched.hear(frame(11)), true);
});

test("data older than two seconds no longer speaks for the present", () => {
  assert.deepEqual([2_000, 2_001].map((ms) => new Watched(machine(), timed(NOW + ms)).condition.word), ["running", "stale"]);
  const silent = new Watched(machine(), timed(NOW + 12_000));
  assert.deepEqual([silent.age, silent.aged, silent.since], [12_000, true, AT]);
  const told = new Watched(machine({ connection: "stale" }), timed());
  assert.deepEqual([told.aged, told.condition.word, told.since], [true, "stale", "2026-11-21T11:00:00Z"]);
});

test("a machine of which nothing ever arrived has no age and no figures", () => {
  const bare = new Watched(machine({ connection: "connecting", state_since: null }, { execution: null, instance_id: null, seq: null, ts_ingest: null, values: {} }), timed());
  assert.deepEqual([bare.age, bare.spindle.text, bare.program, bare.spindleOverride, bare.since], [null, "–", null, "–", null]);
});
