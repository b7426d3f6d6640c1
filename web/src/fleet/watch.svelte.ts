/**
 * The machines as the fleet view watches them, for as long as it is open: values from the line, everything else read again
 * when the log or the line says that something happened to a machine. Nothing here is told by one source alone.
 */
import { answer, engine } from "../engine/client";
import { log } from "../engine/log.svelte";
import type { EngineEvent, Machine, TelemetryFrame } from "../contracts/records";
import { clock } from "../time/clock.svelte";
import { fleet } from "./fleet.svelte";
import { EVERY_MS, Line, READ_MS } from "./line.svelte";
import { type Timing, Watched } from "./watched.svelte";

/** From when on data is too old. The engine itself calls a machine stale that is silent for longer than its card allows. */
export const STALE_MS = 2_000;
/** Happenings of one moment are read together. */
const GATHER_MS = 100;
/** More machines than this are read as a list. */
const SINGLY_MAX = 6;
/** Interlocks stand in no sample and not every change of them in the log, so all is read again once in a while. */
const CHECK_MS = 30_000;

export class Watch implements Timing {
  readonly line = new Line({
    frames: (frames) => this.#hear(frames),
    told: (id) => this.#again(id),
    read: () => this.#readAll(),
  });
  /** In the order of the list. */
  machines = $state.raw<readonly Watched[]>([]);

  #byId = new Map<string, Watched>();
  #wanted = new Set<string>();
  #listing = 0;
  #gathering: ReturnType<typeof setTimeout> | undefined;

  get now(): number {
    return clock.now + this.line.aheadMs;
  }

  /** What comes in turns is older by up to one turn without its machine having fallen silent. */
  get staleMs(): number {
    return STALE_MS + (this.line.state === "reading" ? READ_MS : EVERY_MS);
  }

  find(id: string): Watched | undefined {
    return this.#byId.get(id);
  }

  /** Begin; returns how to stop. */
  start(): () => void {
    const ends = [
      this.line.start(),
      log.on("machine.", (event) => this.#happened(event)),
      log.on("proposal.decided", (event) => this.#happened(event)),
    ];
    const check = setInterval(() => this.line.state === "live" && void this.#readAll(), CHECK_MS);
    return () => {
      ends.forEach((end) => end());
      clearInterval(check);
      clearTimeout(this.#gathering);
    };
  }

  /** The list has arrived. */
  take(found: readonly Machine[]): void {
    this.line.heard();
    const before = this.#byId;
    this.#byId = new Map(found.map((machine) => [machine.id, before.get(machine.id) ?? new Watched(machine, this)]));
    for (const machine of found) before.get(machine.id)?.take(machine);
    const same = found.length === this.machines.length && found.every(({ id }, place) => this.machines[place]?.id === id);
    if (!same) this.machines = [...this.#byId.values()];
  }

  #happened({ subject, topic }: EngineEvent): void {
    const about = [subject, topic].find((name) => name?.startsWith("machine/"));
    if (about) this.#again(about.slice("machine/".length));
  }

  #hear(frames: readonly TelemetryFrame[]): void {
    for (const frame of frames) if (this.#byId.get(frame.machine_id)?.hear(frame) ?? true) this.#again(frame.machine_id);
  }

  /** Read a machine anew, together with what else happens at this moment. */
  #again(id: string): void {
    this.#wanted.add(id);
    this.#gathering ??= setTimeout(() => void this.#readWanted(), GATHER_MS);
  }

  async #readWanted(): Promise<void> {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    try {
      // A list that was asked for before this happened would overwrite what is read now: it is asked for again.
      const listed = this.#listing > 0 || wanted.length > SINGLY_MAX;
      if (listed || wanted.some((id) => !this.#byId.has(id))) await this.#readAll();
      else await Promise.all(wanted.map((id) => this.#readOne(id)));
    } catch {
      // The list says what is the matter, and tries until it passes.
      await this.#readAll();
    }
    this.#gathering = this.#wanted.size === 0 ? undefined : setTimeout(() => void this.#readWanted(), GATHER_MS);
  }

  async #readOne(id: string): Promise<void> {
    const machine = await answer(engine.GET("/v1/machines/{id}", { params: { path: { id } } }));
    this.#byId.get(id)?.take(machine);
  }

  async #readAll(): Promise<boolean> {
    this.#listing += 1;
    await fleet.machines.load();
    this.#listing -= 1;
    return fleet.machines.failure === null;
  }
}
