/** What the feed needs of the browser, as plain functions, so that a test can cut every line where it likes. */
import type { Message } from "./sse";

export interface SocketEvents {
  message(text: string): void;
  /** The socket is gone, or never opened; with its close code. */
  closed(code: number): void;
}

export interface StreamEvents {
  message(message: Message): void;
  /** Bytes came, and the messages in them were handed on; with the newest position that the stream has named. */
  sign(id: string | null): void;
  /** The stream has ended, or never began: with its HTTP status, 0 where there was no answer. */
  closed(status: number): void;
}

export interface Wires {
  /** Open a WebSocket on a path of the engine; returns how to close it. */
  socket(path: string, on: SocketEvents): () => void;
  /** Open an event stream on a path of the engine, after a position; returns how to close it. */
  stream(path: string, lastEventId: string | null, on: StreamEvents): () => void;
  /** Read JSON. Throws Failure. */
  read(path: string): Promise<unknown>;
  /** Call once after so many ms; returns how not to. */
  after(ms: number, call: () => void): () => void;
  /** Call whenever the computer finds its network again; returns how to stop. */
  online(call: () => void): () => void;
  /** Say that the engine lets this browser read nothing, and call once when somebody has signed in; returns how to stop. */
  signedIn(call: () => void): () => void;
  /** Call before the next frame is painted. */
  frame(call: () => void): void;
  /** ms since 1970. */
  now(): number;
  /** Uniform in [0, 1). */
  draw(): number;
}
