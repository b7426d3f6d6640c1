import assert from "node:assert/strict";
import { test } from "node:test";
import type { Reason } from "../../src/contracts/records";
import { fieldName, marksOf } from "../../src/propose/marks";

test("a pointer names the field that it leads to", () => {
  const paths = ["/action/params/feed_rate", "/action/params/feed_rate/value", "/action/tool", "/action/cut_time/unit", "/subject", "/action", null];
  assert.deepEqual(paths.map(fieldName), ["feed_rate", "feed_rate", "tool", "cut_time", null, null, null]);
});

test("every reason is told once: at its field if that is shown, else by itself", () => {
  const reasons = ["/action/params/feed_rate", "/action/params/feed_rate/value", "/action/params/offset_x", null].map((path, index) => ({ path, code: String(index) }) as Reason);
  const { byField, others } = marksOf(reasons, new Set(["feed_rate"]));
  assert.deepEqual(byField.get("feed_rate")?.map(({ code }) => code), ["0", "1"]);
  assert.deepEqual(others.map(({ code }) => code), ["2", "3"]);
});
