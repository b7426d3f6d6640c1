import "../app/window";
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import type { EngineEvent, ProposalRecord } from "../../src/contracts/records";
import { Feed, PAGE } from "../../src/decisions/feed.svelte";
import { fromAddress } from "../../src/decisions/filters";
import { engine } from "../../src/engine/client";
import { log } from "../../src/engine/log.svelte";

interface Init {
  readonly params: { readonly path?: { readonly id: string }; readonly query?: { readonly cursor?: string; readonly status?: string } };
}

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

/** An engine that has some proposals, and a list of them that follows its log. */
async function following(count: number, query = "") {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const records: ProposalRecord[] = [];
  const asked: string[] = [];
  const add = (status = "allowed") => {
    const id = `prp_${String(records.length + 1).padStart(6, "0")}`;
    records.push({ id, status, revision: 1, reason_codes: [] } as unknown as ProposalRecord);
    return id;
  };
  const put = (id: string, status: string) => {
    const index = records.findIndex((record) => record.id === id);
    records[index] = { ...records[index], status, revision: 2 } as ProposalRecord;
  };
  const answered = (path: string, { params }: Init) => {
    asked.push(params.path?.id ?? path);
    if (params.path) return records.find(({ id }) => id === params.path?.id);
    const { cursor, status } = params.query ?? {};
    const all = records.filter((record) => (!cursor || record.id < cursor) && (!status || record.status === status)).reverse();
    return { items: all.slice(0, PAGE), next_cursor: all.length > PAGE ? all[PAGE - 1]?.id : null };
  };
  mock.method(engine, "GET", async (path: string, init: Init) => ({ data: answered(path, init), response: { ok: true } }));
  const listeners: ((event: EngineEvent) => void)[] = [];
  const resumed: (() => void)[] = [];
  mock.method(log, "on", (_prefix: string, call: (event: EngineEvent) => void) => (listeners.push(call), () => undefined));
  mock.method(log, "onResumed", (call: () => void) => (resumed.push(call), () => undefined));
  for (let number = 0; number < count; number += 1) add();
  const feed = new Feed(fromAddress(new URLSearchParams(query)));
  feed.follow();
  await turn();
  return { feed, asked, add, put, tell: (id: string) => listeners[0]?.({ correlationid: id } as EngineEvent), resume: () => resumed.forEach((call) => call()) };
}

/** Let timers of the next second run, and what they began come to its end. */
async function turn(): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    mock.timers.tick(250);
    for (let count = 0; count < 20; count += 1) await new Promise((done) => setImmediate(done));
  }
}

function statusOf(feed: Feed, id: string): string | undefined {
  return feed.shown.items.find((record) => record.id === id)?.status;
}

test("an event brings what is new, with one read for many events", async () => {
  const { feed, asked, add, tell } = await following(3);
  asked.length = 0;
  const ids = Array.from({ length: 50 }, () => add());
  ids.forEach(tell);
  await turn();
  assert.equal(feed.shown.items.length, 53);
  assert.equal(asked.length, 1);
});

test("a row below the first page is read by itself when it changes, and leaves a list that is narrowed to what it was", async () => {
  const { feed, asked, put, tell } = await following(150, "status=allowed");
  await feed.older();
  asked.length = 0;
  put("prp_000007", "executed");
  tell("prp_000007");
  await turn();
  assert.deepEqual([statusOf(feed, "prp_000007"), feed.shown.items.length], [undefined, 149]);
  assert.ok(asked.includes("prp_000007"));
});

test("after a cut everything that is held is read anew, as far down as it reaches", async () => {
  const { feed, add, put, resume } = await following(150);
  await feed.older();
  put("prp_000007", "executed");
  add();
  resume();
  await turn();
  assert.deepEqual([statusOf(feed, "prp_000007"), feed.shown.items.length, feed.shown.cursor], ["executed", 151, null]);
});

test("paused it shows what it showed, counts what comes, and may be leafed through", async () => {
  const { feed, add, tell } = await following(150);
  feed.pause();
  tell(add());
  await turn();
  assert.deepEqual([feed.shown.items.length, feed.waiting, feed.paused], [PAGE, 1, true]);
  await feed.older();
  assert.equal(feed.shown.items.length, 150);
  feed.resume();
  assert.deepEqual([feed.shown.items.at(0)?.id, feed.waiting], ["prp_000151", 0]);
});
