import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageReader } from "../../src/engine/messages";

const TEXT = 'id: 7\n: connected\n\nid: 8\nevent: proposal.decided\ndata: {"seq":8}\n\n: heartbeat\n\n';

test("messages come whole, wherever the text is cut", () => {
  const whole = new MessageReader().take(TEXT);
  assert.deepEqual(whole, [
    { id: "7", event: "", data: "" },
    { id: "8", event: "proposal.decided", data: '{"seq":8}' },
    { id: null, event: "", data: "" },
  ]);
  for (let at = 0; at <= TEXT.length; at += 1) {
    const reader = new MessageReader();
    assert.deepEqual([...reader.take(TEXT.slice(0, at)), ...reader.take(TEXT.slice(at))], whole);
  }
});

test("a message that is not finished is kept back", () => {
  const reader = new MessageReader();
  assert.deepEqual(reader.take("data: 1\n"), []);
  assert.deepEqual(reader.take("data: 2\n\n"), [{ id: null, event: "", data: "1\n2" }]);
});
