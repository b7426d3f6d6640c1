import assert from "node:assert/strict";
import { test } from "node:test";
import type { MachineState, SignalValue } from "../../src/contracts/records";
import { feedLoad, figure, percent, spindleLoad, words } from "../../src/fleet/load";

const good = (v: number | string | null): SignalValue => ({ v, q: "good" });
const AXES = ["spindle_load", "axis_load_x", "axis_load_y", "axis_load_z"];
const SET = { feed_rate: 800 } as MachineState["setup"];

test("what was not said, cannot be known or is known to be wrong is a dash, and draws nothing", () => {
  const nothing: Record<string, SignalValue>[] = [{}, { spindle_load: { v: null, q: "unavailable" } }, { spindle_load: { v: 40, q: "bad" } }, { spindle_load: good("x") }];
  for (const values of nothing) assert.deepEqual(spindleLoad(values), { label: "Spindle load", text: "–", share: null });
  assert.equal(percent(figure({}, "feed_override")), "–");
  assert.equal(words({ program: good("") }, "program"), null);
  assert.equal(words({ program: { v: null, q: "unavailable" } }, "program"), null);
});

test("zero is a number like any other", () => {
  assert.deepEqual(spindleLoad({ spindle_load: good(0) }), { label: "Spindle load", text: "0 %", share: 0 });
  assert.equal(percent(figure({ feed_override: good(0) }, "feed_override")), "0 %");
});

test("the last good values of a silent machine stay to be read", () => {
  assert.equal(spindleLoad({ spindle_load: { v: 34.4, q: "stale" } }).text, "34 %");
  assert.equal(words({ program: { v: "BRACKET-R1", q: "stale" } }, "program"), "BRACKET-R1");
});

test("of the axes the hardest loaded is shown, by name and whichever way it is pushed", () => {
  const values = { axis_load_x: good(12), axis_load_y: good(-31), axis_load_z: { v: null, q: "unavailable" } as const };
  assert.deepEqual(feedLoad(values, AXES, SET), { label: "Axis load Y", text: "-31 %", share: 0.31 });
  assert.deepEqual(feedLoad({ axis_load_x: { v: null, q: "unavailable" } }, AXES, SET), { label: "Axis load", text: "–", share: null });
});

test("a machine without axis loads shows its feed against the one that is set, if that is known", () => {
  assert.deepEqual(feedLoad({ feed_rate: good(400) }, ["feed_rate"], SET), { label: "Feed of set", text: "400 mm/min", share: 0.5 });
  assert.deepEqual(feedLoad({ feed_rate: good(400) }, ["feed_rate"], null), { label: "Feed of set", text: "400 mm/min", share: null });
  assert.deepEqual(feedLoad({}, [], SET), { label: "Feed of set", text: "–", share: null });
});
