import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { BEGIN_MS, Line, READ_MS, SILENCE_MS } from "../../src/fleet/line.svelte";
import { FIRST_MS } from "../../src/time/backoff";

class FakeSocket {
  static made: FakeSocket[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }

  close(): void {
    this.closed = true;
  }

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const BEAT = { type: "heartbeat", ts: "2026-11-21T12:00:00Z" };
const FRAME = { type: "telemetry", machine_id: "CNC-001", seq: 1 };
let heard: string[] = [];
let passes = true;
let stop: () => void = () => undefined;

function begun(): Line {
  const line = new Line({
    frames: (frames) => heard.push(`frames ${frames.length}`),
    told: (id) => heard.push(`told ${id}`),
    read: async () => (heard.push("read"), passes),
  });
  stop = line.start();
  return line;
}

const newest = (): FakeSocket => FakeSocket.made.at(-1) as FakeSocket;
/** Let promises settle. */
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  Object.assign(globalThis, { WebSocket: FakeSocket, location: { origin: "http://127.0.0.1:8420" }, addEventListener: () => undefined, removeEventListener: () => undefined });
  FakeSocket.made = [];
  heard = [];
  passes = true;
});

afterEach(() => {
  stop();
  mock.timers.reset();
});

test("the stream is asked for one sample a machine and second, and is live with its first sign", async () => {
  const line = begun();
  assert.equal(newest().url, "ws://127.0.0.1:8420/ws/telemetry?every_ms=1000&batch=true");
  assert.equal(line.state, "connecting");
  newest().say(BEAT);
  assert.equal(line.state, "live");
  newest().say({ type: "batch", frames: [FRAME, FRAME] });
  newest().say(FRAME);
  newest().say({ type: "decision", machine_id: "CNC-002", seq: 7, verdict: {} });
  newest().say({ type: "gap", from: 1, to: 2, code: "TELEM.COALESCED" });
  assert.deepEqual(heard, ["read", "frames 2", "frames 1", "told CNC-002"]);
});

test("a stream that is cut is replaced by reading, again and again, until it is back", async () => {
  const line = begun();
  newest().say(BEAT);
  newest().onclose?.();
  assert.equal(line.state, "lost");
  await settled();
  assert.equal(line.state, "reading");
  const reads = heard.length;
  mock.timers.tick(READ_MS);
  await settled();
  assert.equal(heard.length, reads + 1);
  assert.equal(FakeSocket.made.length, 2);
  newest().say(BEAT);
  assert.deepEqual([line.state, line.attempt], ["live", 0]);
  heard = [];
  mock.timers.tick(READ_MS);
  newest().say(BEAT);
  mock.timers.tick(READ_MS);
  await settled();
  assert.deepEqual(heard, []);
});

test("where neither passes the line is lost, and says how often it was tried", async () => {
  passes = false;
  const line = begun();
  newest().onclose?.();
  await settled();
  assert.deepEqual([line.state, line.attempt], ["lost", 1]);
});

test("a stream that never begins or falls silent is given up, whatever the socket says", async () => {
  const line = begun();
  mock.timers.tick(BEGIN_MS);
  await settled();
  assert.deepEqual([FakeSocket.made[0]?.closed, line.state], [true, "reading"]);
  mock.timers.tick(FIRST_MS);
  newest().say(BEAT);
  assert.equal(line.state, "live");
  const silent = newest();
  mock.timers.tick(SILENCE_MS);
  await settled();
  assert.deepEqual([silent.closed, line.state], [true, "reading"]);
});

test("a socket that was given up is no longer listened to", async () => {
  const line = begun();
  const first = newest();
  mock.timers.tick(BEGIN_MS);
  await settled();
  first.say(BEAT);
  first.say(FRAME);
  assert.deepEqual([line.state, heard.includes("frames 1")], ["reading", false]);
});

test("the engine's clock is the one that counts", () => {
  const line = begun();
  mock.timers.setTime(Date.parse(BEAT.ts) - 90_000);
  newest().say(BEAT);
  assert.equal(line.aheadMs, 90_000);
});
