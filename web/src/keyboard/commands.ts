/** What the palette offers: views, machines, the newest decisions by their code, and what can be set. */
import type { Machine, ProposalRecord } from "../contracts/records";
import { VIEWS } from "../route/views";

export interface Command {
  /** Unique among the commands. */
  readonly id: string;
  readonly kind: "View" | "Machine" | "Decision" | "Set";
  readonly words: string;
  /** More that may be typed to find it, and is shown beside. */
  readonly also: string;
  readonly run: () => void;
}

export interface Doing {
  readonly go: (path: string, params: Record<string, string | null>) => void;
  readonly machine: string | null;
  readonly settings: readonly { readonly words: string; readonly also: string; readonly run: () => void }[];
}

/** All of them, in the order in which they are shown while nothing is typed. */
export function commands(doing: Doing, machines: readonly Machine[], decided: readonly ProposalRecord[]): Command[] {
  return [
    ...VIEWS.map((view) => ({
      id: `view ${view.name}`,
      kind: "View" as const,
      words: view.title,
      also: `g ${view.key}`,
      run: () => doing.go(view.path, view.machine ? { machine: doing.machine } : {}),
    })),
    ...machines.map((machine) => ({
      id: `machine ${machine.id}`,
      kind: "Machine" as const,
      words: machine.id,
      also: `${machine.name} · ${machine.site} · ${machine.cell}`,
      run: () => doing.go("/machine", { machine: machine.id }),
    })),
    ...decided.map((record) => ({
      id: `decision ${record.decision_id}`,
      kind: "Decision" as const,
      words: record.primary_code,
      also: `${record.verdict} · ${record.subject}`,
      run: () => doing.go("/decisions", { id: record.decision_id }),
    })),
    ...doing.settings.map((setting) => ({ ...setting, id: `set ${setting.words}`, kind: "Set" as const })),
  ];
}
