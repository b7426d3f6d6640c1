import assert from "node:assert/strict";
import { test } from "node:test";
import { nextRow } from "../../src/keyboard/rows";

test("from nowhere the first or the last row is gone to, and no step leads beyond the list", () => {
  assert.equal(nextRow(3, -1, 1), 0);
  assert.equal(nextRow(3, -1, -1), 2);
  assert.equal(nextRow(3, 0, 1), 1);
  assert.equal(nextRow(3, 2, 1), null);
  assert.equal(nextRow(3, 0, -1), null);
  assert.equal(nextRow(0, -1, 1), null);
});
