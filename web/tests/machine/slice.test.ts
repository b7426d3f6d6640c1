import assert from "node:assert/strict";
import { test } from "node:test";
import { PER_PIXEL } from "../../src/telemetry/decimate";
import { nearest, rowAt, rowsIn, slice } from "../../src/machine/slice";

/** A track of one signal, a sample a second from second 0. */
function track(values: readonly number[], breaks: readonly number[] = []) {
  const column = Float64Array.from(values);
  return { times: Float64Array.from(values, (_, second) => second), column: () => column, breaks: [...breaks] };
}

test("rows are found by time", () => {
  const times = Float64Array.from([10, 11, 11, 15]);
  assert.deepEqual([9, 10, 11, 12, 15, 16].map((at) => rowAt(times, at)), [0, 0, 1, 3, 3, 4]);
  assert.deepEqual([9, 10.4, 10.6, 12, 14, 99].map((at) => nearest(times, at)), [0, 0, 1, 2, 3, 3]);
  assert.equal(nearest(new Float64Array(), 1), -1);
});

test("a window takes one sample more on either side, so that lines run to its edges", () => {
  assert.deepEqual(rowsIn(Float64Array.from([0, 1, 2, 3, 4, 5]), { from: 1.5, to: 3.5 }), [1, 5]);
});

test("an unknown number is null and never 0", () => {
  const { columns } = slice(track([1, Number.NaN, 3]), ["load"], { from: 0, to: 2 }, 100);
  assert.deepEqual(columns, [[1, null, 3]]);
});

test("a hole breaks the line", () => {
  const found = slice(track([1, 2, 3, 4], [2]), ["load"], { from: 0, to: 3 }, 100);
  assert.deepEqual(found.columns, [[1, 2, null, 3, 4]]);
  assert.deepEqual(found.times, [0, 1, 2, 2, 3]);
});

test("what is too dense is thinned, and no peak is lost", () => {
  const values = Array.from({ length: 10_000 }, (_, row) => Math.sin(row));
  values[4_321] = 99;
  values[7_654] = -99;
  values[5] = Number.NaN;
  const width = 100;
  const { times, columns, rows } = slice(track(values, [6_000]), ["load"], { from: 0, to: 10_000 }, width);
  assert.equal(rows, 10_000);
  assert.ok(times.length <= PER_PIXEL * (width + 2), `${times.length} rows`);
  assert.equal(times.length, columns[0]?.length);
  const known = (columns[0] ?? []).filter((value) => value !== null);
  assert.equal(Math.max(...known), 99);
  assert.equal(Math.min(...known), -99);
  assert.ok(columns[0]?.includes(null), "the hole is gone");
  assert.deepEqual(times, [...times].sort((one, other) => one - other));
});

test("a thinned line ends with the newest sample's bucket, whatever the window", () => {
  const values = Array.from({ length: 5_000 }, (_, row) => row);
  const { columns } = slice(track(values), ["load"], { from: 0, to: 5_000 }, 50);
  assert.equal(columns[0]?.at(-1), 4_999);
});
