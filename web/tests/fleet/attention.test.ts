import assert from "node:assert/strict";
import { test } from "node:test";
import type { Machine } from "../../src/contracts/records";
import { attention, DANGER, HELD, IDLE, LATELY_MS, needsSomebody, ordered, RUNNING, SILENT, VERDICT } from "../../src/fleet/attention";
import { type ConditionName, CONDITIONS } from "../../src/fleet/condition";

const NOW = Date.parse("2026-11-21T12:00:00Z");
type Decision = NonNullable<Machine["last_decision"]>;

function decided(verdict: string, agoMs = 60_000): Decision {
  return {
    id: "dec_1",
    proposal_id: "prp_1",
    verdict: verdict as Decision["verdict"],
    primary_code: "CUT.SPEED_ABOVE_BAND",
    reason_codes: ["CUT.SPEED_ABOVE_BAND"],
    evaluated_at: new Date(NOW - agoMs).toISOString(),
  };
}

test("every condition has its group", () => {
  const groups: Record<ConditionName, number> = {
    estop: DANGER, alarm: DANGER, faulted: DANGER,
    offline: SILENT, connecting: SILENT, stale: SILENT, unavailable: SILENT, unknown: SILENT,
    feed_hold: HELD, interrupted: HELD,
    running: RUNNING, waiting: RUNNING,
    stopped: IDLE, completed: IDLE, ready: IDLE,
  };
  for (const { name } of CONDITIONS) assert.equal(attention(name, null, NOW), groups[name], name);
});

test("a verdict that permitted nothing brings its machine forward for a while, and none back", () => {
  for (const verdict of ["deny", "needs_approval", "indeterminate", "something_new"]) {
    assert.equal(attention("running", decided(verdict), NOW), VERDICT, verdict);
    assert.equal(attention("offline", decided(verdict), NOW), VERDICT, verdict);
    assert.equal(attention("estop", decided(verdict), NOW), DANGER, verdict);
    assert.equal(attention("running", decided(verdict, LATELY_MS), NOW), RUNNING, verdict);
  }
  for (const verdict of ["allow", "allow_with_obligations"]) assert.equal(attention("running", decided(verdict), NOW), RUNNING, verdict);
  assert.equal(attention("ready", undefined, NOW), IDLE);
});

test("who runs or idles needs nobody", () => {
  assert.deepEqual([DANGER, VERDICT, SILENT, HELD, RUNNING, IDLE].map(needsSomebody), [true, true, true, true, false, false]);
});

test("machines are in the order of their groups, and within one by id as people count", () => {
  const machines = [
    { id: "CNC-10", group: RUNNING },
    { id: "CNC-9", group: RUNNING },
    { id: "CNC-1", group: IDLE },
    { id: "CNC-7", group: HELD },
    { id: "CNC-8", group: SILENT },
    { id: "CNC-5", group: VERDICT },
    { id: "CNC-6", group: DANGER },
  ];
  assert.deepEqual(ordered(machines), ["CNC-6", "CNC-5", "CNC-8", "CNC-7", "CNC-9", "CNC-10", "CNC-1"]);
});
