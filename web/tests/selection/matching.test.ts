import assert from "node:assert/strict";
import { test } from "node:test";
import { matching } from "../../src/selection/matching";
import { doing } from "../../src/selection/standing";

const MACHINES = [
  { id: "CNC-001", name: "Vertical mill 1", site: "Works", cell: "Milling" },
  { id: "CNC-002", name: "Five-axis centre", site: "Works", cell: "Milling" },
  { id: "CNC-003", name: "Turn-mill", site: "Annexe", cell: "Turning" },
];

const ids = (typed: string) => matching(MACHINES, typed).map((machine) => machine.id);

test("every word must stand in the id, name, site or cell, in any order and case", () => {
  assert.deepEqual(ids(""), ["CNC-001", "CNC-002", "CNC-003"]);
  assert.deepEqual(ids("MILL works"), ["CNC-001", "CNC-002"]);
  assert.deepEqual(ids("  annexe  "), ["CNC-003"]);
  assert.deepEqual(ids("milling 003"), []);
});

test("a machine's standing is its connection while that is not well, else what it executes; not known is said so", () => {
  const state = { execution: "FEED_HOLD" } as never;
  assert.equal(doing({ connection: "stale", state }), "stale");
  assert.equal(doing({ connection: "online", state }), "feed hold");
  assert.equal(doing({ connection: "online", state: null }), "unknown");
});
