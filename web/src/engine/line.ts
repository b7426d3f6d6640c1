/**
 * The two ways to hear the log, with one shape: a WebSocket, and server-sent events for where WebSockets do not pass. Either
 * says its position at once and with every heartbeat, and both can be resumed from any position.
 */
import type { EngineEvent, GapFrame } from "../contracts/records";
import { MessageReader, type Message } from "./messages";

/** Close code of an engine that lets this reader read no more. */
const MAY_NOT = 1008;

/** What a line says; `beat` carries the position up to which everything was said. */
export type Said = { beat: number } | { gap: number } | { event: EngineEvent };

export interface Hearer {
  said(what: Said): void;
  /** The line has ended, and says nothing more. Never called after `close()`. */
  ended(refused: boolean): void;
}

export interface Line {
  close(): void;
}

/** Opens a line; `after` null means from now on. */
export type OpenLine = (after: number | null, hearer: Hearer) => Line;

function query(after: number | null): string {
  return after === null ? "" : `?after=${after}`;
}

export const openSocket: OpenLine = (after, hearer) => {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws/events${query(after)}`);
  socket.onmessage = ({ data }) => hearer.said(fromFrame(JSON.parse(String(data)) as EngineEvent | GapFrame));
  socket.onclose = ({ code }) => hearer.ended(code === MAY_NOT);
  return {
    close() {
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    },
  };
};

/** Read as a text and not with EventSource, which can listen only to kinds of events that it knows beforehand. */
export const openStream: OpenLine = (after, hearer) => {
  const closed = new AbortController();
  const follow = async (): Promise<boolean> => {
    const answered = await fetch(`/v1/events${query(after)}`, { headers: { Accept: "text/event-stream" }, signal: closed.signal });
    if (!answered.ok || answered.body === null) return answered.status === 401 || answered.status === 403;
    const reader = new MessageReader();
    const pieces = answered.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
      for (const message of reader.take(piece.value)) {
        if (message.event === "problem") return refuses(message);
        const what = fromMessage(message);
        if (what !== null && !closed.signal.aborted) hearer.said(what);
      }
    }
    return false;
  };
  const end = (refused: boolean) => {
    if (closed.signal.aborted) return;
    closed.abort();
    hearer.ended(refused);
  };
  follow().then(end, () => end(false));
  return { close: () => closed.abort() };
};

function fromFrame(frame: EngineEvent | GapFrame | { type: "heartbeat"; event_seq: number | null }): Said {
  if (frame.type === "heartbeat") return { beat: (frame as { event_seq: number | null }).event_seq ?? 0 };
  if (frame.type === "gap") return { gap: missing(frame as GapFrame) };
  return { event: frame as EngineEvent };
}

function fromMessage(message: Message): Said | null {
  if (message.event === "gap") return { gap: missing(JSON.parse(message.data) as GapFrame) };
  if (message.data !== "") return { event: JSON.parse(message.data) as EngineEvent };
  return message.id === null ? null : { beat: Number(message.id) };
}

function missing(gap: GapFrame): number {
  return gap.to - gap.from + 1;
}

function refuses(message: Message): boolean {
  const { status } = JSON.parse(message.data) as { status: number };
  return status === 401 || status === 403;
}
