import assert from "node:assert/strict";
import { test } from "node:test";
import { condition, CONDITIONS, conditionOf, type Interlocks, obstacles, type Seen } from "../../src/fleet/condition";

const CLEAR: Interlocks = { alarms: [], door_open: false, estop: false, feed_hold: false };
const UNREPORTED: Interlocks = { alarms: null, door_open: null, estop: null, feed_hold: null };
const RUNNING: Seen = { connection: "online", execution: "ACTIVE", interlocks: CLEAR, aged: false };

function word(more: Partial<Seen>): string {
  return condition({ ...RUNNING, ...more }).word;
}

test("every execution has its word, and a word that nobody knows is unknown", () => {
  const table: [string | null, string][] = [
    ["ACTIVE", "running"],
    ["READY", "ready"],
    ["WAIT", "waiting"],
    ["INTERRUPTED", "interrupted"],
    ["FEED_HOLD", "feed hold"],
    ["STOPPED", "stopped"],
    ["OPTIONAL_STOP", "stopped"],
    ["PROGRAM_STOPPED", "stopped"],
    ["PROGRAM_OPTIONAL_STOP", "stopped"],
    ["PROGRAM_COMPLETED", "completed"],
    ["UNAVAILABLE", "unavailable"],
    [null, "unknown"],
    ["", "unknown"],
    ["DANCING", "unknown"],
    ["toString", "unknown"],
  ];
  for (const [execution, expected] of table) assert.equal(word({ execution }), expected, String(execution));
});

test("a machine that is not there is called so, whatever else was last known of it", () => {
  for (const connection of ["offline", "faulted", "connecting"] as const)
    for (const execution of ["ACTIVE", "READY", null])
      for (const interlocks of [CLEAR, { ...CLEAR, estop: true }, UNREPORTED, null])
        for (const aged of [false, true]) assert.equal(word({ connection, execution, interlocks, aged }), connection);
});

test("the worst that is known wins: e-stop, alarm, silence, hold, and only then what is executed", () => {
  const all: Interlocks = { alarms: ["2041: spindle drive"], door_open: true, estop: true, feed_hold: true };
  assert.equal(word({ interlocks: all }), "e-stop");
  assert.equal(word({ interlocks: all, connection: "stale", aged: true }), "e-stop");
  assert.equal(word({ interlocks: { ...all, estop: false } }), "alarm");
  assert.equal(word({ interlocks: { ...all, estop: null }, connection: "stale" }), "alarm");
  assert.equal(word({ interlocks: { ...all, estop: false, alarms: [] }, aged: true }), "stale");
  assert.equal(word({ connection: "stale" }), "stale");
  assert.equal(word({ interlocks: { ...CLEAR, feed_hold: true } }), "feed hold");
  assert.equal(word({ interlocks: { ...CLEAR, feed_hold: true }, execution: null }), "feed hold");
});

test("interlocks that are not reported stop nobody, and are not called clear", () => {
  assert.equal(word({ interlocks: UNREPORTED }), "running");
  assert.equal(word({ interlocks: null }), "running");
  assert.equal(obstacles(UNREPORTED), null);
  assert.equal(obstacles(null), null);
  assert.deepEqual(obstacles({ ...UNREPORTED, estop: false }), []);
});

test("what stops a machine is said in words, the worst first", () => {
  const all: Interlocks = { alarms: ["2041: spindle drive", "2042: tool broken"], door_open: true, estop: true, feed_hold: true };
  assert.deepEqual(obstacles(all), [
    "emergency stop pressed",
    "alarm 2041: spindle drive",
    "alarm 2042: tool broken",
    "guard door open",
    "feed hold",
  ]);
});

test("every condition is found by the name that the address has, and nothing else is", () => {
  for (const entry of CONDITIONS) assert.equal(conditionOf(entry.name), entry);
  assert.deepEqual([conditionOf("asleep"), conditionOf("constructor"), conditionOf(null)], [null, null, null]);
});

test("what no one reports on is never shown in the colour of what runs", () => {
  const calm = CONDITIONS.filter(({ tone }) => tone === "good" || tone === "calm").map(({ name }) => name);
  assert.deepEqual(calm, ["running", "waiting", "stopped", "completed", "ready"]);
});
