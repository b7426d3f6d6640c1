/** Light, dark or as the system says, kept per browser. Charts watch `applied` and draw themselves anew. */
const KEY = "chargehand.scheme";

export type Scheme = "system" | "light" | "dark";

class SchemeChoice {
  chosen = $state<Scheme>(stored());
  #system = $state(matchMedia("(prefers-color-scheme: dark)").matches);

  constructor() {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => (this.#system = matches));
  }

  /** What is to be seen. */
  get applied(): "light" | "dark" {
    if (this.chosen !== "system") return this.chosen;
    return this.#system ? "dark" : "light";
  }

  use(scheme: Scheme): void {
    this.chosen = scheme;
    localStorage.setItem(KEY, scheme);
  }
}

function stored(): Scheme {
  const found = localStorage.getItem(KEY);
  return found === "light" || found === "dark" ? found : "system";
}

export const scheme = new SchemeChoice();
