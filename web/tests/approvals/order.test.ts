import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder } from "../../src/approvals/order";
import type { Approval } from "../../src/contracts/records";

function approval(id: string, expires: string, risk: Approval["risk"], requested = "2026-11-21T10:00:00Z"): Approval {
  return { id, expires_at: expires, risk, requested_at: requested } as Approval;
}

const ids = (list: Approval[]): string[] => list.map(({ id }) => id);

test("the nearest deadline comes first, whatever its risk", () => {
  const late = approval("late", "2026-11-21T12:00:00Z", "high");
  const soon = approval("soon", "2026-11-21T11:00:00Z", "low");
  assert.deepEqual(ids(inOrder([late, soon])), ["soon", "late"]);
});

test("within a minute the highest risk comes first", () => {
  const found = inOrder([
    approval("low", "2026-11-21T11:00:01Z", "low"),
    approval("high", "2026-11-21T11:00:59Z", "high"),
    approval("medium", "2026-11-21T11:00:30Z", "medium"),
  ]);
  assert.deepEqual(ids(found), ["high", "medium", "low"]);
});

test("of one deadline and risk the oldest comes first, and the given list is left alone", () => {
  const given = [
    approval("b", "2026-11-21T11:00:00Z", "low", "2026-11-21T10:01:00Z"),
    approval("a", "2026-11-21T11:00:00Z", "low", "2026-11-21T10:00:00Z"),
  ];
  assert.deepEqual(ids(inOrder(given)), ["a", "b"]);
  assert.deepEqual(ids(given), ["b", "a"]);
});
