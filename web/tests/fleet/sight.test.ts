import assert from "node:assert/strict";
import { test } from "node:test";
import { columns, inSight } from "../../src/fleet/sight";

const NARROWEST = 304;
const GAP = 12;

test("four tiles stand side by side on a wide page, one on a phone, and never none", () => {
  assert.deepEqual([1376, 846, 338, 296, 0].map((width) => columns(width, NARROWEST, GAP)), [4, 2, 1, 1, 1]);
});

test("only what is in sight is in the page, with a few rows around it", () => {
  assert.deepEqual(inSight(200, 900, 220, 50, 2), { first: 0, end: 6 });
  assert.deepEqual(inSight(-2_200, 900, 220, 50, 2), { first: 8, end: 17 });
  assert.deepEqual(inSight(-10_900, 900, 220, 50, 2), { first: 47, end: 50 });
});

test("a wall that is out of sight has no tiles, and the end is never before the beginning", () => {
  assert.deepEqual(inSight(5_000, 900, 220, 50, 2), { first: 0, end: 0 });
  assert.deepEqual(inSight(-50_000, 900, 220, 50, 2), { first: 50, end: 50 });
});
