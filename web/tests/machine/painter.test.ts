import assert from "node:assert/strict";
import { test } from "node:test";
import { Painter } from "../../src/machine/painter";

class Screen {
  hiddenNow = false;
  asked: (() => void)[] = [];

  frame = (call: () => void): void => void this.asked.push(call);
  hidden = (): boolean => this.hiddenNow;

  paint(): void {
    for (const call of this.asked.splice(0)) call();
  }
}

test("however often something changes, it is drawn once in a frame", () => {
  const screen = new Screen();
  const painter = new Painter(screen);
  let drawn = 0;
  const draw = (): void => void (drawn += 1);
  for (let times = 0; times < 10; times += 1) painter.mark(draw);
  assert.equal(screen.asked.length, 1);
  screen.paint();
  assert.equal(drawn, 1);
  screen.paint();
  assert.equal(drawn, 1);
  painter.mark(draw);
  screen.paint();
  assert.equal(drawn, 2);
});

test("nothing is drawn while the page is hidden, and all of it when it is seen again", () => {
  const screen = new Screen();
  const painter = new Painter(screen);
  const drawn: string[] = [];
  const one = (): void => void drawn.push("one");
  painter.mark(one);
  screen.hiddenNow = true;
  screen.paint();
  painter.mark(() => drawn.push("other"));
  assert.deepEqual([drawn, screen.asked.length], [[], 0]);
  screen.hiddenNow = false;
  painter.shown();
  screen.paint();
  assert.deepEqual(drawn, ["one", "other"]);
});

test("what has left is not drawn", () => {
  const screen = new Screen();
  const painter = new Painter(screen);
  const draw = (): void => assert.fail("drawn");
  painter.mark(draw);
  painter.forget(draw);
  screen.paint();
});
