/** How well a typed text fits a line: all its letters stand there in order; together, and at the start of words, is better. */

/** Greater is better; null where it does not fit. An empty text fits everything alike. */
export function fit(typed: string, line: string): number | null {
  const wanted = typed.toLowerCase().replaceAll(/\s+/g, "");
  const text = line.toLowerCase();
  let score = 0;
  let from = 0;
  for (const letter of wanted) {
    const at = nextAt(text, letter, from, line);
    if (at === -1) return null;
    if (at === from && from > 0) score += 3;
    if (startsWord(line, at)) score += 2;
    score -= Math.min(at - from, 4) * 0.25;
    from = at + 1;
  }
  return score - text.length * 0.01;
}

/** The lines that fit, best first; those that fit alike stay in their order. */
export function fitting<T>(items: readonly T[], typed: string, line: (item: T) => string): T[] {
  const scored = items.flatMap((item) => {
    const score = fit(typed, line(item));
    return score === null ? [] : [{ item, score }];
  });
  if (typed.trim() !== "") scored.sort((one, other) => other.score - one.score);
  return scored.map(({ item }) => item);
}

/** The letter right here, else at the start of a later word, else anywhere later. */
function nextAt(text: string, letter: string, from: number, line: string): number {
  if (from > 0 && text[from] === letter) return from;
  for (let at = text.indexOf(letter, from); at !== -1; at = text.indexOf(letter, at + 1)) if (startsWord(line, at)) return at;
  return text.indexOf(letter, from);
}

function startsWord(line: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(line[at - 1] ?? "");
}
