import assert from "node:assert/strict";
import { test } from "node:test";
import type { Machine, ProposalRecord } from "../../src/contracts/records";
import { commands } from "../../src/keyboard/commands";
import { fit, fitting } from "../../src/keyboard/fuzzy";

const found = (lines: string[], typed: string) => fitting(lines, typed, (line) => line);

test("all letters must stand there in order", () => {
  assert.equal(fit("xyz", "Fleet"), null);
  assert.equal(fit("tf", "fleet"), null);
  assert.notEqual(fit("flt", "Fleet"), null);
});

test("starts of words and letters that stand together are better", () => {
  assert.deepEqual(found(["MACH.FEED_ABOVE_MAX", "MACH.SPINDLE_ABOVE_MAX"], "sam")[0], "MACH.SPINDLE_ABOVE_MAX");
  assert.deepEqual(found(["CNC-010", "CNC-001"], "001")[0], "CNC-001");
  assert.deepEqual(found(["Decisions", "Scheme: dark"], "dark"), ["Scheme: dark"]);
});

test("with nothing typed everything is there in its order", () => {
  assert.deepEqual(found(["b", "a"], " "), ["b", "a"]);
});

test("a decision is found by its code and opened by its id; every command has an id of its own", () => {
  const gone: [string, Record<string, string | null>][] = [];
  const machines = [{ id: "CNC-001", name: "Mill", site: "Works", cell: "Milling" } as Machine];
  const decided = [{ decision_id: "dec_1", primary_code: "MACH.SPINDLE_ABOVE_MAX", verdict: "deny", subject: "machine/CNC-001" } as ProposalRecord];
  const all = commands({ go: (path, params) => gone.push([path, params]), machine: "CNC-002", settings: [] }, machines, decided);
  assert.equal(new Set(all.map((command) => command.id)).size, all.length);
  fitting(all, "spindle", (command) => command.words)[0]?.run();
  fitting(all, "CNC-001", (command) => command.words)[0]?.run();
  all.find((command) => command.words === "Propose")?.run();
  assert.deepEqual(gone, [
    ["/decisions", { id: "dec_1" }],
    ["/machine", { machine: "CNC-001" }],
    ["/propose", { machine: "CNC-002" }],
  ]);
});
