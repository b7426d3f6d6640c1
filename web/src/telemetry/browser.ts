/** The browser as the feed's wires. Cookies say who reads; nothing of a credential is in an address. */
import type { Problem } from "../contracts/records";
import { Failure } from "../engine/failure";
import { refusal } from "../engine/refusal";
import { EventReader } from "./sse";
import type { SocketEvents, StreamEvents, Wires } from "./wires";

/** How long one read may take before it counts as lost. */
const READ_MS = 15_000;

export const browser: Wires = {
  socket: openSocket,
  stream: openStream,
  read,
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  online(call) {
    addEventListener("online", call);
    return () => removeEventListener("online", call);
  },
  signedIn(call) {
    const stop = refusal.wait(call);
    refusal.refused();
    return stop;
  },
  frame: (call) => void requestAnimationFrame(call),
  now: () => Date.now(),
  draw: () => Math.random(),
};

function openSocket(path: string, on: SocketEvents): () => void {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${path}`);
  socket.onmessage = ({ data }) => on.message(String(data));
  socket.onclose = ({ code }) => on.closed(code);
  return () => socket.close();
}

function openStream(path: string, lastEventId: string | null, on: StreamEvents): () => void {
  const pending = new AbortController();
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (lastEventId !== null) headers["Last-Event-ID"] = lastEventId;
  void follow(path, headers, pending.signal, on);
  return () => pending.abort();
}

async function follow(path: string, headers: Record<string, string>, signal: AbortSignal, on: StreamEvents): Promise<void> {
  let status = 0;
  try {
    const response = await fetch(path, { headers, signal, cache: "no-store", credentials: "same-origin" });
    status = response.status;
    if (response.ok && response.body !== null) {
      const reader = new EventReader();
      const bytes = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece = await bytes.read(); !piece.done; piece = await bytes.read()) {
        for (const message of reader.push(piece.value)) on.message(message);
        on.sign(reader.id);
      }
      status = 0;
    }
  } catch {
    status = 0;
  }
  on.closed(status);
}

async function read(path: string): Promise<unknown> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(path, { credentials: "same-origin", signal: AbortSignal.timeout(READ_MS) });
    body = await response.json();
  } catch (error) {
    throw Failure.unreachable(error);
  }
  if (response.ok) return body;
  const isProblem = typeof body === "object" && body !== null && "code" in body && "status" in body;
  throw isProblem ? Failure.of(body as Problem) : Failure.unexpected(response.status);
}
