/** What would make a proposal pass, in words. A remedy that this page does not know is shown as it is. */
import type { Remedy } from "../contracts/records";
import { at, fieldOf } from "./diff";

/** `proposal` is what was judged: it says in which unit a value is. */
export function way(remedy: Remedy, proposal: unknown): string {
  const field = remedy.path ? fieldOf(remedy.path) : "it";
  switch (remedy.kind) {
    case "clamp":
      return `Set ${field} to ${quantity(remedy, proposal)}.`;
    case "supply":
      return `Give ${field}.`;
    case "choose":
      return `Choose for ${field} one of: ${(remedy.one_of ?? []).map(String).join(", ") || "nothing is admissible"}.`;
    case "wait":
      return remedy.until ? `Wait until ${remedy.until}.` : "Wait.";
    case "refresh":
      return `Read ${remedy.what ?? "the state"} again.`;
    case "request_approval":
      return `Have it approved by: ${remedy.gate ?? "an approver"}.`;
    case "request_capability":
      return `Ask for the capability ${remedy.op ?? ""} ${remedy.scope ?? ""}`.trim() + ".";
    case "edit_policy":
      return `Change the rule ${remedy.rule_id ?? ""} of the policy`.trim() + ".";
    case "none":
      return "";
    default:
      return JSON.stringify(remedy);
  }
}

function quantity(remedy: Remedy, proposal: unknown): string {
  const unit = remedy.path?.endsWith("/value") ? at(proposal, remedy.path.replace(/value$/, "unit")) : undefined;
  return [String(remedy.to), ...(typeof unit === "string" ? [unit] : [])].join(" ");
}
