/** Server-sent messages out of a text that arrives in pieces, by the rules of the HTML standard as far as the engine uses them. */
export interface Message {
  /** Its id, or null where it has none. */
  readonly id: string | null;
  /** Its kind; empty for one without a kind, such as a heartbeat. */
  readonly event: string;
  readonly data: string;
}

export class MessageReader {
  #rest = "";

  /** The messages that this piece completes. One that is only a comment, or an id, comes with empty data. */
  take(piece: string): Message[] {
    const blocks = (this.#rest + piece).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    return blocks.map(parsed);
  }
}

function parsed(block: string): Message {
  let id: string | null = null;
  let event = "";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const at = line.indexOf(":");
    if (at <= 0) continue;
    const value = line.slice(at + 1).replace(/^ /, "");
    const field = line.slice(0, at);
    if (field === "id") id = value;
    else if (field === "event") event = value;
    else if (field === "data") data.push(value);
  }
  return { id, event, data: data.join("\n") };
}
