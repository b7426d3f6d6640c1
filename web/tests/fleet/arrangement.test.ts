import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrangement, SETTLE_MS } from "../../src/fleet/arrangement.svelte";

const ALL = new Set(["A", "B", "C", "D"]);

function begun(): Arrangement {
  const arrangement = new Arrangement();
  arrangement.want(["A", "B", "C"], ALL, "", 0);
  return arrangement;
}

test("the first order is taken as it comes, and a later one not before a while", () => {
  const arrangement = begun();
  assert.deepEqual(arrangement.shown, ["A", "B", "C"]);
  arrangement.want(["C", "A", "B"], ALL, "", SETTLE_MS - 1);
  assert.deepEqual([arrangement.shown, arrangement.changed], [["A", "B", "C"], true]);
  arrangement.want(["C", "A", "B"], ALL, "", SETTLE_MS);
  assert.deepEqual([arrangement.shown, arrangement.changed], [["C", "A", "B"], false]);
});

test("while pointer or focus is inside nothing moves, however long; then it does", () => {
  const arrangement = begun();
  arrangement.engage(true);
  arrangement.want(["C", "A", "B", "D"], ALL, "", 100 * SETTLE_MS);
  assert.deepEqual([arrangement.shown, arrangement.changed], [["A", "B", "C"], true]);
  arrangement.engage(false);
  arrangement.want(["C", "A", "B", "D"], ALL, "", 101 * SETTLE_MS);
  assert.deepEqual([arrangement.shown, arrangement.changed], [["C", "A", "B", "D"], false]);
});

test("what somebody asks for is done at once: sorting, and another filter", () => {
  const arrangement = begun();
  arrangement.engage(true);
  arrangement.want(["C", "A", "B"], ALL, "", 1);
  arrangement.sort(2);
  assert.deepEqual([arrangement.shown, arrangement.changed], [["C", "A", "B"], false]);
  arrangement.want(["B"], ALL, "q=b", 3);
  assert.deepEqual(arrangement.shown, ["B"]);
});

test("a machine that is no longer there goes at once, and one that only changed its place in the filter stays", () => {
  const arrangement = begun();
  arrangement.engage(true);
  arrangement.want(["C"], new Set(["A", "C"]), "", 1);
  assert.deepEqual([arrangement.shown, arrangement.changed], [["A", "C"], true]);
});

test("an order that has come back is no change", () => {
  const arrangement = begun();
  arrangement.engage(true);
  arrangement.want(["C", "A", "B"], ALL, "", 1);
  arrangement.want(["A", "B", "C"], ALL, "", 2);
  assert.equal(arrangement.changed, false);
});
