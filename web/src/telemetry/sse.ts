/** Reads an event stream from pieces of text, however they are cut. `EventSource` cannot: it hides heartbeats and statuses. */
export interface Message {
  /** Kind of the message; `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
}

export class EventReader {
  /** Newest position that the stream has named, or null. */
  id: string | null = null;
  #rest = "";
  #event = "";
  #data: string[] = [];

  /** The messages that a further piece completes. */
  push(piece: string): Message[] {
    const found: Message[] = [];
    // A carriage return at the end may be half of a line's end.
    const text = this.#rest + piece;
    const lines = text.endsWith("\r") ? [text] : text.split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line !== "") this.#line(line);
      else if (this.#data.length > 0) {
        found.push({ event: this.#event || "message", data: this.#data.join("\n") });
        this.#event = "";
        this.#data = [];
      } else this.#event = "";
    }
    return found;
  }

  #line(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "id") this.id = value;
    else if (field === "data") this.#data.push(value);
  }
}
