/**
 * The address bar as state: which view, with which filters. Everything that a link must restore stands in the query, so
 * back, forward, reload and a shared link all show the same.
 */
import { type View, viewAt } from "./views";

class Route {
  path = $state(location.pathname);
  query = $state.raw(new URLSearchParams(location.search));

  constructor() {
    addEventListener("popstate", () => this.#read());
  }

  /** The view of the present address, or undefined for an unknown one. */
  get view(): View | undefined {
    return viewAt(this.path);
  }

  /** A parameter of the query, or null. */
  param(name: string): string | null {
    return this.query.get(name);
  }

  /** The address of a view with these parameters; null and "" leave a parameter out. */
  href(path: string, params: Record<string, string | null> = {}): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
    const text = query.toString();
    return text ? `${path}?${text}` : path;
  }

  /** Go to an address of this page; `replace` leaves no entry for the back button. */
  go(href: string, { replace = false } = {}): void {
    if (href === location.pathname + location.search) return;
    history[replace ? "replaceState" : "pushState"](null, "", href);
    this.#read();
  }

  /** Change some parameters of the present address and keep the others. */
  set(params: Record<string, string | null>, { replace = false } = {}): void {
    // Of a name that stands twice the first one counts, here as for whoever reads it.
    const kept = Object.fromEntries([...this.query].reverse());
    this.go(this.href(this.path, { ...kept, ...params }), { replace });
  }

  /** Follow links of this page without loading it anew. For `onclick` of the page's root. */
  follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin || !viewAt(link.pathname)) return;
    // To a place on this page the browser goes itself, and takes the focus there.
    if (link.hash && link.pathname + link.search === location.pathname + location.search) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }

  #read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
  }
}

export const route = new Route();
