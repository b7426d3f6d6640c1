import assert from "node:assert/strict";
import { test } from "node:test";
import { type Band, bandsOf } from "../../src/machine/bands";
import { inSight, reach } from "../../src/machine/scale";
import { stripsFor, type StripPlan } from "../../src/machine/strips";
import type { MachineLimit } from "../../src/contracts/records";

const SENSORS = ["spindle_load", "axis_load_x", "spindle_speed", "spindle_override", "feed_override", "spindle_temperature", "program"];

function plan(key: string): StripPlan {
  const found = stripsFor(SENSORS).find((strip) => strip.key === key);
  assert.ok(found);
  return found;
}

function limit(field: string, min: number | null, max: number | null, rule = field): MachineLimit {
  const [low, high] = [min, max].map((value) => (value === null ? null : { value, origin: "card" as const, rule_id: rule }));
  return { field, min: low ?? null, max: high ?? null, unit: "%" };
}

function band(side: Band["side"], edge: number): Band {
  return { signal: "spindle_load", label: "Spindle", side, edge, origin: "policy", rule: "r" };
}

test("a machine has no line for a signal that it lacks, and no strip without a line", () => {
  const strips = stripsFor(SENSORS);
  assert.deepEqual(strips.map(({ key }) => key), ["load", "speed", "overrides", "temperature"]);
  assert.deepEqual(plan("load").lines.map(({ signal }) => signal), ["spindle_load", "axis_load_x"]);
  assert.deepEqual(stripsFor([]), []);
});

test("lines of one strip are told apart by more than their colour", () => {
  for (const { lines } of stripsFor(["spindle_load", "axis_load_x", "axis_load_y", "axis_load_z", "spindle_override", "feed_override"])) {
    assert.equal(new Set(lines.map(({ dash }) => dash.join(" "))).size, lines.length);
    assert.equal(new Set(lines.map(({ tag }) => tag)).size, lines.length);
  }
});

test("the strictest limit on either side is the edge, and its rule is named", () => {
  const limits = [limit("effective_speed", 60, 12_000, "card"), limit("spindle_speed", 100, 9_000, "policy"), limit("vibration", null, 4)];
  assert.deepEqual(
    bandsOf(plan("speed"), limits).map(({ side, edge, rule }) => [side, edge, rule]),
    [["above", 9_000, "policy"], ["below", 100, "policy"]],
  );
  assert.deepEqual(bandsOf(plan("speed"), []), []);
});

test("a limit belongs to its own line alone", () => {
  const found = bandsOf(plan("overrides"), [limit("feed_override", 0, 150)]);
  assert.deepEqual(found.map(({ signal, side, edge }) => [signal, side, edge]), [["feed_override", "above", 150], ["feed_override", "below", 0]]);
});

test("a scale holds every sample and comes in round numbers", () => {
  assert.deepEqual(reach(plan("load"), [], null, null), [0, 100]);
  assert.deepEqual(reach(plan("load"), [], 3, 41), [0, 100]);
  assert.deepEqual(reach(plan("load"), [], 3, 118), [0, 150]);
  assert.deepEqual(reach(plan("load"), [], -12, 50), [-15, 100]);
  const [, top] = reach(plan("speed"), [], 3_100, 3_190);
  assert.equal(top, 4_000);
});

test("a limit comes into sight when the samples are half the way to it, and not before", () => {
  const far = band("above", 300);
  assert.equal(inSight(far, reach(plan("load"), [far], 0, 100)), false);
  assert.equal(inSight(far, reach(plan("load"), [far], 0, 160)), true);
  assert.equal(inSight(band("below", 50), reach(plan("overrides"), [], 100, 100)), true);
});
