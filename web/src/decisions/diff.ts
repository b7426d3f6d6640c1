/** What two JSON values differ in, leaf by leaf, each with its JSON pointer. */
export interface Change {
  /** JSON pointer (RFC 6901). */
  readonly path: string;
  /** As JSON; null where there was nothing. */
  readonly was: string | null;
  /** As JSON; null where there would be nothing. */
  readonly would: string | null;
  /** Unit of a changed value, where it has one and keeps it. */
  readonly unit: string | null;
}

/** Every leaf that differs, in the order of `after`, then what only `before` has. */
export function changes(before: unknown, after: unknown, path = ""): Change[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
    const unit = typeof after["unit"] === "string" && after["unit"] === before["unit"] ? after["unit"] : null;
    return [...keys].flatMap((key) => {
      const below = changes(before[key], after[key], `${path}/${escaped(key)}`);
      return key === "value" && unit !== null ? below.map((change) => ({ ...change, unit })) : below;
    });
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => changes(before[index], after[index], `${path}/${index}`)).flat();
  }
  const [was, would] = [text(before), text(after)];
  return was === would ? [] : [{ path, was, would, unit: null }];
}

/** What stands at a JSON pointer, or undefined. */
export function at(value: unknown, pointer: string): unknown {
  if (pointer === "") return value;
  const keys = pointer.slice(1).split("/").map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  return keys.reduce<unknown>((found, key) => (isRecord(found) || Array.isArray(found) ? (found as Record<string, unknown>)[key] : undefined), value);
}

/** The field that a pointer is about, as people read it: `/action/params/feed_rate/value` is `feed rate`. */
export function fieldOf(pointer: string): string {
  const keys = pointer.split("/").filter((key) => !["", "action", "params", "value"].includes(key));
  return keys.join(" ").replaceAll("_", " ") || "proposal";
}

function text(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
