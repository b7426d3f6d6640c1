/**
 * What readers of the screen are told without asking: that the machine does something else, that the line is lost, a new verdict.
 * At most once in five seconds and only what is new then; samples are never read out.
 */
const APART_MS = 5_000;

export class News {
  /** What is said at present. */
  said = $state("");
  #machineId = "";
  #known: readonly string[] = [];
  #due: ReturnType<typeof setTimeout> | undefined;
  #saidAt = Number.NEGATIVE_INFINITY;

  /** What is the case now, in words; "" where there is nothing to say. The first facts about a machine are no news. */
  hear(machineId: string, facts: readonly string[], now = performance.now()): void {
    clearTimeout(this.#due);
    if (machineId !== this.#machineId) {
      this.#machineId = machineId;
      this.#known = facts;
      return;
    }
    const fresh = facts.filter((fact, index) => fact !== "" && fact !== this.#known[index]);
    if (fresh.length === 0) {
      this.#known = facts.map((fact, index) => (fact === "" ? "" : (this.#known[index] ?? fact)));
      return;
    }
    const wait = this.#saidAt + APART_MS - now;
    const say = (): void => {
      this.#known = facts;
      this.#saidAt = performance.now();
      this.said = `${machineId}: ${fresh.join(", ")}`;
    };
    if (wait <= 0) say();
    else this.#due = setTimeout(say, wait);
  }
}
