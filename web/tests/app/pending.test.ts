import "./window";
import assert from "node:assert/strict";
import { test } from "node:test";
import { PendingApprovals } from "../../src/app/pending.svelte";
import { Failure } from "../../src/engine/failure";

const ONE = { type: "approval.requested", subject: "approval/apr_1" };
const TWO = { type: "approval.requested", subject: "approval/apr_2" };

async function counting(ids: string[], more = false) {
  let reads = 0;
  const pending = new PendingApprovals(async () => {
    reads += 1;
    return { ids: new Set(ids), more };
  });
  assert.equal(pending.count, null, "not known is not nought");
  await pending.waiting.load();
  return { pending, reads: () => reads };
}

test("events move the number, and the same one twice does not", async () => {
  const { pending, reads } = await counting(["approval/apr_1"]);
  pending.heard(ONE);
  assert.equal(pending.count, "1");
  pending.heard(TWO);
  assert.equal(pending.count, "2");
  pending.heard({ type: "approval.expired", subject: "approval/apr_1" });
  pending.heard({ type: "approval.consumed", subject: "approval/apr_1" });
  pending.heard({ type: "approval.decided", subject: "approval/apr_2" });
  assert.deepEqual([pending.count, reads()], ["0", 1]);
});

test("what is more than can be counted is read again instead of guessed", async () => {
  const { pending, reads } = await counting(["approval/apr_1"], true);
  assert.equal(pending.count, "200+");
  pending.heard(TWO);
  assert.equal(reads(), 2);
});

test("a number that could not be read again is not known", async () => {
  const { pending } = await counting([]);
  assert.equal(pending.count, "0");
  pending.waiting.failure = Failure.unexpected(403);
  assert.equal(pending.count, null);
});
