import assert from "node:assert/strict";
import { test } from "node:test";
import { figure } from "../../src/parts/figure";

test("what is not known is a dash, never nought", () => {
  assert.deepEqual([null, undefined, Number.NaN, Number.POSITIVE_INFINITY].map((value) => figure(value)), ["–", "–", "–", "–"]);
  assert.equal(figure(0), "0");
});

test("as many figures as matter, and no whole part is cut", () => {
  assert.deepEqual([3183.0989, 763.94, 12, 2.5, 0.12345, 123456.7, -0.0001].map((value) => figure(value)), ["3183", "763.9", "12", "2.5", "0.123", "123457", "0"]);
  assert.equal(figure(2.5, 2), "2.50");
  assert.equal(figure(1000), "1000");
});
