/**
 * An engine and a browser made of plain data, for tests that cut lines: machines send when told to, time passes when told
 * to, and nothing else happens. Its answers follow `src/chargehand/api/telemetry.py` and `fleet/telemetry.py`.
 */
import type { ConditionFrame, DecisionFrame, GapFrame, SignalValue, TelemetryFrame, TelemetryPage } from "../../src/contracts/records";
import { Failure } from "../../src/engine/failure";
import type { Frame } from "../../src/telemetry/lines";
import type { SocketEvents, StreamEvents, Wires } from "../../src/telemetry/wires";

export const START = Date.parse("2026-11-21T04:00:00.000Z");
export type Kind = "machine-ws" | "fleet-ws" | "machine-sse" | "read" | "events";

/** A frame of a machine, a tenth of a second after the one before. */
export function frameOf(machine: string, instance: string, seq: number, values: Record<string, SignalValue> = {}): TelemetryFrame {
  return {
    type: "telemetry",
    machine_id: machine,
    instance_id: instance,
    seq,
    ts_source: null,
    ts_ingest: new Date(START + seq * 100).toISOString(),
    source: "simulated",
    quality: "good",
    values: { spindle_load: { v: seq, u: "%", q: "good" }, ...values },
  };
}

export function gapOf(machine: string, instance: string, from: number, to: number, code: string): GapFrame {
  return { type: "gap", machine_id: machine, instance_id: instance, from, to, code };
}

interface Open {
  readonly kind: Kind;
  readonly machine: string | null;
  readonly path: string;
  /** Position per machine that was sent. */
  readonly sent: Map<string, { instance: string; seq: number }>;
  eventSeq: number;
  heartbeat: (eventSeq: number) => void;
  send: (frames: Frame[]) => void;
  /** Say something else, on an event stream. */
  say: (event: string, data: unknown) => void;
  end: (code: number) => void;
  open: boolean;
}

export class Stage {
  now = START;
  /** What cannot be opened or read now. */
  readonly down = new Set<Kind>();
  /** What opens and says nothing. */
  readonly mute = new Set<Kind>();
  /** Lines that were ever opened, in order. */
  readonly opened: Kind[] = [];
  readonly paths: string[] = [];
  /** Who may not read. */
  refuse = false;
  readonly lines: Open[] = [];
  /** Frames lost on the way of this stream, as a slow reader's are. */
  coalesce = false;
  /** Reads that wait until they are let go. */
  held: (() => void)[] | null = null;
  /** Whether the answer of a held read is as old as the question. */
  early = false;
  readonly runs = new Map<string, { instance: string; frames: TelemetryFrame[]; lost: number }[]>();
  readonly events: (DecisionFrame | ConditionFrame)[] = [];
  #timers: { at: number; call: () => void }[] = [];
  #draws: (() => void)[] = [];
  #online = new Set<() => void>();
  #signedIn = new Set<() => void>();
  head = 0;

  readonly wires: Wires = {
    socket: (path, on) => this.#socket(path, on),
    stream: (path, id, on) => this.#stream(path, id, on),
    read: (path) => this.#read(path),
    after: (ms, call) => {
      const timer = { at: this.now + ms, call };
      this.#timers.push(timer);
      return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
    },
    online: (call) => {
      this.#online.add(call);
      return () => this.#online.delete(call);
    },
    signedIn: (call) => {
      this.#signedIn.add(call);
      return () => this.#signedIn.delete(call);
    },
    frame: (call) => void this.#draws.push(call),
    now: () => this.now,
    draw: () => 0.5,
  };

  /** How many wait for the network's return. */
  get listening(): number {
    return this.#online.size;
  }

  /** This computer's clock is set by so many ms; what waits goes on waiting as long as before. */
  setClock(ms: number): void {
    this.now += ms;
    this.#timers = this.#timers.map((timer) => ({ ...timer, at: timer.at + ms }));
  }

  /** How many wait for somebody to sign in. */
  get refused(): number {
    return this.#signedIn.size;
  }

