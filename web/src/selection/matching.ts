/** Which machines a typed text means: every word of it stands in the id, name, site or cell, in any order and case. */
interface Named {
  readonly id: string;
  readonly name: string;
  readonly site: string;
  readonly cell: string;
}

/** Those that match, in their order; all of them for an empty text. */
export function matching<T extends Named>(machines: readonly T[], typed: string): T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return machines.filter((machine) => {
    const text = `${machine.id} ${machine.name} ${machine.site} ${machine.cell}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
