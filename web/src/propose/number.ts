/**
 * A number as somebody typed it. What cannot be sent exactly as it stands is refused in words; nothing is guessed, rounded or
 * taken for zero. An empty field is not given, which is another thing than 0.
 */
export type Typed =
  | { readonly kind: "absent" }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "refused"; readonly because: string };

/** The decimal numbers of JSON, with a leading `+` or `.5` let pass. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Beyond it whole numbers are no longer exact (RFC 7493), and the engine refuses them. */
const LARGEST = Number.MAX_SAFE_INTEGER;

export function typed(text: string): Typed {
  const trimmed = text.trim();
  if (trimmed === "") return { kind: "absent" };
  if (/^[+-]?(nan|inf(inity)?)$/i.test(trimmed)) return refused("This is no finite number.");
  if (trimmed.includes(",")) return refused("Write the decimal point as “.” and leave out separators of thousands.");
  if (!DECIMAL.test(trimmed)) return refused("This is no number. Write digits only; the unit stands beside.");
  const value = Number(trimmed);
  if (Math.abs(value) > LARGEST) return refused("This number is too large to be sent exactly.");
  if (digits(trimmed) !== digits(String(value))) return refused(`This has more digits than can be sent; the nearest that can is ${value}.`);
  return { kind: "number", value: value === 0 ? 0 : value };
}

function refused(because: string): Typed {
  return { kind: "refused", because };
}

/** The value in one writing of it: significant digits and the place of the last one. */
function digits(decimal: string): string {
  const [mantissa = "", exponent = "0"] = decimal.toLowerCase().replace(/^[+]/, "").split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", part = ""] = mantissa.replace("-", "").split(".");
  const all = (whole + part).replace(/^0+/, "");
  const significant = all.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${sign}${significant}e${Number(exponent) - part.length + (all.length - significant.length)}`;
}
