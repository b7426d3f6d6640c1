import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProposalRecord } from "../../src/contracts/records";
import { fromAddress, matches, narrowed, toQuery } from "../../src/decisions/filters";

test("the address holds every filter, and the engine is asked for all but the text", () => {
  const filters = fromAddress(new URLSearchParams("machine=CNC-002&verdict=deny&code=MACH.SPEED_ABOVE_MAX&status=denied&q=rough&id=dec_1"));
  assert.deepEqual(filters, { machine: "CNC-002", verdict: "deny", code: "MACH.SPEED_ABOVE_MAX", status: "denied", text: "rough" });
  assert.deepEqual(toQuery(filters), { subject: "machine/CNC-002", verdict: "deny", code: "MACH.SPEED_ABOVE_MAX", status: "denied" });
});

test("what the address does not name is not narrowed, and a value that nobody knows is not passed over", () => {
  const none = fromAddress(new URLSearchParams("verdict=&q="));
  assert.deepEqual(toQuery(none), {});
  assert.equal(narrowed(none), false);
  assert.deepEqual(toQuery(fromAddress(new URLSearchParams("verdict=maybe"))), { verdict: "maybe" });
});

test("every word of the text has to be there, in any field and any case", () => {
  const record = {
    subject: "machine/CNC-001", kind: "machine.change", intent: "shorten the roughing pass", proposer: "agent:robot", id: "prp_1",
    decision_id: "dec_1", verdict: "deny", status: "awaiting_approval", reason_codes: ["TOOL.NOT_LOADED"],
  } as unknown as ProposalRecord;
  for (const text of ["", "  ", "ROUGHING robot", "not_loaded", "dec_1", "awaiting approval"]) assert.equal(matches(record, text), true, text);
  for (const text of ["finishing", "roughing finishing"]) assert.equal(matches(record, text), false, text);
});
