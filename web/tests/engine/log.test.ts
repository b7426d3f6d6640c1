import "../app/window";
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import type { EngineEvent } from "../../src/contracts/records";
import { Failure } from "../../src/engine/failure";
import type { Hearer } from "../../src/engine/line";
import { GREETING_MS, LogFollower, type Look, SILENCE_MS } from "../../src/engine/log.svelte";
import { LONGEST_MS } from "../../src/time/backoff";

interface Opened {
  readonly by: "socket" | "stream";
  readonly after: number | null;
  readonly hearer: Hearer;
  closed: boolean;
}

beforeEach(() => mock.timers.reset());

/** A follower over lines that the test opens, feeds and cuts. */
function following(look: () => Promise<Look> = async () => ({ source: "urn:chargehand:one", seq: 1_000 })) {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const lines: Opened[] = [];
  const open = (by: "socket" | "stream") => (after: number | null, hearer: Hearer) => {
    const line = { by, after, hearer, closed: false };
    lines.push(line);
    return { close: () => (line.closed = true) };
  };
  const engine = { look };
  const log = new LogFollower({ socket: open("socket"), stream: open("stream"), look: () => engine.look() });
  const heard: number[] = [];
  let resumed = 0;
  log.on("proposal.", (event) => heard.push(event.seq));
  log.onResumed(() => (resumed += 1));
  const stop = log.start();
  const last = () => lines.at(-1) as Opened;
  return { log, lines, last, heard, engine, stop, resumed: () => resumed };
}

/** Let the longest pause pass, and everything that was promised come. */
async function nextTry(): Promise<void> {
  mock.timers.tick(LONGEST_MS);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

function event(seq: number, type = "proposal.decided"): { event: EngineEvent } {
  return { event: { seq, type } as EngineEvent };
}

test("the first line begins now, and is resumed from the last position: nothing is missed, nothing comes twice", async () => {
  const { log, lines, last, heard } = following();
  assert.equal(last().after, null);
  last().hearer.said({ beat: 40 });
  assert.equal(log.state, "live");
  last().hearer.said(event(41));
  last().hearer.said(event(42, "machine.state"));
  last().hearer.ended(false);
  assert.equal(log.state, "lost");
  await nextTry();
  assert.equal(lines.length, 2);
  assert.equal(last().after, 42, "an event that nobody listens to counts as well");
  last().hearer.said({ beat: 42 });
  last().hearer.said(event(42));
  last().hearer.said(event(43));
  assert.deepEqual(heard, [41, 43]);
});

test("listeners are told when the line is there at first, again, and after a hole", async () => {
  const { log, last, resumed } = following();
  last().hearer.said({ beat: 1 });
  assert.equal(resumed(), 1, "what was read before may be older than the first event");
  last().hearer.said({ beat: 1 });
  assert.equal(resumed(), 1);
  last().hearer.ended(false);
  await nextTry();
  last().hearer.said({ beat: 5 });
  assert.equal(resumed(), 2);
  last().hearer.said({ gap: 7 });
  assert.equal(resumed(), 3);
  assert.equal(log.missing, 7);
});

test("an engine with a shorter log is followed anew instead of being asked for a position beyond its log for ever", async () => {
  const { log, last, heard, engine, resumed } = following();
  last().hearer.said({ beat: 500 });
  last().hearer.ended(false);
  engine.look = async () => ({ source: "urn:chargehand:one", seq: 3 });
  await nextTry();
  assert.equal(last().after, null);
  last().hearer.said({ beat: 3 });
  last().hearer.said(event(4));
  assert.equal(log.position, 4);
  assert.deepEqual(heard, [4]);
  assert.equal(resumed(), 2);
});

test("another engine is followed anew even where its log is longer", async () => {
  const { last, engine } = following();
  last().hearer.said({ beat: 500 });
  await nextTry();
  last().hearer.ended(false);
  engine.look = async () => ({ source: "urn:chargehand:another", seq: 9_000 });
  await nextTry();
  assert.equal(last().after, null);
});

test("an engine that does not answer is tried again, with the count and since when", async () => {
  const { log, lines, last, engine } = following();
  last().hearer.said({ beat: 1 });
  engine.look = () => Promise.reject(Failure.unreachable("refused"));
  last().hearer.ended(false);
  const since = log.lostAt;
  assert.notEqual(since, null);
  await nextTry();
  await nextTry();
  assert.equal(log.attempt, 3);
  assert.equal(log.lostAt, since);
  assert.equal(lines.length, 1, "no line is opened to an engine that does not answer");
  engine.look = async () => ({ source: "urn:chargehand:one", seq: 1 });
  await nextTry();
  last().hearer.said({ beat: 1 });
  assert.deepEqual([log.state, log.attempt, log.lostAt], ["live", 0, null]);
});

test("a refused reader is told so, and goes on when it is signed in", async () => {
  const { log, last, engine } = following();
  engine.look = () => Promise.reject(Failure.of({ code: "AUTH.CREDENTIAL_MISSING", status: 401, title: "", type: "", request_id: "r" } as never));
  last().hearer.ended(false);
  await nextTry();
  assert.equal(log.state, "refused");
  engine.look = async () => ({ source: "urn:chargehand:one", seq: 1 });
  log.wake();
  await nextTry();
  last().hearer.said({ beat: 1 });
  assert.equal(log.state, "live");
});

test("where sockets do not pass the stream is used, and sockets are tried again when it ends", async () => {
  const { log, lines, last } = following();
  last().hearer.ended(false);
  await nextTry();
  mock.timers.tick(GREETING_MS);
  assert.equal(lines[1]?.closed, true, "a socket that does not greet is given up");
  await nextTry();
  assert.equal(last().by, "stream");
  last().hearer.said({ beat: 8 });
  assert.deepEqual([log.state, log.transport], ["live", "sse"]);
  last().hearer.ended(false);
  await nextTry();
  assert.equal(last().by, "socket");
  assert.equal(last().after, 8);
});

test("a line that falls silent is given up, and what it says later is not heard", async () => {
  const { log, lines, last, heard } = following();
  last().hearer.said({ beat: 1 });
  mock.timers.tick(SILENCE_MS - 1);
  assert.equal(log.state, "live");
  mock.timers.tick(1);
  assert.equal(log.state, "lost");
  lines[0]?.hearer.said(event(2));
  assert.deepEqual(heard, []);
});

test("stopped, neither the network nor an answer that is under way opens a line", async () => {
  const { log, lines, last, stop } = following();
  last().hearer.said({ beat: 1 });
  last().hearer.ended(false);
  log.wake();
  stop();
  await nextTry();
  dispatchEvent(new Event("online"));
  await nextTry();
  assert.equal(lines.length, 1);
});

test("stopped while its line lives, it closes it, and no silence opens another", async () => {
  const { lines, last, stop } = following();
  last().hearer.said({ beat: 1 });
  stop();
  mock.timers.tick(SILENCE_MS);
  await nextTry();
  assert.deepEqual([lines.length, last().closed], [1, true]);
});
