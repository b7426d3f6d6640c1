import "../app/window";
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { Failure } from "../../src/engine/failure";
import { refusal } from "../../src/engine/refusal";
import { LOOK_MS, Session } from "../../src/engine/session.svelte";

afterEach(() => mock.timers.reset());

const OUT = Failure.of({ code: "AUTH.CREDENTIAL_MISSING", status: 401, title: "", type: "", request_id: "r" } as never);
const PAUL = { principal: "human:paul", roles: ["viewer" as const] };

async function turn(): Promise<void> {
  for (let count = 0; count < 8; count += 1) await Promise.resolve();
}

test("a call refused anywhere shows that nobody is signed in; signed in again, what was refused goes on", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let signedIn = true;
  let asked = 0;
  const session = new Session(async () => {
    asked += 1;
    if (!signedIn) throw OUT;
    return PAUL;
  });
  const stop = session.start();
  await turn();
  assert.equal(session.may("viewer"), true);
  signedIn = false;
  refusal.refused();
  refusal.refused();
  await turn();
  assert.equal(session.signedOut, true);
  assert.equal(session.may("viewer"), false);
  let recovered = 0;
  refusal.wait(() => (recovered += 1));
  mock.timers.tick(LOOK_MS);
  await turn();
  assert.equal(recovered, 0);
  signedIn = true;
  const before = asked;
  mock.timers.tick(LOOK_MS);
  await turn();
  assert.ok(asked > before);
  assert.deepEqual([session.signedOut, recovered], [false, 1]);
  stop();
});

test("stopped, it neither looks nor reads after a refusal, so that whoever has started it can end", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  const session = new Session(async () => {
    asked += 1;
    throw OUT;
  });
  const stop = session.start();
  await turn();
  assert.equal(asked, 1);
  stop();
  refusal.refused();
  mock.timers.tick(10 * LOOK_MS);
  refusal.over();
  await turn();
  assert.equal(asked, 1);
});
