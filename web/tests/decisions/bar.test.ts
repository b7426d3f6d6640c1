import assert from "node:assert/strict";
import { test } from "node:test";
import { bar } from "../../src/decisions/bar";

test("both values and zero are in sight, and the order on the bar is the order of the values", () => {
  for (const [observed, limit, margin] of [[30, 26, -4], [31.83, 500, -468.17], [-470, -460, -10], [5, -5, 10], [0, 10, 10]] as const) {
    const drawn = bar(observed, limit, margin);
    assert.ok(drawn);
    for (const place of [drawn.from, drawn.to, drawn.limit]) assert.ok(place >= 0 && place <= 1, String(place));
    const end = observed >= 0 ? drawn.to : drawn.from;
    assert.equal(Math.sign(drawn.limit - end), Math.sign(limit - observed));
  }
});

test("which end a limit is follows from the margin", () => {
  assert.deepEqual([bar(30, 26, -4)?.side, bar(30, 26, -4)?.violated], ["max", true]);
  assert.deepEqual([bar(20, 26, 6)?.side, bar(20, 26, 6)?.violated], ["max", false]);
  assert.deepEqual([bar(31, 500, -469)?.side, bar(31, 500, -469)?.violated], ["min", true]);
  assert.deepEqual([bar(600, 500, 100)?.side, bar(600, 500, 100)?.violated], ["min", false]);
});

test("what cannot be measured is not drawn", () => {
  for (const [observed, limit, margin] of [["NOPE", "EM12-4", null], [1, null, null], [1, 2, undefined], [0, 0, 0], [Number.NaN, 1, 1]]) {
    assert.equal(bar(observed, limit, margin), null);
  }
});
