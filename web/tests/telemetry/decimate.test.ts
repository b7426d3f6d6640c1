import assert from "node:assert/strict";
import { test } from "node:test";
import { decimate } from "../../src/telemetry/decimate";

/** Numbers that look random and are the same every time. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Case {
  readonly times: Float64Array;
  readonly sources: Float64Array[];
  readonly breaks: Set<number>;
  /** Seconds on a pixel, and how many pixels there are. */
  readonly pixel: number;
  readonly pixels: number;
}

/** Uneven times, lines with rare peaks and unknown stretches, and some holes. */
function caseOf(seed: number): Case {
  const draw = draws(seed);
  const rows = 2 + Math.floor(draw() * 4_000);
  let time = 1_795_233_600 + draw() * 1_000;
  const times = Float64Array.from({ length: rows }, () => (time += draw() < 0.01 ? draw() * 30 : draw() * 0.2));
  const sources = Array.from({ length: 1 + Math.floor(draw() * 4) }, () => {
    let unknown = 0;
    return Float64Array.from({ length: rows }, () => {
      if (unknown > 0 || draw() < 0.003) unknown = unknown > 0 ? unknown - 1 : Math.floor(draw() * 200);
      if (unknown > 0) return Number.NaN;
      return draw() < 0.002 ? 1_000 * (draw() - 0.5) : draw();
    });
  });
  const breaks = new Set(Array.from({ length: Math.floor(draw() * 4) }, () => Math.floor(draw() * rows)));
  const pixels = 50 + Math.floor(draw() * 900);
  return { times, sources, breaks, pixels, pixel: ((times.at(-1) as number) - (times[0] as number)) / pixels };
}

/** Least and greatest known value by pixel. */
function extremes(found: Case, times: ArrayLike<number>, values: ArrayLike<number | null>): Map<number, [number, number]> {
  const by = new Map<number, [number, number]>();
  for (let at = 0; at < times.length; at++) {
    const value = values[at];
    if (value === null || value === undefined || Number.isNaN(value)) continue;
    const pixel = Math.floor((times[at] as number) / found.pixel);
    const [least, most] = by.get(pixel) ?? [value, value];
    by.set(pixel, [Math.min(least, value), Math.max(most, value)]);
  }
  return by;
}

test("the extremes of every pixel survive, exactly, and nothing is invented", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const found = caseOf(seed);
    const { times, sources, breaks, pixel } = found;
    const drawn = decimate(times, sources, breaks, [0, times.length], pixel);
    sources.forEach((source, line) => {
      assert.deepEqual(extremes(found, drawn.times, drawn.columns[line] ?? []), extremes(found, times, source), `seed ${seed}, line ${line}`);
      const values = new Set(source);
      assert.ok(drawn.columns[line]?.every((value) => value === null || values.has(value)));
    });
  }
});

test("first and last stay where they were, and times never fall", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const { times, sources, breaks, pixel } = caseOf(seed);
    const drawn = decimate(times, sources, breaks, [0, times.length], pixel);
    assert.deepEqual([drawn.times[0], drawn.times.at(-1)], [times[0], times.at(-1)]);
    sources.forEach((source, line) => {
      const ends = [source[0], source.at(-1)].map((value) => (Number.isNaN(value) ? null : value));
      assert.deepEqual([drawn.columns[line]?.[0], drawn.columns[line]?.at(-1)], ends);
    });
    assert.ok(drawn.times.every((time, at) => at === 0 || time >= (drawn.times[at - 1] as number)));
  }
});

test("no more than four points a pixel and line, and one a break", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const { times, sources, breaks, pixels, pixel } = caseOf(seed);
    const drawn = decimate(times, sources, breaks, [0, times.length], pixel);
    assert.ok(drawn.times.length <= 4 * (pixels + 2) + 5 * breaks.size);
    assert.ok(drawn.columns.every((column) => column.length === drawn.times.length));
  }
});

test("a break is a break, within a pixel too, and so is what is unknown for a pixel or more", () => {
  const times = Float64Array.from({ length: 1_000 }, (_, row) => row / 10);
  const line = Float64Array.from({ length: 1_000 }, (_, row) => (row >= 400 && row < 500 ? Number.NaN : 1));
  const { columns, ...drawn } = decimate(times, [line], new Set([105]), [0, 1_000], 5);
  const unknown = drawn.times.filter((_, at) => columns[0]?.[at] === null);
  assert.equal(unknown[0], 10.5);
  assert.ok(unknown.slice(1).every((time) => time >= 39.9 && time <= 50));
  assert.ok(unknown.length > 4);
});

test("few rows are drawn as they are, and no rows are nothing", () => {
  const times = Float64Array.of(1, 2, 3);
  const line = Float64Array.of(5, Number.NaN, 7);
  assert.deepEqual(decimate(times, [line], new Set(), [0, 3], 0.01), { times: [1, 2, 3], columns: [[5, null, 7]] });
  assert.deepEqual(decimate(times, [line], new Set(), [1, 1], 0.01), { times: [], columns: [[]] });
  assert.deepEqual(decimate(times, [line], new Set(), [2, 3], 0.01), { times: [3], columns: [[7]] });
});

test("the picture does not flicker: a pixel that was passed is drawn the same when rows move on", () => {
  const draw = draws(7);
  const times = Float64Array.from({ length: 6_000 }, (_, row) => 1_000 + row / 10 + draw() / 20);
  const line = Float64Array.from({ length: 6_000 }, draw);
  const at = (from: number): Map<number, number | null> => {
    const drawn = decimate(times, [line], new Set(), [from, from + 5_000 + (from % 7)], 1.25);
    return new Map(drawn.times.map((time, index) => [time, drawn.columns[0]?.[index] ?? null]));
  };
  const [before, after] = [at(0), at(500)];
  const shared = [...before.keys()].filter((time) => time > 1_060 && time < 1_480);
  assert.ok(shared.length > 1_000);
  assert.ok(shared.every((time) => after.get(time) === before.get(time)));
});
