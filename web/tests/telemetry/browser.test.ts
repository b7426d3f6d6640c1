import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Failure, UNREACHABLE } from "../../src/engine/failure";
import { refusal } from "../../src/engine/refusal";
import { browser } from "../../src/telemetry/browser";
import type { Message } from "../../src/telemetry/sse";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Run a test against a server that answers so; addresses without a host are the server's, as in a page. */
async function served(answer: Answer, run: (port: number) => Promise<void>): Promise<void> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const fetched = globalThis.fetch;
  globalThis.fetch = (path, init) => fetched(`http://127.0.0.1:${port}${String(path)}`, init);
  try {
    await run(port);
  } finally {
    globalThis.fetch = fetched;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

interface Heard {
  readonly messages: Message[];
  readonly ids: (string | null)[];
  readonly status: Promise<number>;
  readonly signed: Promise<void>;
  readonly close: () => void;
}

function listen(path: string, lastEventId: string | null): Heard {
  const messages: Message[] = [];
  const ids: (string | null)[] = [];
  let sign = (): void => undefined;
  let close = (): void => undefined;
  const signed = new Promise<void>((resolve) => (sign = resolve));
  const status = new Promise<number>((closed) => {
    close = browser.stream(path, lastEventId, { message: (one) => messages.push(one), sign: (id) => (ids.push(id), sign()), closed });
  });
  return { messages, ids, status, signed, close };
}

test("an event stream is read from the position that was given, to its end", async () => {
  const asked: unknown[] = [];
  const answer: Answer = (request, response) => {
    asked.push(request.headers["last-event-id"], request.headers.accept);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end("id: a:7\nevent: telemetry\ndata: {}\n\n");
  };
  await served(answer, async () => {
    const heard = listen("/v1/x", "a:6");
    assert.equal(await heard.status, 0);
    assert.deepEqual([heard.messages, heard.ids.at(-1)], [[{ event: "telemetry", data: "{}" }], "a:7"]);
    await listen("/v1/x", null).status;
  });
  assert.deepEqual(asked, ["a:6", "text/event-stream", undefined, "text/event-stream"]);
});

test("a stream that is refused tells its status, one that is cut tells none, one that is closed ends", async () => {
  const answer: Answer = ({ url }, response) => {
    if (url === "/refused") return void response.writeHead(403).end("{}");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": connected\n\n", () => url === "/cut" && response.destroy());
  };
  await served(answer, async () => {
    assert.equal(await listen("/refused", null).status, 403);
    assert.equal(await listen("/cut", null).status, 0);
    const heard = listen("/endless", null);
    await heard.signed;
    heard.close();
    assert.equal(await heard.status, 0);
  });
});

test("a read gives the body, or a failure with the engine's code", async () => {
  const answer: Answer = ({ url }, response) => {
    if (url === "/ok") return void response.end('{"items":[]}');
    if (url === "/strange") return void response.writeHead(502).end("<html>");
    if (url === "/other") return void response.writeHead(502).end('{"a":1}');
    response.writeHead(404).end(JSON.stringify({ code: "FLEET.MACHINE_UNKNOWN", status: 404, title: "t", request_id: "req_1" }));
  };
  await served(answer, async () => {
    assert.deepEqual(await browser.read("/ok"), { items: [] });
    const told = (path: string, code: string, status: number) =>
      assert.rejects(browser.read(path), (error: Failure) => error instanceof Failure && error.code === code && error.status === status);
    await told("/unknown", "FLEET.MACHINE_UNKNOWN", 404);
    await told("/other", "unexpected_answer", 502);
    await told("/strange", UNREACHABLE, 0);
  });
  await assert.rejects(browser.read("http://127.0.0.1:1/"), (error: Failure) => error.code === UNREACHABLE);
});

test("a refusal is told to whoever knows how to sign in, and ends with the call of those that wait for it", () => {
  let told = 0;
  let called = 0;
  const deaf = refusal.onRefused(() => (told += 1));
  browser.signedIn(() => (called += 1));
  const stop = browser.signedIn(() => (called += 100));
  stop();
  assert.deepEqual([told, called], [2, 0]);
  refusal.over();
  refusal.over();
  assert.equal(called, 1);
  deaf();
});
