import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs, FIRST_MS, LONGEST_MS } from "../../src/time/backoff";

test("pauses double from the first to the longest, and never leave half to the whole of it", () => {
  assert.equal(backoffMs(1, 0), FIRST_MS / 2);
  assert.equal(backoffMs(2, 0), FIRST_MS);
  for (let attempt = 1; attempt < 2_000; attempt *= 2) {
    assert.ok(backoffMs(attempt, 0.999) <= LONGEST_MS);
    assert.ok(backoffMs(attempt, 0) >= FIRST_MS / 2);
  }
});
