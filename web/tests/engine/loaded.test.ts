import "../app/window";
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { Failure } from "../../src/engine/failure";
import { Loaded } from "../../src/engine/loaded.svelte";
import { refusal } from "../../src/engine/refusal";
import { LONGEST_MS } from "../../src/time/backoff";

afterEach(() => mock.timers.reset());

const GONE = Failure.unreachable("connection refused");

/** Something to load whose reads are answered by hand, in any order. */
function reading() {
  mock.timers.enable({ apis: ["setTimeout"] });
  const reads: { give: (value: string) => void; fail: (failure: Failure) => void; signal: AbortSignal }[] = [];
  const loaded = new Loaded<string>(
    (signal) => new Promise((give, fail) => reads.push({ give, fail, signal })),
  );
  return { loaded, reads };
}

async function turn(): Promise<void> {
  for (let count = 0; count < 5; count += 1) await Promise.resolve();
}

test("loading, ready, stale and failed are four states", async () => {
  const { loaded, reads } = reading();
  void loaded.load();
  assert.equal(loaded.state, "loading");
  reads[0]?.fail(GONE);
  await turn();
  assert.equal(loaded.state, "failed");
  mock.timers.tick(LONGEST_MS);
  reads[1]?.give("one");
  await turn();
  assert.equal(loaded.state, "ready");
  void loaded.load();
  reads[2]?.fail(GONE);
  await turn();
  assert.deepEqual([loaded.state, loaded.value, loaded.attempt], ["stale", "one", 1]);
});

test("the newest question is the one that is answered, however late the older answer comes", async () => {
  const { loaded, reads } = reading();
  void loaded.load();
  void loaded.load();
  assert.equal(reads[0]?.signal.aborted, true);
  reads[1]?.give("new");
  await turn();
  reads[0]?.give("old");
  await turn();
  assert.equal(loaded.value, "new");
});

test("the same question again lets the first answer be shown, then asks once more", async () => {
  const { loaded, reads } = reading();
  void loaded.load();
  loaded.renew();
  loaded.renew();
  assert.equal(reads.length, 1);
  reads[0]?.give("first");
  await turn();
  assert.equal(loaded.value, "first");
  assert.equal(reads.length, 2);
  reads[1]?.give("second");
  await turn();
  assert.deepEqual([loaded.value, reads.length], ["second", 2]);
});

test("what was refused is read again once somebody is signed in, and not before", async () => {
  const { loaded, reads } = reading();
  void loaded.load();
  reads[0]?.fail(Failure.of({ code: "AUTH.CREDENTIAL_MISSING", status: 401, title: "", type: "", request_id: "r" } as never));
  await turn();
  mock.timers.tick(10 * LONGEST_MS);
  assert.equal(reads.length, 1);
  refusal.over();
  reads[1]?.give("mine");
  await turn();
  assert.equal(loaded.state, "ready");
});

test("nothing is read after it was closed", async () => {
  const { loaded, reads } = reading();
  void loaded.load();
  reads[0]?.fail(GONE);
  await turn();
  loaded.close();
  mock.timers.tick(LONGEST_MS);
  refusal.over();
  assert.equal(reads.length, 1);
});
