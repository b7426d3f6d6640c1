import assert from "node:assert/strict";
import { test } from "node:test";
import type { Machine } from "../../src/contracts/records";
import { type Choice, counted, passes, values } from "../../src/fleet/choice";

const ANY: Choice = { site: null, cell: null, state: null, text: "" };
const MACHINE: Machine = {
  id: "CNC-001",
  name: "Vertical mill 1",
  site: "Works",
  cell: "Milling",
  kind: "mill_3axis",
  source: "simulated",
  writable: true,
  connection: "online",
  sensors: [],
  card_digest: "sha256:0",
  last_decision: { id: "dec_1", proposal_id: "prp_1", verdict: "deny", primary_code: "CUT.A", reason_codes: ["CUT.A", "MACH.B"], evaluated_at: "2026-11-21T12:00:00Z" },
};

test("site and cell are whole, words are parts in any case and all of them have to be there", () => {
  const table: [Partial<Choice>, boolean][] = [
    [{}, true],
    [{ site: "Works", cell: "Milling" }, true],
    [{ site: "Work" }, false],
    [{ cell: "Turning" }, false],
    [{ text: "  VERTICAL bracket " }, true],
    [{ text: "vertical shaft" }, false],
    [{ text: "mach.b" }, true],
    [{ text: "mill_3" }, true],
  ];
  for (const [choice, expected] of table) assert.equal(passes(MACHINE, "BRACKET-R1", { ...ANY, ...choice }), expected, JSON.stringify(choice));
});

test("a machine without a program or a verdict is found by what it has", () => {
  const { last_decision: _, ...bare } = MACHINE;
  assert.equal(passes(bare, null, { ...ANY, text: "cnc-001" }), true);
  assert.equal(passes(bare, null, { ...ANY, text: "null" }), false);
});

test("only what occurs is counted", () => {
  assert.deepEqual([...counted(["running", "alarm", "running"])], [["running", 2], ["alarm", 1]]);
  assert.deepEqual(values(["B", "A", "B"]), ["A", "B"]);
});