  /** Somebody signs in: whoever was refused may read. */
  signIn(): void {
    this.refuse = false;
    const waiting = [...this.#signedIn];
    this.#signedIn.clear();
    for (const call of waiting) call();
  }

  /** Open lines of a kind. */
  live(kind: Kind): Open[] {
    return this.lines.filter((line) => line.open && line.kind === kind);
  }

  /** A machine's adapter begins a new run. */
  begin(machine: string, instance: string): void {
    this.runs.set(machine, [...(this.runs.get(machine) ?? []), { instance, frames: [], lost: 0 }]);
  }

  /** A machine sends so many frames, one after the other, and every reader is served. */
  async sends(machine: string, count: number, values: Record<string, SignalValue> = {}): Promise<void> {
    const run = this.runs.get(machine)?.at(-1);
    if (run === undefined) throw new Error("no run");
    for (let n = 0; n < count; n++) run.frames.push(frameOf(machine, run.instance, run.frames.length + 1, values));
    await this.serve();
  }

  /** A verdict or a condition enters the log. */
  async logs(machine: string, kind: "decision" | "condition"): Promise<number> {
    this.head += 1;
    const seq = this.head;
    const verdict = { id: `dec_${seq}` } as unknown as DecisionFrame["verdict"];
    if (kind === "decision") this.events.push({ type: "decision", machine_id: machine, seq, verdict });
    else this.events.push({ type: "condition", machine_id: machine, seq, kind: "machine.condition", data: {} });
    await this.serve();
    return seq;
  }

  /** Serve every open line as the engine would. */
  async serve(): Promise<void> {
    await this.settle();
    for (const line of this.lines) if (line.open && !this.mute.has(line.kind)) this.#serve(line);
    await this.settle();
  }

  /** Cut lines as a network does, or close them with a code. */
  async cut(kinds: Kind[], code = 1006): Promise<void> {
    for (const line of this.lines) if (line.open && kinds.includes(line.kind)) this.#end(line, code);
    await this.settle();
  }

  online(): void {
    this.#online.forEach((call) => call());
  }

  /** Let time pass; lines beat every five seconds, and timers run when they are due. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (let due = this.#due(until); due !== undefined; due = this.#due(until)) {
      this.#beatUntil(due.at);
      this.now = Math.max(this.now, due.at);
      this.#timers = this.#timers.filter((timer) => timer !== due);
      due.call();
      await this.serve();
    }
    this.#beatUntil(until);
    this.now = until;
    await this.settle();
  }

  /** Paint: call what waits for the next animation frame; returns how many calls there were. */
  paint(): number {
    const draws = this.#draws.splice(0);
    draws.forEach((call) => call());
    return draws.length;
  }

  /** Let everything that waits for no time happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  #due(until: number): { at: number; call: () => void } | undefined {
    return this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
  }

  #beatUntil(until: number): void {
    for (let at = Math.ceil((this.now + 1) / 5_000) * 5_000; at <= until; at += 5_000) {
      this.now = at;
      for (const line of this.lines) if (line.open && !this.mute.has(line.kind)) line.heartbeat(line.eventSeq);
    }
  }

  #end(line: Open, code: number): void {
    line.open = false;
    line.end(code);
  }

  #socket(path: string, on: SocketEvents): () => void {
    const url = new URL(path, "http://engine");
    const machine = decodeURIComponent(url.pathname.split("/")[3] ?? "") || null;
    const line: Open = {
      kind: machine === null ? "fleet-ws" : "machine-ws",
      machine,
      path,
      sent: new Map(),
      eventSeq: Number(url.searchParams.get("after_event") ?? this.head),
      heartbeat: (seq) => on.message(JSON.stringify({ type: "heartbeat", ts: "", event_seq: seq })),
      send: (frames) => {
        const telemetry = frames.filter((frame) => frame.type === "telemetry");
        for (const frame of frames) if (frame.type !== "telemetry") on.message(JSON.stringify(frame));
        if (telemetry.length === 1) on.message(JSON.stringify(telemetry[0]));
        else if (telemetry.length > 1) on.message(JSON.stringify({ type: "batch", frames: telemetry }));
      },
      say: () => undefined,
      end: (code) => on.closed(code),
      open: true,
    };
    const refusedPosition = line.eventSeq > this.head;
    return this.#begin(line, url.searchParams.get("instance_id"), url.searchParams.get("after"), () => {
      if (this.refuse) this.#end(line, 1008);
      else if (refusedPosition) this.#end(line, 1006);
    });
  }

  #stream(path: string, id: string | null, on: StreamEvents): () => void {
    const url = new URL(path, "http://engine");
    const events = url.pathname === "/v1/events";
    const machine = events ? (url.searchParams.get("subject") ?? "").replace("machine/", "") : decodeURIComponent(url.pathname.split("/")[3] ?? "");
    const line: Open = {
      kind: events ? "events" : "machine-sse",
      machine,
      path,
      sent: new Map(),
      eventSeq: events ? Number(id ?? this.head) : Number.POSITIVE_INFINITY,
      heartbeat: (seq) => on.sign(events ? String(seq) : null),
      send: (frames) => {
        for (const frame of frames) {
          const { type, ...rest } = frame;
          if (type === "telemetry" || type === "gap") on.message({ event: type, data: JSON.stringify(frame) });
          else on.message({ event: "x", data: JSON.stringify(asEvent(rest as unknown as DecisionFrame, type)) });
        }
        on.sign(events ? String(line.eventSeq) : null);
      },
      say: (event, data) => on.message({ event, data: JSON.stringify(data) }),
      end: (code) => on.closed(code === 1006 ? 0 : code),
      open: true,
    };
    const [instance, seq] = events || id === null ? [null, null] : [id.slice(0, id.lastIndexOf(":")), id.slice(id.lastIndexOf(":") + 1)];
    return this.#begin(line, instance, seq, () => {
      if (this.refuse) this.#end(line, 403);
      else if (events && line.eventSeq > this.head) this.#end(line, 400);
    });
  }

  #begin(line: Open, instance: string | null, after: string | null, check: () => void): () => void {
    this.opened.push(line.kind);
    this.paths.push(line.path);
    this.lines.push(line);
    const newest = [...this.runs].map(([machine, runs]) => [machine, runs.at(-1)] as const);
    for (const [machine, run] of newest) {
      if (run === undefined || (line.machine !== null && machine !== line.machine)) continue;
      const place = after === null ? { instance: run.instance, seq: run.frames.length } : { instance: instance ?? run.instance, seq: Number(after) };
      line.sent.set(machine, place);
    }
    setImmediate(() => {
      if (!line.open) return;
      if (this.down.has(line.kind)) return this.#end(line, 1006);
      check();
      if (!line.open || this.mute.has(line.kind)) return;
      line.heartbeat(line.eventSeq);
      this.#serve(line);
    });
    return () => void (line.open = false);
  }

  #serve(line: Open): void {
    if (line.kind !== "events") {
      for (const [machine, runs] of this.runs) {
        if (line.machine !== null && machine !== line.machine) continue;
        const place = line.sent.get(machine) ?? { instance: runs[0]?.instance ?? "", seq: 0 };
        this.#serveMachine(line, machine, place);
      }
    }
    if (line.kind === "machine-sse") return;
    const news = this.events.filter((frame) => frame.seq > line.eventSeq);
    line.eventSeq = Math.max(line.eventSeq, this.head);
    const wanted = news.filter((frame) => line.machine === null || frame.machine_id === line.machine);
    if (wanted.length > 0) line.send(wanted);
  }

  #serveMachine(line: Open, machine: string, from: { instance: string; seq: number }): void {
    let place = from;
    for (let turn = 0; turn < 100 && line.open; turn++) {
      const page = this.page(machine, place.instance, place.seq, 500);
      const items = this.coalesce && line.kind !== "machine-sse" ? page.items.slice(-1) : page.items;
      const skipped = page.items.length - items.length;
      if (page.gap) line.send([page.gap]);
      if (skipped > 0) line.send([gapOf(machine, page.instance_id as string, page.items[0]?.seq ?? 0, (items[0]?.seq ?? 1) - 1, "TELEM.COALESCED")]);
      if (items.length > 0) line.send(items);
      const seq = items.at(-1)?.seq ?? (page.gap ? page.gap.to : place.seq);
      place = { instance: page.instance_id ?? place.instance, seq };
      line.sent.set(machine, place);
      if (page.items.length === 0 && !page.gap) return;
    }
  }

  /** A page as the engine would answer it. */
  page(machine: string, instance: string | null, after: number | null, limit: number): TelemetryPage {
    const runs = this.runs.get(machine) ?? [];
    const newest = runs.at(-1);
    if (newest === undefined) return { instance_id: null, items: [], next_cursor: null, gap: null };
    const run = runs.find((other) => other.instance === (instance ?? newest.instance)) ?? { ...newest, frames: [] };
    const seq = after ?? Math.max(0, newest.frames.length - limit);
    if (seq > run.frames.length && run === newest) {
      const gap = gapOf(machine, run.instance, run.frames.length + 1, seq, "TELEM.SEQ_AHEAD");
      return { instance_id: run.instance, items: [], next_cursor: null, gap };
    }
    const first = Math.max(seq, run.lost);
    const items = run.frames.slice(first, first + limit);
    if (items.length === 0 && run.instance !== newest.instance) {
      const gap = gapOf(machine, newest.instance, 1, newest.lost, "TELEM.INSTANCE_CHANGED");
      return { instance_id: newest.instance, items: [], next_cursor: null, gap };
    }
    const gap = items.length > 0 && first > seq ? gapOf(machine, run.instance, seq + 1, first, "TELEM.COMPACTED") : null;
    return { instance_id: run.instance, items, next_cursor: null, gap };
  }

  async #read(path: string): Promise<unknown> {
    this.opened.push("read");
    this.paths.push(path);
    const page = this.#answer(path);
    if (this.held !== null) await new Promise<void>((resolve) => this.held?.push(resolve));
    if (this.down.has("read")) throw Failure.unreachable("down");
    if (this.refuse) throw Failure.of({ code: "AUTH.ROLE_MISSING", status: 403, title: "", type: "", request_id: "" } as never);
    return structuredClone(this.early ? page : this.#answer(path));
  }

  #answer(path: string): TelemetryPage {
    const url = new URL(path, "http://engine");
    const after = url.searchParams.get("after");
    const machine = decodeURIComponent(url.pathname.split("/")[3] ?? "");
    const limit = Number(url.searchParams.get("limit"));
    return this.page(machine, url.searchParams.get("instance_id"), after === null ? null : Number(after), limit);
  }
}

function asEvent(frame: DecisionFrame, type: string): Record<string, unknown> {
  if (type === "decision") return { type: "proposal.decided", seq: frame.seq, data: { verdict: frame.verdict } };
  return { type: "machine.condition", seq: frame.seq, data: {} };
}
