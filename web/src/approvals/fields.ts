/** A proposal's act as lines that a person can check: every leaf of the record, none left out, quantities with their unit. */
export interface Field {
  /** Where it stands in the act, `params.offset_x`. */
  readonly name: string;
  readonly value: string;
}

/** The leaves of an act, in the order in which they were submitted. Something that is no record is one line by itself. */
export function fieldsOf(action: unknown, name = ""): Field[] {
  if (isQuantity(action)) return [{ name, value: `${JSON.stringify(action.value)} ${action.unit}` }];
  if (Array.isArray(action) && action.length > 0) return action.flatMap((item: unknown, index) => fieldsOf(item, `${name}[${index}]`));
  if (isRecord(action) && Object.keys(action).length > 0) {
    return Object.entries(action).flatMap(([key, value]) => fieldsOf(value, name ? `${name}.${key}` : key));
  }
  return [{ name: name || "action", value: typeof action === "string" ? action : JSON.stringify(action) ?? "–" }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isQuantity(value: unknown): value is { value: number; unit: string } {
  return isRecord(value) && Object.keys(value).length === 2 && typeof value["unit"] === "string" && "value" in value;
}
