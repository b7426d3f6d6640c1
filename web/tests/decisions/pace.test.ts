import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { Pace } from "../../src/decisions/pace";

afterEach(() => mock.timers.reset());

async function turn(): Promise<void> {
  for (let count = 0; count < 5; count += 1) await Promise.resolve();
}

/** A pace of 250 ms over a run that is finished by hand. */
function paced() {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const runs: (() => void)[] = [];
  const pace = new Pace(() => new Promise<void>((done) => runs.push(done)), 250);
  return { pace, runs };
}

test("a hundred wishes at once are one run, and the wishes during it are one more", async () => {
  const { pace, runs } = paced();
  for (let count = 0; count < 100; count += 1) pace.want();
  mock.timers.tick(0);
  assert.equal(runs.length, 1);
  for (let count = 0; count < 100; count += 1) pace.want();
  mock.timers.tick(10_000);
  assert.equal(runs.length, 1, "never twice at once");
  runs[0]?.();
  await turn();
  mock.timers.tick(0);
  assert.equal(runs.length, 2, "the last wish is granted");
});

test("however often it is asked for, a second has four runs at most", async () => {
  const { pace, runs } = paced();
  for (let ms = 0; ms < 1_000; ms += 10) {
    pace.want();
    mock.timers.tick(10);
    runs.at(-1)?.();
    await turn();
  }
  assert.equal(runs.length, 4);
});

test("what is closed runs no more, whatever was wished before", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let runs = 0;
  const pace = new Pace(async () => void (runs += 1), 250);
  pace.want();
  mock.timers.tick(0);
  await turn();
  pace.want();
  pace.close();
  mock.timers.tick(1_000);
  pace.want();
  mock.timers.tick(1_000);
  assert.equal(runs, 1);
});
