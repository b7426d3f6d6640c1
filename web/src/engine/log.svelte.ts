/**
 * The engine's log, followed from where this page began: one line for the whole page, resumed after every cut from the last
 * position, so that nothing is missed and nothing comes twice. Events are pushed to whoever listens; nobody polls.
 *
 * Before a line is opened again the engine is asked who it is and how long its log is. One that is another engine, or has a
 * shorter log, is on the same address by accident or after a restore: its log is followed anew, and every listener is told.
 */
import type { EngineEvent } from "../contracts/records";
import type { EventPayloads } from "../contracts/events.gen";
import { backoffMs } from "../time/backoff";
import { answer, engine } from "./client";
import { Failure } from "./failure";
import { type Line, openSocket, type OpenLine, openStream, type Said } from "./line";
import { refusal } from "./refusal";

/** Silence longer than this means that the line is dead, whatever the socket says. Heartbeats come every 15 s. */
export const SILENCE_MS = 40_000;
/** A line says its position at once. One that has not done so by then does not pass. */
export const GREETING_MS = 6_000;
/** Sockets in a row that an engine which answers did not open: then the stream is used instead. */
const MUTE_MAX = 2;

export type Listener = (event: EngineEvent) => void;

/** What an engine says of its log. */
export interface Look {
  readonly source: string;
  readonly seq: number;
}

export interface Transports {
  readonly socket: OpenLine;
  readonly stream: OpenLine;
  /** Which engine answers, and how long its log is. Throws Failure. */
  readonly look: () => Promise<Look>;
}

export class LogFollower {
  state = $state<"connecting" | "live" | "lost" | "refused">("connecting");
  /** Tries since the line was lost. */
  attempt = $state(0);
  /** When the line was lost, in ms since 1970 of this machine's clock, or null while it is there. */
  lostAt = $state<number | null>(null);
  /** Position of the newest event that was seen. */
  position = $state<number | null>(null);
  /** Events that were asked for and are gone, counted since the page began. */
  missing = $state(0);
  /** What the line is, or is tried with. */
  transport = $state<"websocket" | "sse">("websocket");

  readonly #by: Transports;
  readonly #listeners = new Set<{ prefix: string; call: Listener }>();
  readonly #resumed = new Set<() => void>();
  #line: Line | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #source: string | null = null;
  #mute = 0;
  #following = false;
  #looking = false;
  #unwait: (() => void) | undefined;
  #greeted = false;

  constructor(by: Transports) {
    this.#by = by;
  }

  /** Begin to follow; returns how to stop. */
  start(): () => void {
    this.#following = true;
    this.#open();
    addEventListener("online", this.wake);
    return () => {
      this.#following = false;
      removeEventListener("online", this.wake);
      this.#unwait?.();
      clearTimeout(this.#retry);
      clearTimeout(this.#watchdog);
      this.#line?.close();
      this.#line = undefined;
    };
  }

  /** Call back for every kind of event that begins with `prefix`; returns how to stop. */
  on(prefix: keyof EventPayloads | `${string}.`, call: Listener): () => void {
    const entry = { prefix, call };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  /** Call back when the line is there, at first or again, and after a hole: what was read before may be older than the first
   * event that comes, so it has to be read again. Returns how to stop. */
  onResumed(call: () => void): () => void {
    this.#resumed.add(call);
    return () => this.#resumed.delete(call);
  }

  /** Try at once instead of at the next turn. */
  readonly wake = (): void => {
    if (this.state !== "lost" && this.state !== "refused") return;
    clearTimeout(this.#retry);
    void this.#reopen();
  };

  #open(): void {
    this.#line?.close();
    this.#greeted = false;
    this.#hearFor(GREETING_MS);
    const line = this.#by[this.transport === "sse" ? "stream" : "socket"](this.position, {
      said: (what) => line === this.#line && this.#said(what),
      ended: (refused) => line === this.#line && this.#ended(refused),
    });
    this.#line = line;
  }

  async #reopen(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const found = await this.#by.look();
      if (!this.#following) return;
      const other = this.#source !== null && found.source !== this.#source;
      if (other || (this.position !== null && found.seq < this.position)) this.position = null;
      this.#source = found.source;
      this.transport = this.#mute >= MUTE_MAX ? "sse" : "websocket";
      this.#open();
    } catch (error) {
      if (this.#following) this.#lost(Failure.from(error).signedOut);
    } finally {
      this.#looking = false;
    }
  }

  #said(what: Said): void {
    this.#greeted = true;
    this.#hearFor(SILENCE_MS);
    if ("beat" in what) return this.#beat(what.beat);
    if ("gap" in what) {
      this.missing += what.gap;
      return this.#resumed.forEach((call) => call());
    }
    const { event } = what;
    if (this.position !== null && event.seq <= this.position) return;
    this.position = event.seq;
    for (const { prefix, call } of this.#listeners) if (event.type.startsWith(prefix)) call(event);
  }

  #beat(position: number): void {
    this.position = Math.max(this.position ?? 0, position);
    if (this.state === "live") return;
    this.state = "live";
    this.attempt = 0;
    this.#mute = 0;
    this.lostAt = null;
    if (this.#source === null) void this.#by.look().then(({ source }) => (this.#source ??= source), () => undefined);
    this.#resumed.forEach((call) => call());
  }

  #hearFor(ms: number): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#ended(false), ms);
  }

  #ended(refused: boolean): void {
    this.#line?.close();
    this.#line = undefined;
    // A stream that has ended makes way for sockets, which may pass by now.
    this.#mute = this.#greeted || this.transport === "sse" ? 0 : this.#mute + 1;
    this.#lost(refused);
  }

  #lost(refused: boolean): void {
    clearTimeout(this.#watchdog);
    clearTimeout(this.#retry);
    this.state = refused ? "refused" : "lost";
    this.lostAt ??= Date.now();
    this.attempt += 1;
    if (refused) {
      this.#unwait = refusal.wait(this.wake);
      refusal.refused();
    }
    this.#retry = setTimeout(() => void this.#reopen(), backoffMs(this.attempt));
  }
}

/** A browser does not say why an engine did not open a socket; this call is refused with 401 if nobody is signed in. */
async function look(): Promise<Look> {
  const [{ source }, { seq }] = await Promise.all([answer(engine.GET("/v1/version")), answer(engine.GET("/v1/health"))]);
  return { source, seq };
}

export const log = new LogFollower({ socket: openSocket, stream: openStream, look });
