import assert from "node:assert/strict";
import { test } from "node:test";
import { absolute, relative, span } from "../../src/time/words";

const NOW = Date.parse("2026-11-21T12:00:00Z");

test("spans name the units that matter", () => {
  assert.deepEqual([4_000, 60_000, 3_600_000 + 300_000, 26 * 3_600_000].map(span), ["4 s", "1 min", "1 h 05 min", "1 d 2 h"]);
});

test("relative times look both ways, and the unknown is a dash", () => {
  assert.equal(relative("2026-11-21T11:59:00Z", NOW), "1 min ago");
  assert.equal(relative("2026-11-21T12:05:00Z", NOW), "in 5 min");
  assert.equal(relative("2026-11-21T12:00:00.4Z", NOW), "now");
  assert.equal(relative(null, NOW), "–");
  assert.equal(relative("soon", NOW), "–");
});

test("absolute times name their zone", () => {
  assert.equal(absolute("2026-11-21T04:05:06.789Z", "utc"), "2026-11-21 04:05:06 UTC");
  assert.match(absolute("2026-11-21T04:05:06Z", "local"), /^2026-11-21 .* UTC[+-]\d\d:\d\d$/);
});
