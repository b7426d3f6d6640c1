/** Drafts of this tab, one per machine, kept until the tab is closed. What cannot be read back is passed over. */
import { type Draft, freshDraft } from "./draft";
import { OPERATIONS } from "./fields";

const PREFIX = "chargehand.draft.";

/** The draft for a machine; an empty one if there is none. */
export function keptDraft(machine: string, kept: Storage = sessionStorage): Draft {
  const fresh = freshDraft(machine);
  try {
    const found = JSON.parse(kept.getItem(PREFIX + machine) ?? "null") as Partial<Draft> | null;
    const known = OPERATIONS.some(({ name }) => name === found?.operation);
    return found?.machine === machine && known ? { ...fresh, ...found } : fresh;
  } catch {
    return fresh;
  }
}

/** Keep a draft under its own machine; an empty one is forgotten. */
export function keepDraft(draft: Draft, kept: Storage = sessionStorage): void {
  if (isEmpty(draft)) kept.removeItem(PREFIX + draft.machine);
  else kept.setItem(PREFIX + draft.machine, JSON.stringify(draft));
}

/** Machines that something was typed for. */
export function drafted(kept: Storage = sessionStorage): string[] {
  return Object.keys(kept).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length)).sort();
}

/** Whether nothing was typed or chosen. */
export function isEmpty(draft: Draft): boolean {
  return draft.intent === "" && Object.values(draft.values).every(({ text }) => text === "") && Object.values(draft.choices).every((text) => text === "");
}
