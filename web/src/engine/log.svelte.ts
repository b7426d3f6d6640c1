/**
 * The engine's log, followed from where this page began: one WebSocket for the whole page, resumed after every cut from the
 * last position, so that nothing is missed and nothing comes twice. Events are pushed to whoever listens; nobody polls.
 */
import type { EngineEvent, GapFrame, HeartbeatFrame } from "../contracts/records";
import type { EventPayloads } from "../contracts/events.gen";
import { backoffMs } from "../time/backoff";

/** Silence longer than this means that the line is dead, whatever the socket says. Heartbeats come every 15 s. */
export const SILENCE_MS = 40_000;
/** Close code of an engine that lets this reader read no more. */
const MAY_NOT = 1008;

export type Listener = (event: EngineEvent) => void;

export class LogFollower {
  state = $state<"connecting" | "live" | "lost" | "refused">("connecting");
  /** Tries since the line was lost. */
  attempt = $state(0);
  /** Position of the newest event that was seen. */
  position = $state<number | null>(null);
  /** Events that were asked for and are gone, counted since the page began. */
  missing = $state(0);

  readonly #listeners = new Set<{ prefix: string; call: Listener }>();
  readonly #resumed = new Set<() => void>();
  #socket: WebSocket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  /** Begin to follow, and go on for as long as the page lives. */
  start(): void {
    this.#open();
    addEventListener("online", () => this.#now());
  }

  /** Call back for every kind of event that begins with `prefix`; returns how to stop. */
  on(prefix: keyof EventPayloads | `${string}.`, call: Listener): () => void {
    const entry = { prefix, call };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  /** Call back when the line is there again after a cut or a hole, for what is read from elsewhere; returns how to stop. */
  onResumed(call: () => void): () => void {
    this.#resumed.add(call);
    return () => this.#resumed.delete(call);
  }

  #now(): void {
    if (this.state !== "lost") return;
    clearTimeout(this.#retry);
    this.#open();
  }

  #open(): void {
    const after = this.position === null ? "" : `?after=${this.position}`;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws/events${after}`);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#heard(JSON.parse(String(data)) as EngineEvent | HeartbeatFrame | GapFrame);
    socket.onclose = ({ code }) => this.#closed(socket, code);
    this.#alive();
  }

  #heard(frame: EngineEvent | HeartbeatFrame | GapFrame): void {
    this.#alive();
    if (frame.type === "heartbeat") return this.#beat(frame as HeartbeatFrame);
    if (frame.type === "gap") {
      const gap = frame as GapFrame;
      this.missing += gap.to - gap.from + 1;
      return this.#resumed.forEach((call) => call());
    }
    const event = frame as EngineEvent;
    if (this.position !== null && event.seq <= this.position) return;
    this.position = event.seq;
    for (const { prefix, call } of this.#listeners) if (event.type.startsWith(prefix)) call(event);
  }

  #beat(frame: HeartbeatFrame): void {
    const returned = this.state === "lost";
    this.state = "live";
    this.attempt = 0;
    this.position = Math.max(this.position ?? 0, frame.event_seq ?? 0);
    if (returned) this.#resumed.forEach((call) => call());
  }

  #alive(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#socket?.close(), SILENCE_MS);
  }

  #closed(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    clearTimeout(this.#watchdog);
    this.state = code === MAY_NOT ? "refused" : "lost";
    this.attempt += 1;
    this.#retry = setTimeout(() => this.#open(), backoffMs(this.attempt));
  }
}

export const log = new LogFollower();
