/**
 * What somebody has typed for one machine. It belongs to that machine: it is kept under the machine's id, and a proposal made
 * of it names that machine and no other. What an operation does not take stays in the draft and is not sent.
 */
import { OF_THE_CUT, OPERATIONS, operation, PARAMETERS, UNITS, type ValueField, valuesOf } from "./fields";
import { typed } from "./number";

export interface Draft {
  readonly machine: string;
  readonly operation: string;
  readonly intent: string;
  /** Text and unit by the field's name, as typed. */
  readonly values: Readonly<Record<string, { readonly text: string; readonly unit: string }>>;
  /** Cards and choices by name; absent or "" keeps what the machine has. */
  readonly choices: Readonly<Record<string, string>>;
}

export const CHOICES = { engagement: ["side", "centred"], cut_type: ["roughing", "finishing"] } as const;
const TEXTS = ["tool", "material", "engagement", "cut_type"] as const;

export interface Made {
  /** The proposal as JSON, or null while something typed cannot be sent. */
  readonly text: string | null;
  /** Why a field cannot be sent, by its name. */
  readonly refused: Readonly<Record<string, string>>;
  /** Whether anything would be changed at all. */
  readonly empty: boolean;
}

export function freshDraft(machine: string): Draft {
  return { machine, operation: "parameter_set", intent: "", values: {}, choices: {} };
}

/** The proposal that a draft makes. */
export function proposalOf(draft: Draft): Made {
  const chosen = operation(draft.operation);
  const refused: Record<string, string> = {};
  const action: Record<string, unknown> = { operation: chosen.name };
  const params: Record<string, unknown> = {};
  for (const name of chosen.cuts ? TEXTS : []) if (draft.choices[name]) action[name] = draft.choices[name];
  if (chosen.program && draft.choices["program_sha256"]) action["program_sha256"] = draft.choices["program_sha256"].trim();
  for (const field of valuesOf(chosen)) {
    const { text, unit } = valueOf(draft, field);
    const found = typed(text);
    if (found.kind === "refused") refused[field.name] = found.because;
    if (found.kind !== "number") continue;
    (field.path.startsWith("/action/params/") ? params : action)[field.name] = { value: found.value, unit };
  }
  if (Object.keys(params).length > 0) action["params"] = params;
  const empty = Object.keys(action).length === 1 && chosen.name !== "macro";
  const proposal = { kind: "machine.change", subject: `machine/${draft.machine}`, ...(draft.intent && { intent: draft.intent }), action };
  return { text: Object.keys(refused).length > 0 ? null : JSON.stringify(proposal), refused, empty };
}

/** What stands in a value's field, with the unit that is chosen for it. */
export function valueOf(draft: Draft, field: ValueField): { readonly text: string; readonly unit: string } {
  return draft.values[field.name] ?? { text: "", unit: UNITS[field.dimension][0] };
}

export interface Taken {
  readonly draft: Draft;
  /** JSON pointers of what the form has no field for, so that nothing is dropped unseen. */
  readonly left: readonly string[];
}

/** A draft from a proposal, as the engine or somebody else made it. Null if it is no change of this machine. */
export function draftFrom(machine: string, proposal: unknown): Taken | null {
  if (!isRecord(proposal) || proposal["kind"] !== "machine.change" || proposal["subject"] !== `machine/${machine}`) return null;
  const action = isRecord(proposal["action"]) ? proposal["action"] : {};
  const name = String(action["operation"]);
  if (!OPERATIONS.some((entry) => entry.name === name)) return null;
  const params = isRecord(action["params"]) ? action["params"] : {};
  const values: Record<string, { text: string; unit: string }> = {};
  const left: string[] = [];
  const fields = [...PARAMETERS, ...OF_THE_CUT];
  for (const [key, quantity] of [...Object.entries(params), ...Object.entries(action)]) {
    const field = fields.find((entry) => entry.name === key);
    if (!field || !isRecord(quantity)) continue;
    const units: readonly string[] = UNITS[field.dimension];
    if (typeof quantity["value"] === "number" && units.includes(String(quantity["unit"]))) {
      values[key] = { text: String(quantity["value"]), unit: String(quantity["unit"]) };
    } else left.push(field.path);
  }
  const choices: Record<string, string> = {};
  for (const key of [...TEXTS, "program_sha256"]) if (typeof action[key] === "string") choices[key] = action[key];
  const known = new Set(["operation", "params", ...TEXTS, "program_sha256", ...OF_THE_CUT.map((field) => field.name)]);
  left.push(...Object.keys(action).filter((key) => !known.has(key) && action[key] !== null).map((key) => `/action/${key}`));
  left.push(...Object.keys(params).filter((key) => !PARAMETERS.some((field) => field.name === key)).map((key) => `/action/params/${key}`));
  const intent = typeof proposal["intent"] === "string" ? proposal["intent"] : "";
  return { draft: { machine, operation: name, intent, values, choices }, left };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
