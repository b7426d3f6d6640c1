/** The colours that canvases are drawn with, read from the page's custom properties: a scheme is changed in one place. */
export interface Ink {
  readonly series: readonly string[];
  readonly text: string;
  readonly grid: string;
  readonly band: string;
  readonly limit: string;
  readonly hole: string;
  readonly tones: Readonly<Record<"good" | "calm" | "warn" | "bad" | "unknown", string>>;
  readonly font: string;
}

const SERIES = 6;

/** The ink of the present scheme. */
export function inkOf(element: Element): Ink {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    series: Array.from({ length: SERIES }, (_, index) => read(`--series-${index + 1}`)),
    text: read("--ink-soft"),
    grid: read("--grid"),
    band: read("--band"),
    limit: read("--bad"),
    hole: read("--unknown-ground"),
    tones: { good: read("--good"), calm: read("--calm"), warn: read("--warn"), bad: read("--bad"), unknown: read("--unknown") },
    font: `11px ${read("--sans")}`,
  };
}
