/** How much time the strips show: one of four lengths, named in the address in seconds. */
export interface Window {
  readonly seconds: number;
  readonly label: string;
}

export const WINDOWS: readonly Window[] = [
  { seconds: 30, label: "30 s" },
  { seconds: 120, label: "2 min" },
  { seconds: 600, label: "10 min" },
  { seconds: 3600, label: "1 h" },
];
const USUAL = WINDOWS[1] as Window;

/** The window that the address names; what it does not know is the usual one. */
export function windowOf(param: string | null): Window {
  return WINDOWS.find(({ seconds }) => String(seconds) === param) ?? USUAL;
}
