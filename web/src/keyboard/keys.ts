/**
 * What a key means on this page, and doing it. Keys without Ctrl, Alt or Cmd mean nothing while somebody writes, while a
 * dialog is open, or after they were turned off (WCAG 2.1.4); Enter and Escape belong to the browser first.
 */
import { toHeading } from "../parts/heading";
import { type View, VIEWS } from "../route/views";
import { moveRow, openRow } from "./rows";

/** How long after `g` the second key may come. */
export const CHORD_MS = 1_500;

export type Act =
  | { readonly do: "palette" | "help" | "filter" | "chord" | "open" | "leave" }
  | { readonly do: "row"; readonly step: 1 | -1 }
  | { readonly do: "go"; readonly view: View };

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export interface Where {
  /** In a field that takes text. */
  readonly writing: boolean;
  /** Behind a modal dialog. */
  readonly modal: boolean;
  /** Single keys are on. */
  readonly letters: boolean;
  /** `g` was pressed just before. */
  readonly chord: boolean;
}

const SINGLE: Record<string, Act> = {
  "?": { do: "help" },
  "/": { do: "filter" },
  g: { do: "chord" },
  j: { do: "row", step: 1 },
  k: { do: "row", step: -1 },
};

/** What a key means, or null where it is none of ours. */
export function meaning({ key, ctrlKey, metaKey, altKey }: Pressed, where: Where): Act | null {
  if (where.modal || altKey) return null;
  if (ctrlKey || metaKey) return key.toLowerCase() === "k" ? { do: "palette" } : null;
  if (key === "Escape") return { do: "leave" };
  if (where.writing) return null;
  if (key === "Enter") return { do: "open" };
  if (!where.letters) return null;
  const view = where.chord ? VIEWS.find((one) => one.key === key) : undefined;
  return view ? { do: "go", view } : (SINGLE[key] ?? null);
}

/** Whether an element takes text, so that letters belong to it. */
export function takesText(element: { tagName: string; type?: string; isContentEditable?: boolean } | null): boolean {
  if (element === null) return false;
  if (element.isContentEditable) return true;
  const tag = element.tagName.toLowerCase();
  if (tag === "input") return !["button", "checkbox", "radio", "range", "reset", "submit", "color", "file"].includes(element.type ?? "text");
  return tag === "textarea" || tag === "select";
}

export interface Hands {
  readonly letters: () => boolean;
  readonly open: (dialog: "palette" | "help") => void;
  readonly go: (view: View) => void;
}

export class Keys {
  readonly #root: Document;
  readonly #hands: Hands;
  #chordAt: number | null = null;

  constructor(root: Document, hands: Hands) {
    this.#root = root;
    this.#hands = hands;
  }

  /** Hear every key that nothing else has taken; returns how to stop. */
  listen(): () => void {
    const hear = (event: KeyboardEvent) => this.#hear(event);
    this.#root.addEventListener("keydown", hear);
    return () => this.#root.removeEventListener("keydown", hear);
  }

  #hear(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const act = meaning(event, {
      writing: takesText(this.#root.activeElement as HTMLElement | null),
      modal: this.#root.querySelector("dialog:modal") !== null,
      letters: this.#hands.letters(),
      chord: this.#chordAt !== null && event.timeStamp - this.#chordAt <= CHORD_MS,
    });
    if (event.key !== "Shift") this.#chordAt = act?.do === "chord" ? event.timeStamp : null;
    if (act !== null && this.#done(act)) event.preventDefault();
  }

  /** Do it. False where there was nothing to do it to, so that the browser may. */
  #done(act: Act): boolean {
    switch (act.do) {
      case "palette":
      case "help":
        this.#hands.open(act.do);
        return true;
      case "go":
        this.#hands.go(act.view);
        return true;
      case "chord":
        return true;
      case "row":
        return moveRow(this.#root, act.step);
      case "open":
        return openRow(this.#root.activeElement);
      case "filter":
        return this.#toFilter();
      case "leave":
        return this.#leave();
    }
  }

  #toFilter(): boolean {
    const filter = [...this.#root.querySelectorAll<HTMLElement>("[data-filter]")].find((found) => found.checkVisibility());
    filter?.focus();
    if (filter instanceof HTMLInputElement) filter.select();
    return filter !== undefined;
  }

  /** Out of a filter or a row, back to the view's heading. */
  #leave(): boolean {
    const focused = this.#root.activeElement;
    if (!focused?.matches("[data-filter], [data-row], [data-row] *")) return false;
    return toHeading(this.#root);
  }
}
