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
