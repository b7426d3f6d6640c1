import assert from "node:assert/strict";
import { test } from "node:test";
import { at, changes, fieldOf } from "../../src/decisions/diff";

const PROPOSED = {
  kind: "machine.change",
  action: { tool: "EM12-4", params: { feed_rate: { value: 1764, unit: "mm/min" }, axial_depth: { value: 30, unit: "mm" } } },
};

test("a clamp is told by the leaves that it moves, each with its unit and nothing besides", () => {
  const clamped = structuredClone(PROPOSED);
  clamped.action.params.feed_rate.value = 743.5;
  assert.deepEqual(changes(PROPOSED, clamped), [{ path: "/action/params/feed_rate/value", was: "1764", would: "743.5", unit: "mm/min" }]);
  assert.deepEqual(changes(PROPOSED, structuredClone(PROPOSED)), []);
});

test("what comes, what goes and a change of unit are told as such", () => {
  const before = { a: { value: 1, unit: "mm" }, gone: true, list: [1, 2] };
  const after = { a: { value: 1, unit: "in" }, list: [1, 3, 4], "x/y~": null };
  assert.deepEqual(changes(before, after), [
    { path: "/a/unit", was: '"mm"', would: '"in"', unit: null },
    { path: "/list/1", was: "2", would: "3", unit: null },
    { path: "/list/2", was: null, would: "4", unit: null },
    { path: "/x~1y~0", was: null, would: "null", unit: null },
    { path: "/gone", was: "true", would: null, unit: null },
  ]);
});

test("a value that became another kind of thing is one change, and 0 is not nothing", () => {
  assert.deepEqual(changes({ a: { b: 1 } }, { a: 0 }), [{ path: "/a", was: '{"b":1}', would: "0", unit: null }]);
  assert.deepEqual(changes({}, { a: 0 }), [{ path: "/a", was: null, would: "0", unit: null }]);
});

test("a pointer finds what it names, and speaks of it as people do", () => {
  assert.equal(at(PROPOSED, "/action/params/feed_rate/unit"), "mm/min");
  assert.equal(at({ "x/y~": [5] }, "/x~1y~0/0"), 5);
  assert.equal(at(PROPOSED, "/action/none/at/all"), undefined);
  assert.equal(at(PROPOSED, ""), PROPOSED);
  assert.deepEqual(["/action/params/feed_rate/value", "/subject", "/action", ""].map(fieldOf), ["feed rate", "subject", "proposal", "proposal"]);
});
