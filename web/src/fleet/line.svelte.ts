/**
 * How the fleet view hears of its machines: the all-machines stream, at most one sample a machine and second; where that
 * does not pass, the list read again and again, until the stream is back by itself. It says at any time which one it is.
 */
import type { components } from "../contracts/api.gen";
import type { StreamFrame, TelemetryFrame } from "../contracts/records";
import { backoffMs } from "../time/backoff";

export const EVERY_MS = 1_000;
export const READ_MS = 2_000;
/** Silence longer than this means a dead stream: heartbeats come every 5 s, whatever else is sent. */
export const SILENCE_MS = 12_000;
/** The stream is given so long to begin before the list is read instead. */
export const BEGIN_MS = 3_000;

/** `live` by the stream, `reading` the list, `lost` where neither passes. */
export type LineState = "connecting" | "live" | "reading" | "lost";

export interface Ends {
  /** Samples, in order. */
  readonly frames: (frames: readonly TelemetryFrame[]) => void;
  /** Something else than a sample has come about a machine. */
  readonly told: (machineId: string) => void;
  /** Read the list. False if that failed. */
  readonly read: () => Promise<boolean>;
}

type Frame = StreamFrame | components["schemas"]["BatchFrame"];

export class Line {
  state = $state<LineState>("connecting");
  /** Tries of the stream since it was last there. */
  attempt = $state(0);
  /** When anything was last heard, in ms since 1970 of this machine's clock; null before. */
  heardAt = $state<number | null>(null);
  /** How far the engine's clock is ahead of this machine's, in ms. */
  aheadMs = $state(0);

  readonly #ends: Ends;
  #open = false;
  #reading = false;
  #socket: WebSocket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #next: ReturnType<typeof setTimeout> | undefined;

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  /** Begin; returns how to stop. */
  start(): () => void {
    const hurry = () => this.#hurry();
    this.#open = true;
    this.#connect();
    addEventListener("online", hurry);
    return () => {
      this.#open = false;
      removeEventListener("online", hurry);
      for (const timer of [this.#retry, this.#watchdog, this.#next]) clearTimeout(timer);
      this.#socket?.close();
    };
  }

  /** Note that the list has arrived, whoever has asked for it. */
  heard(): void {
    this.heardAt = Date.now();
  }

  #hurry(): void {
    if (this.state === "live") return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  #connect(): void {
    const origin = location.origin.replace(/^http/, "ws");
    const socket = new WebSocket(`${origin}/ws/telemetry?every_ms=${EVERY_MS}&batch=true`);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(socket, JSON.parse(String(data)) as Frame);
    socket.onclose = () => this.#closed(socket);
    this.#expect(BEGIN_MS);
  }

  #hear(socket: WebSocket, frame: Frame): void {
    if (socket !== this.#socket) return;
    this.#expect(SILENCE_MS);
    this.heard();
    if (frame.type === "heartbeat") this.#beat(frame.ts);
    else if (frame.type === "batch") this.#ends.frames(frame.frames);
    else if (frame.type === "telemetry") this.#ends.frames([frame]);
    else if (frame.type !== "gap") this.#ends.told(frame.machine_id);
  }

  /** The stream is there; what was missed while it was not is read once. */
  #beat(ts: string): void {
    this.aheadMs = Date.parse(ts) - Date.now();
    if (this.state === "live") return;
    this.state = "live";
    this.attempt = 0;
    this.#reading = false;
    clearTimeout(this.#next);
    void this.#ends.read();
  }

  #expect(withinMs: number): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      const socket = this.#socket;
      socket?.close();
      if (socket) this.#closed(socket);
    }, withinMs);
  }

  #closed(socket: WebSocket): void {
    if (socket !== this.#socket || !this.#open) return;
    this.#socket = undefined;
    clearTimeout(this.#watchdog);
    this.attempt += 1;
    this.#retry = setTimeout(() => this.#connect(), backoffMs(this.attempt));
    if (this.state === "live") this.state = "lost";
    if (this.#reading) return;
    this.#reading = true;
    void this.#read();
  }

  async #read(): Promise<void> {
    const passed = await this.#ends.read();
    if (!this.#reading || !this.#open) return;
    this.state = passed ? "reading" : "lost";
    this.#next = setTimeout(() => void this.#read(), READ_MS);
  }
}
