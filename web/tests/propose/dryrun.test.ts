import "../app/window";
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import type { Verdict } from "../../src/contracts/records";
import { Failure } from "../../src/engine/failure";
import { DryRun, REST_MS } from "../../src/propose/dryrun.svelte";

afterEach(() => mock.timers.reset());

/** A dry run whose answers are given by hand, in any order. */
function asking() {
  mock.timers.enable({ apis: ["setTimeout"] });
  const asked: { text: string; give: (verdict: string) => void; fail: (failure: Failure) => void; signal: AbortSignal }[] = [];
  const dry = new DryRun(
    (text, signal) => new Promise((give, fail) => asked.push({ text, signal, fail, give: (verdict) => give({ verdict } as Verdict) })),
  );
  return { dry, asked };
}

async function turn(): Promise<void> {
  for (let count = 0; count < 5; count += 1) await Promise.resolve();
}

test("the engine is asked once the typing rests, about what stands there then", () => {
  const { dry, asked } = asking();
  for (const text of ["1", "12", "120"]) {
    dry.want(text);
    mock.timers.tick(REST_MS - 1);
  }
  assert.equal(asked.length, 0);
  mock.timers.tick(1);
  assert.deepEqual(asked.map(({ text }) => text), ["120"]);
});

test("an answer that comes late never stands for what was asked after it", async () => {
  const { dry, asked } = asking();
  dry.want("1");
  mock.timers.tick(REST_MS);
  dry.want("12");
  assert.equal(asked[0]?.signal.aborted, true, "the older question is given up");
  mock.timers.tick(REST_MS);
  asked[1]?.give("deny");
  await turn();
  asked[0]?.give("allow");
  await turn();
  assert.deepEqual([dry.verdict?.verdict, dry.about, dry.asking], ["deny", "12", false]);
});

test("an answer that comes while something else is typed already is dropped", async () => {
  const { dry, asked } = asking();
  dry.want("1");
  mock.timers.tick(REST_MS);
  dry.want(null);
  asked[0]?.give("allow");
  await turn();
  assert.deepEqual([dry.verdict, dry.about, dry.asking], [null, null, false]);
});

test("what is answered already is not asked again, unless somebody wants it", async () => {
  const { dry, asked } = asking();
  dry.want("1");
  mock.timers.tick(REST_MS);
  asked[0]?.give("allow");
  await turn();
  dry.want("1");
  mock.timers.tick(REST_MS);
  assert.equal(asked.length, 1);
  dry.again("1");
  mock.timers.tick(REST_MS);
  assert.equal(asked.length, 2);
});

test("a failure takes the place of the verdict before it: an old yes never stands beside new values", async () => {
  const { dry, asked } = asking();
  dry.want("1");
  mock.timers.tick(REST_MS);
  asked[0]?.give("allow");
  await turn();
  dry.want("2");
  mock.timers.tick(REST_MS);
  asked[1]?.fail(Failure.unreachable("gone"));
  await turn();
  assert.deepEqual([dry.verdict, dry.failure?.code, dry.about], [null, "unreachable", "2"]);
});

test("closed, it asks nothing more and takes no answer", async () => {
  const { dry, asked } = asking();
  dry.want("1");
  mock.timers.tick(REST_MS);
  dry.want("2");
  dry.close();
  mock.timers.tick(REST_MS);
  asked[0]?.give("allow");
  await turn();
  assert.equal(asked.length, 1);
  assert.equal(dry.verdict, null);
});
