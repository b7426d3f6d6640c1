import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { Announcer, QUIET_MS } from "../../src/app/announcer.svelte";

afterEach(() => mock.timers.reset());

test("the first is said at once, then the newest of what came in between, once in five seconds", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const announcer = new Announcer();
  announcer.say("one");
  announcer.say("two");
  announcer.say("three");
  assert.equal(announcer.said, "one");
  mock.timers.tick(QUIET_MS - 1);
  assert.equal(announcer.said, "one");
  mock.timers.tick(1);
  assert.equal(announcer.said, "three");
  announcer.say("four");
  assert.equal(announcer.said, "three");
  mock.timers.tick(QUIET_MS);
  assert.equal(announcer.said, "four");
  mock.timers.tick(QUIET_MS);
  announcer.say("five");
  assert.equal(announcer.said, "five");
});
