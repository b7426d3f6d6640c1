import assert from "node:assert/strict";
import { test } from "node:test";
import { EventReader } from "../../src/telemetry/sse";

const STREAM = 'id: ins_1:4\n: connected\n\nid: ins_1:5\nevent: telemetry\ndata: {"seq":5}\n\nevent: gap\ndata: {"a":\ndata: 1}\n\ndata:x\n\n: heartbeat\n\n';
const MESSAGES = [
  { event: "telemetry", data: '{"seq":5}' },
  { event: "gap", data: '{"a":\n1}' },
  { event: "message", data: "x" },
];

test("messages come whole, however the stream is cut, whatever ends its lines", () => {
  for (const text of [STREAM, STREAM.replaceAll("\n", "\r\n"), STREAM.replaceAll("\n", "\r")]) {
    for (let size = 1; size <= text.length; size++) {
      const reader = new EventReader();
      const found = [];
      for (let at = 0; at < text.length; at += size) found.push(...reader.push(text.slice(at, at + size)));
      // A single carriage return may be half of a line's end, so the stream's last message waits for what follows.
      found.push(...reader.push(": end\n"));
      assert.deepEqual([found, reader.id], [MESSAGES, "ins_1:5"], `pieces of ${size}`);
    }
  }
});

test("a message that was cut off is none", () => {
  const reader = new EventReader();
  assert.deepEqual(reader.push("event: telemetry\ndata: {"), []);
  assert.deepEqual(reader.push("}\n"), []);
  assert.deepEqual(reader.push("event: late\n\n"), [{ event: "late", data: "{}" }]);
});
