import assert from "node:assert/strict";
import { test } from "node:test";
import { choose } from "../../src/selection/precedence";

const KNOWN = ["CNC-001", "CNC-002", "CNC-003"];

test("the address wins over memory, memory over the first", () => {
  assert.deepEqual(choose("CNC-003", "CNC-002", KNOWN), { id: "CNC-003", unknown: null });
  assert.deepEqual(choose(null, "CNC-002", KNOWN), { id: "CNC-002", unknown: null });
  assert.deepEqual(choose(null, null, KNOWN), { id: "CNC-001", unknown: null });
});

test("an unknown machine in the address selects none, whatever is remembered", () => {
  assert.deepEqual(choose("CNC-999", "CNC-002", KNOWN), { id: null, unknown: "CNC-999" });
});

test("a remembered machine that is gone is passed over", () => {
  assert.deepEqual(choose(null, "CNC-999", KNOWN), { id: "CNC-001", unknown: null });
  assert.deepEqual(choose(null, "CNC-999", []), { id: null, unknown: null });
});
