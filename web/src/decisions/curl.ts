/** Calls of the engine as commands for a POSIX shell. What is pasted does exactly what is written, whatever the text holds. */

/** How a call is let in: by nothing on the engine's own machine, else by the token in the environment. */
export type Entry = "tokenless" | "token";

/** A word that a POSIX shell takes as it is. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Read an address of the engine. */
export function getCommand(url: string, entry: Entry): string {
  return ["curl", "-sS", ...header(entry), quoted(url)].join(" ");
}

/** Post JSON to an address of the engine, byte for byte. */
export function postCommand(url: string, json: string, entry: Entry): string {
  return ["curl", "-sS", ...header(entry), "-H", quoted("Content-Type: application/json"), "--data-binary", quoted(json), quoted(url)].join(" ");
}

/** The token itself never stands in a command: others can read command lines and histories. */
function header(entry: Entry): string[] {
  return entry === "token" ? ["-H", '"Authorization: Bearer $CHARGEHAND_TOKEN"'] : [];
}
