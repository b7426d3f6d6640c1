/** Every view with its address and its key after `g`. The engine answers these addresses with the page, and no others. */
export interface View {
  readonly name: "fleet" | "machine" | "decisions" | "approvals" | "propose";
  readonly path: string;
  readonly title: string;
  readonly key: string;
  /** Whether it is about one machine, so that its header carries the selector. */
  readonly machine: boolean;
}

export const VIEWS: readonly View[] = [
  { name: "fleet", path: "/fleet", title: "Fleet", key: "f", machine: false },
  { name: "machine", path: "/machine", title: "Machine", key: "m", machine: true },
  { name: "propose", path: "/propose", title: "Propose", key: "p", machine: true },
  { name: "decisions", path: "/decisions", title: "Decisions", key: "d", machine: false },
  { name: "approvals", path: "/approvals", title: "Approvals", key: "a", machine: false },
];

/** The view at a path; `/` is the fleet. Undefined for an address that no view has. */
export function viewAt(path: string): View | undefined {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, "") : path;
  return VIEWS.find((view) => view.path === (trimmed === "/" ? "/fleet" : trimmed));
}
