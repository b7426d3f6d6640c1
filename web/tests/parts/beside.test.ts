import assert from "node:assert/strict";
import { test } from "node:test";
import { place } from "../../src/parts/beside";

const VIEW = { width: 320, height: 480 };
const SIZE = { width: 200, height: 100 };

test("below its anchor, without a gap to lose the pointer in", () => {
  assert.deepEqual(place({ left: 20, top: 40, width: 50, height: 20 }, SIZE, VIEW), { left: 20, top: 60 });
});

test("above where there is no room below, and below again where there is none above either", () => {
  assert.equal(place({ left: 20, top: 440, width: 50, height: 20 }, SIZE, VIEW).top, 340);
  assert.equal(place({ left: 20, top: 50, width: 50, height: 20 }, { width: 200, height: 460 }, VIEW).top, 70);
});

test("inside the window on both sides", () => {
  assert.equal(place({ left: 300, top: 40, width: 10, height: 20 }, SIZE, VIEW).left, 112);
  assert.equal(place({ left: -30, top: 40, width: 10, height: 20 }, SIZE, VIEW).left, 8);
});
