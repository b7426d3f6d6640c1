import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProposalRecord } from "../../src/contracts/records";
import { firstPage, LIVE_MAX, newer, type Rows, ROWS_MAX, withAgain, withHead, withOlder } from "../../src/decisions/rows";

function record(number: number, status: ProposalRecord["status"] = "allowed"): ProposalRecord {
  return { id: `prp_${String(number).padStart(6, "0")}`, status, revision: 2 } as ProposalRecord;
}

/** Proposals from `high` down to `low`. */
function down(high: number, low: number): ProposalRecord[] {
  return Array.from({ length: high - low + 1 }, (_, index) => record(high - index));
}

function numbers(rows: Rows): number[] {
  return rows.items.map(({ id }) => Number(id.slice(4)));
}

test("a newer page is laid over what is held: nothing twice, nothing lost, the cursor of the oldest row kept", () => {
  const held = withOlder(firstPage(down(20, 11), "c11"), "c11", firstPage(down(10, 1), "c1"));
  const rows = withHead(held, firstPage(down(23, 14), "c14"));
  assert.deepEqual(numbers(rows), numbers(firstPage(down(23, 1), null)));
  assert.equal(rows.cursor, "c1");
});

test("a row that the newest page no longer has left the list", () => {
  const held = withOlder(firstPage(down(20, 11), "c11"), "c11", firstPage(down(10, 1), null));
  const head = firstPage(down(20, 11).filter(({ id }) => id !== record(15).id), "c11");
  assert.ok(!numbers(withHead(held, head)).includes(15));
});

test("pages that do not meet are not shown as if nothing lay between", () => {
  const held = withOlder(firstPage(down(20, 11), "c11"), "c11", firstPage(down(10, 1), "c1"));
  const head = firstPage(down(50, 41), "c41");
  assert.deepEqual(withHead(held, head), head);
});

test("a row that says the same stays the same, and one that says something else does not", () => {
  const held = firstPage(down(4, 1), null);
  const again = [record(4), record(3, "executed"), { ...record(2), revision: 3 }, record(1)];
  const rows = withHead(held, firstPage(again, null));
  assert.deepEqual(rows.items.map((row, index) => row === held.items[index]), [true, false, false, true]);
  assert.deepEqual(rows.items, again);
});

test("a last page is everything there is, also where it is empty", () => {
  const held = firstPage(down(20, 11), "c11");
  assert.deepEqual(numbers(withHead(held, firstPage(down(3, 1), null))), [3, 2, 1]);
  assert.deepEqual(numbers(withHead(held, firstPage([], null))), []);
  assert.deepEqual(numbers(withHead(null, firstPage(down(3, 1), null))), [3, 2, 1]);
});

test("a live list that nobody leafed through begins anew before it grows long", () => {
  let rows = firstPage(down(100, 1), "c1");
  for (let high = 110; high <= LIVE_MAX + 100; high += 10) {
    rows = withHead(rows, firstPage(down(high, high - 99), `c${high - 99}`));
    assert.ok(rows.items.length <= LIVE_MAX);
    assert.deepEqual(numbers(rows), numbers(firstPage(down(high, high - rows.items.length + 1), null)), "no hole");
    assert.equal(rows.cursor, `c${high - rows.items.length + 1}`, "older ones begin where the list ends");
  }
});

test("a list that was leafed through is bounded, and says that older rows were let go", () => {
  const held = { items: down(ROWS_MAX, 1), cursor: "c1", grown: true, cut: false };
  const rows = withHead(held, firstPage(down(ROWS_MAX + 5, ROWS_MAX - 94), "x"));
  assert.equal(rows.items.length, ROWS_MAX);
  assert.deepEqual([rows.cut, rows.cursor], [true, null]);
  assert.equal(withOlder(held, "c1", firstPage([record(0)], "c0")).cut, true);
});

test("an older page that was asked for before the list began anew is dropped", () => {
  const held = firstPage(down(50, 41), "c41");
  assert.equal(withOlder(held, "c11", firstPage(down(10, 1), "c1")), held);
});

test("a proposal that is read again takes its place, or leaves a list that no longer wants it", () => {
  const held = firstPage(down(3, 1), null);
  const again = withAgain(held, [record(2, "executed")], () => true);
  assert.deepEqual(again.items.map(({ status }) => status), ["allowed", "executed", "allowed"]);
  assert.deepEqual(numbers(withAgain(held, [record(2, "executed")], ({ status }) => status === "allowed")), [3, 1]);
});

test("what is new is counted from the newest row that was shown", () => {
  assert.equal(newer(firstPage(down(10, 1), null), firstPage(down(14, 1), null)), 4);
  assert.equal(newer(firstPage([], null), firstPage(down(2, 1), null)), 2);
});
