import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf } from "../../src/approvals/fields";

test("every leaf of an act is a line, quantities with their unit", () => {
  const action = { operation: "offset_write", params: { offset_x: { value: 0.1, unit: "mm" } }, coolant: true, paths: ["/a", "/b"] };
  assert.deepEqual(fieldsOf(action), [
    { name: "operation", value: "offset_write" },
    { name: "params.offset_x", value: "0.1 mm" },
    { name: "coolant", value: "true" },
    { name: "paths[0]", value: "/a" },
    { name: "paths[1]", value: "/b" },
  ]);
});

test("nothing is left out: empty records, nulls and what is no record at all", () => {
  assert.deepEqual(fieldsOf({ arguments: {}, host: null, paths: [] }), [
    { name: "arguments", value: "{}" },
    { name: "host", value: "null" },
    { name: "paths", value: "[]" },
  ]);
  assert.deepEqual(fieldsOf("rm -rf"), [{ name: "action", value: "rm -rf" }]);
  assert.deepEqual(fieldsOf(undefined), [{ name: "action", value: "–" }]);
});

test("a record with more than value and unit is no quantity, so that nothing hides in it", () => {
  assert.deepEqual(fieldsOf({ x: { value: 1, unit: "mm", note: "y" } }).length, 3);
});

test("what shows nothing or turns the writing around is escaped, so that a command reads as it runs", () => {
  assert.deepEqual(fieldsOf({ command: "ls\nrm -rf", file: "\u202egpj.exe", unit: { value: "\u202e1", unit: "m\u200bm" } }), [
    { name: "command", value: '"ls\\nrm -rf"' },
    { name: "file", value: '"\\u202egpj.exe"' },
    { name: "unit", value: '"\\"\\u202e1\\"" "m\\u200bm"' },
  ]);
  assert.equal(fieldsOf("Größe “5” \u{1f469}\u200d\u{1f527} \\n")[0]?.value, "Größe “5” \u{1f469}\u200d\u{1f527} \\n");
});
