/** A proposal's act as lines that a person can check: every leaf of the record, none left out, quantities with their unit. */
export interface Field {
  /** Where it stands in the act, `params.offset_x`. */
  readonly name: string;
  readonly value: string;
}

/** The leaves of an act, in the order in which they were submitted. Something that is no record is one line by itself. */
export function fieldsOf(action: unknown, name = ""): Field[] {
  if (isQuantity(action)) return [{ name, value: `${plain(JSON.stringify(action.value))} ${plain(action.unit)}` }];
  if (Array.isArray(action) && action.length > 0) return action.flatMap((item: unknown, index) => fieldsOf(item, `${name}[${index}]`));
  if (isRecord(action) && Object.keys(action).length > 0) {
    return Object.entries(action).flatMap(([key, value]) => fieldsOf(value, name ? `${name}.${key}` : key));
  }
  return [{ name: name || "action", value: typeof action === "string" ? plain(action) : JSON.stringify(action) ?? "–" }];
}

/** Line breaks, controls, and what has no width or turns the direction of writing: none of it shows what it does. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** What joins emoji and some scripts is in ordinary use and turns nothing around. */
const JOINERS = /[\u200c\u200d]/g;

/** A text as it stands; with anything unseen in it as a JSON string in which that is escaped, so that it reads as it runs. */
export function plain(text: string): string {
  if (!UNSEEN.test(text.replace(JOINERS, ""))) return text;
  const escape = (sign: string): string => [...Array(sign.length).keys()].map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
  return JSON.stringify(text).replace(new RegExp(UNSEEN.source, "gu"), escape);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isQuantity(value: unknown): value is { value: number; unit: string } {
  return isRecord(value) && Object.keys(value).length === 2 && typeof value["unit"] === "string" && "value" in value;
}
