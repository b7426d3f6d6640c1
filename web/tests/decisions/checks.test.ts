import assert from "node:assert/strict";
import { test } from "node:test";
import type { Check } from "../../src/contracts/records";
import { checkName, grouped } from "../../src/decisions/checks";

const CHECKS = [
  { name: "content.kind", status: "passed" },
  { name: "limit.feed_rate", status: "not_applicable" },
  { name: "tool.axial_depth", status: "failed", code: "TOOL.AXIAL_DEPTH_ABOVE_FLUTE" },
  { name: "cut.chatter", status: "not_evaluable", code: "CUT.CHATTER_NOT_JUDGED" },
  { name: "content.fields", status: "passed" },
] as Check[];

test("every check stands in one group; what failed comes first, then what could not be judged", () => {
  const groups = grouped(CHECKS);
  assert.deepEqual(groups.map(({ status }) => status), ["failed", "not_evaluable", "passed", "not_applicable"]);
  assert.deepEqual(new Set(groups.flatMap(({ checks }) => checks)), new Set(CHECKS));
  assert.deepEqual(groups[2]?.checks.map(({ name }) => name), ["content.kind", "content.fields"], "in the order in which they ran");
});

test("a status that nobody knows is shown first, and an empty group not at all", () => {
  const groups = grouped([{ name: "new.check", status: "quantum" as Check["status"] }, ...CHECKS.slice(0, 1)]);
  assert.deepEqual(groups.map(({ status }) => status), ["quantum", "passed"]);
});

test("a check is named in words", () => {
  assert.equal(checkName("tool.axial_depth"), "tool: axial depth");
});
