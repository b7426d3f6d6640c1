import assert from "node:assert/strict";
import { test } from "node:test";
import { type Draft, draftFrom, freshDraft, proposalOf } from "../../src/propose/draft";
import { drafted, keepDraft, keptDraft } from "../../src/propose/drafts";

const DRAFT: Draft = {
  ...freshDraft("CNC-001"),
  intent: "shorten it",
  values: { feed_rate: { text: "30", unit: "in/min" }, axial_depth: { text: "", unit: "mm" }, cut_time: { text: "2", unit: "min" }, offset_x: { text: "1", unit: "mm" } },
  choices: { tool: "EM12-4", material: "" },
};

/** A tab's storage. */
function storage(): Storage {
  const kept = new Map<string, string>();
  const methods = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text), removeItem: (key: string) => void kept.delete(key) };
  return new Proxy(methods, { ownKeys: () => [...kept.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) }) as unknown as Storage;
}

function made(draft: Draft): Record<string, unknown> {
  return JSON.parse(proposalOf(draft).text ?? "null") as Record<string, unknown>;
}

test("a proposal says what was typed, with its units, and nothing that was not", () => {
  assert.deepEqual(made(DRAFT), {
    kind: "machine.change", subject: "machine/CNC-001", intent: "shorten it",
    action: { operation: "parameter_set", tool: "EM12-4", cut_time: { value: 2, unit: "min" }, params: { feed_rate: { value: 30, unit: "in/min" } } },
  });
});

test("what an operation does not take stays in the draft and is not sent", () => {
  assert.deepEqual(made({ ...DRAFT, operation: "offset_write" })["action"], { operation: "offset_write", params: { offset_x: { value: 1, unit: "mm" } } });
});

test("a value that cannot be sent stops the whole proposal, and says which", () => {
  const found = proposalOf({ ...DRAFT, values: { ...DRAFT.values, axial_depth: { text: "1e999", unit: "mm" } } });
  assert.equal(found.text, null);
  assert.deepEqual(Object.keys(found.refused), ["axial_depth"]);
});

test("a form without anything in it proposes nothing, and 0 is something", () => {
  assert.equal(proposalOf(freshDraft("CNC-001")).empty, true);
  assert.equal(proposalOf({ ...freshDraft("CNC-001"), values: { feed_rate: { text: "0", unit: "mm/min" } } }).empty, false);
});

test("a proposal that came back is in the form as it was made, digit for digit", () => {
  const again = draftFrom("CNC-001", made(DRAFT));
  assert.deepEqual(again?.left, []);
  assert.ok(again);
  assert.deepEqual(made(again.draft), made(DRAFT));
});

test("values of one machine never enter the form of another", () => {
  assert.equal(draftFrom("CNC-002", made(DRAFT)), null);
  assert.equal(draftFrom("CNC-001", { kind: "tool.call", subject: "machine/CNC-001", action: {} }), null);
});

test("what the form has no field for is named, not dropped unseen", () => {
  const proposal = { kind: "machine.change", subject: "machine/CNC-001", action: { operation: "parameter_set", magic: 1, params: { feed_rate: { value: "fast", unit: "mm/min" }, speed: { value: 1, unit: "rpm" } } } };
  assert.deepEqual(new Set(draftFrom("CNC-001", proposal)?.left), new Set(["/action/params/feed_rate", "/action/magic", "/action/params/speed"]));
});

test("each machine's draft is kept by itself, and an empty one is forgotten", () => {
  const kept = storage();
  keepDraft(DRAFT, kept);
  assert.deepEqual(keptDraft("CNC-001", kept), DRAFT);
  assert.deepEqual(keptDraft("CNC-002", kept), freshDraft("CNC-002"));
  assert.deepEqual(drafted(kept), ["CNC-001"]);
  keepDraft(freshDraft("CNC-001"), kept);
  assert.deepEqual(drafted(kept), []);
});

test("a kept draft that names another machine or cannot be read is passed over", () => {
  const kept = storage();
  kept.setItem("chargehand.draft.CNC-002", JSON.stringify(DRAFT));
  kept.setItem("chargehand.draft.CNC-003", "{");
  assert.deepEqual(keptDraft("CNC-002", kept), freshDraft("CNC-002"));
  assert.deepEqual(keptDraft("CNC-003", kept), freshDraft("CNC-003"));
});
