import assert from "node:assert/strict";
import { test } from "node:test";
import { typed } from "../../src/propose/number";

test("an empty field is not given, which is another thing than 0", () => {
  for (const text of ["", "  ", "\t"]) assert.deepEqual(typed(text), { kind: "absent" });
  for (const text of ["0", "0.0", "-0", "0e5"]) assert.deepEqual(typed(text), { kind: "number", value: 0 });
});

test("decimal numbers are taken exactly, however they are written", () => {
  const given: [string, number][] = [["3183", 3183], [" 0.1 ", 0.1], ["12.50", 12.5], ["+7", 7], [".5", 0.5], ["5.", 5], ["1e3", 1000], ["1.5E-2", 0.015], ["-12.25", -12.25], ["007", 7], ["9007199254740991", 2 ** 53 - 1], ["1e-7", 1e-7], ["49.60629921259843", 49.60629921259843]];
  for (const [text, value] of given) assert.deepEqual(typed(text), { kind: "number", value }, text);
});

test("what is no finite decimal number is refused in words", () => {
  for (const text of ["NaN", "nan", "inf", "-Infinity", "1e999", "-1e999", "1,5", "1.000,5", "12 mm", "0x10", "1_000", "1..2", "--1", "1e", "e5", "٣", "½", "1 000"]) {
    const found = typed(text);
    assert.equal(found.kind, "refused", text);
    assert.ok(found.kind === "refused" && /[a-z].*\.$/.test(found.because), text);
  }
});

test("digits that would be lost are refused instead of rounded away", () => {
  for (const text of ["0.12345678901234567890123", "9007199254740993", "1e-400", "100000000000000000000", "3.00000000000000000001"]) assert.equal(typed(text).kind, "refused", text);
});

test("what is taken is sent with the digits that were typed", () => {
  for (const text of ["0.1", "2.675", "1234.5678", "0.000001", "764", "49.60629921259843"]) {
    const found = typed(text);
    assert.ok(found.kind === "number");
    assert.equal(JSON.stringify(found.value), text);
  }
});
