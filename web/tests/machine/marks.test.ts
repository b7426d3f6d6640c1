import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConditionFrame } from "../../src/contracts/records";
import { type Decided, grouped, merged, type Moment, ofCondition, ofDecision, ofRuns } from "../../src/machine/marks";

function decided(id: string, at: string, more: Partial<Decided> = {}): Decided {
  return { id, verdict: "deny", code: "CUT.X", codes: ["CUT.X"], at, intent: null, proposer: null, status: null, ...more };
}

function condition(kind: string, data: Record<string, unknown>): ConditionFrame {
  return { type: "condition", kind, data: data as ConditionFrame["data"], machine_id: "CNC-001", seq: 7 };
}

function moment(key: string, at: number): Moment {
  return { key, at, tone: "good", icon: "allow", words: key, decision: key };
}

test("a decision is there once, newest first, and the record says more than the frame", () => {
  const record = decided("dec_1", "2026-11-21T01:00:00Z", { intent: "faster" });
  const frames = [decided("dec_1", "2026-11-21T01:00:00Z"), decided("dec_2", "2026-11-21T01:00:05Z")];
  assert.deepEqual(merged([record], frames).map(({ id, intent }) => [id, intent]), [["dec_2", null], ["dec_1", "faster"]]);
});

test("a verdict that is not understood does not look like an allowance", () => {
  assert.equal(ofDecision(decided("d", "2026-11-21T01:00:00Z", { verdict: "allow" }))?.tone, "good");
  assert.equal(ofDecision(decided("d", "2026-11-21T01:00:00Z", { verdict: "maybe" }))?.tone, "unknown");
  assert.equal(ofDecision(decided("d", "soon")), null);
});

test("a fault is a fault, and what has no known level is unknown", () => {
  assert.equal(ofCondition(condition("machine.condition", { level: "fault", condition: "spindle", text: "hot" }), 3).tone, "bad");
  assert.equal(ofCondition(condition("machine.condition", { level: "odd" }), 3).tone, "unknown");
  const state = ofCondition(condition("machine.state", { connection: "stale" }), 3);
  assert.deepEqual([state.tone, state.words, state.at], ["unknown", "Connection: stale", 3]);
});

test("every run but the first is marked where it begins", () => {
  const track = { times: Float64Array.from([10, 11, 12]), runs: [{ instanceId: "a", index: 0 }, { instanceId: "b", index: 2 }] };
  assert.deepEqual(ofRuns(track).map(({ key, at }) => [key, at]), [["run-b", 12]]);
});

test("marks that would cover each other stand together", () => {
  const groups = grouped([moment("c", 9), moment("a", 0), moment("b", 1.5), moment("d", 2.5)], 2);
  assert.deepEqual(groups.map((group) => group.map(({ key }) => key)), [["a", "b", "d"], ["c"]]);
});

test("conditions at one position of two engines' logs are two marks", () => {
  const [one, other] = [ofCondition(condition("machine.condition", {}), 10), ofCondition(condition("machine.condition", {}), 20)];
  assert.notEqual(one.key, other.key);
});
