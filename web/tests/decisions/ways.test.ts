import assert from "node:assert/strict";
import { test } from "node:test";
import type { Remedy } from "../../src/contracts/records";
import { way } from "../../src/decisions/ways";

const PROPOSAL = { action: { params: { feed_rate: { value: 120, unit: "in/min" } } } };

test("a remedy is said in words, with the proposal's own unit", () => {
  const said = (remedy: Partial<Remedy>) => way(remedy as Remedy, PROPOSAL);
  assert.equal(said({ kind: "clamp", path: "/action/params/feed_rate/value", to: 49.6 }), "Set feed rate to 49.6 in/min.");
  assert.equal(said({ kind: "clamp", path: "/action/cut_time/value", to: 0 }), "Set cut time to 0.");
  assert.equal(said({ kind: "supply", path: "/action/program_sha256" }), "Give program sha256.");
  assert.equal(said({ kind: "choose", path: "/action/tool", one_of: ["EM12-4", "DR85-2"] }), "Choose for tool one of: EM12-4, DR85-2.");
  assert.equal(said({ kind: "request_approval", gate: "operator" }), "Have it approved by: operator.");
  assert.equal(said({ kind: "none" }), "");
});

test("a remedy that this page does not know is shown as it is", () => {
  assert.equal(way({ kind: "pray" } as unknown as Remedy, PROPOSAL), '{"kind":"pray"}');
});
