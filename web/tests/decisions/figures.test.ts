import assert from "node:assert/strict";
import { test } from "node:test";
import { figure, latency, shortDigest } from "../../src/decisions/figures";

test("short figures stand exactly, long ones rounded", () => {
  assert.deepEqual([26, 0.14, -4, 12_000.5, 0].map((value) => figure(value)), ["26", "0.14", "-4", "12000.5", "0"]);
  assert.equal(figure(0.23939679547596607), "0.239397");
  assert.equal(figure(16736.581616603344), "16736.6");
});

test("two figures that differ never look alike", () => {
  assert.notEqual(figure(11.000000001, 11), figure(11, 11.000000001));
  assert.notEqual(figure(33.586259999999996, 33.58626), figure(33.58626, 33.586259999999996));
  assert.equal(figure(33.586259999999996, 33.586259999999996), "33.5863");
});

test("a latency has the unit that fits, and none is a dash and not 0", () => {
  assert.deepEqual([0, 433, 5_532, 1_234_567].map((us) => latency(us)), ["0 µs", "433 µs", "5.53 ms", "1.23 s"]);
  assert.deepEqual([latency(null), latency(undefined)], ["–", "–"]);
});

test("only a digest is shortened", () => {
  assert.equal(shortDigest(`sha256:49e0043732cf${"0".repeat(52)}`), "49e0043732cf…");
  assert.equal(shortDigest("none"), "none");
});
