/** As much of a browser's window as modules without a page need: an address with a history, and a store. Import it first. */
class Store {
  readonly #kept = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#kept.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#kept.set(key, value);
  }

  removeItem(key: string): void {
    this.#kept.delete(key);
  }
}

const target = new EventTarget();

/** The entries that back returns to, newest last. */
export const entries: string[] = ["http://127.0.0.1:8420/fleet"];

/** Go back one entry, as the button does. */
export function back(): void {
  entries.pop();
  target.dispatchEvent(new Event("popstate"));
}

Object.defineProperties(globalThis, {
  location: { get: () => new URL(entries.at(-1) ?? "") },
  localStorage: { value: new Store() },
  history: {
    value: {
      pushState: (_state: null, _title: string, href: string) => entries.push(String(new URL(href, entries.at(-1)))),
      replaceState: (_state: null, _title: string, href: string) => entries.splice(-1, 1, String(new URL(href, entries.at(-1)))),
    },
  },
  matchMedia: { value: () => Object.assign(new EventTarget(), { matches: false }) },
  addEventListener: { value: target.addEventListener.bind(target) },
  removeEventListener: { value: target.removeEventListener.bind(target) },
  dispatchEvent: { value: target.dispatchEvent.bind(target) },
});
