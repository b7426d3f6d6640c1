import assert from "node:assert/strict";
import { test } from "node:test";
import { figure, timeOfDay } from "../../src/machine/figures";
import { News } from "../../src/machine/news.svelte";
import { windowOf } from "../../src/machine/windows";

test("what is not known is a dash and never 0", () => {
  assert.deepEqual([null, undefined, Number.NaN].map((value) => figure(value, 1)), ["–", "–", "–"]);
  assert.deepEqual([figure(0, 1), figure(12_345.67, 1), figure(-0.2, 0)], ["0.0", "12,345.7", "0"]);
  assert.equal(timeOfDay(Number.NaN, "utc"), "–");
});

test("times of day are of the zone that was asked for", () => {
  const at = Date.parse("2026-11-21T04:05:06.789Z") / 1_000;
  assert.equal(timeOfDay(at, "utc"), "04:05:06");
  assert.equal(timeOfDay(at, "utc", true), "04:05:06.7");
});

test("a window that the address does not know is the usual one", () => {
  assert.deepEqual([null, "30", "3600", "31", "x"].map((text) => windowOf(text).seconds), [120, 30, 3_600, 120, 120]);
});

test("the first facts about a machine are no news, the next ones are, and at most once in five seconds", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const news = new News();
  news.hear("CNC-001", ["ACTIVE", ""], 0);
  assert.equal(news.said, "");
  news.hear("CNC-001", ["READY", ""], 100);
  assert.equal(news.said, "CNC-001: READY");
  const now = performance.now();
  news.hear("CNC-001", ["READY", "line lost"], now);
  assert.equal(news.said, "CNC-001: READY");
  context.mock.timers.tick(5_001);
  assert.equal(news.said, "CNC-001: line lost");
  news.hear("CNC-002", ["ACTIVE", ""], now);
  assert.equal(news.said, "CNC-001: line lost");
});
