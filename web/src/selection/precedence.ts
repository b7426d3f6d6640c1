/**
 * Which machine a page shows: the one in the address, else the one shown last, else the first. An address that names a
 * machine that does not exist selects none: falling back to another would show one machine under another's name.
 */
export interface Choice {
  /** The selected machine, or null where there is none. */
  readonly id: string | null;
  /** The id in the address that no machine has, or null. */
  readonly unknown: string | null;
}

/** `known` is in the order of the list; `remembered` is passed over when that machine is no longer there. */
export function choose(inAddress: string | null, remembered: string | null, known: readonly string[]): Choice {
  if (inAddress) return known.includes(inAddress) ? { id: inAddress, unknown: null } : { id: null, unknown: inAddress };
  if (remembered !== null && known.includes(remembered)) return { id: remembered, unknown: null };
  return { id: known[0] ?? null, unknown: null };
}
