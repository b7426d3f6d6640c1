/**
 * What the list is narrowed to. It lives in the address, so reload, back and a shared link show the same. Machine, verdict,
 * code and status are the engine's to apply; the text is looked for in the rows that are loaded.
 */
import type { ProposalRecord } from "../contracts/records";
import type { operations } from "../contracts/api.gen";

export type ListQuery = NonNullable<operations["proposal.list"]["parameters"]["query"]>;

export interface Filters {
  readonly machine: string | null;
  readonly verdict: string | null;
  readonly code: string | null;
  readonly status: string | null;
  readonly text: string;
}

export const VERDICTS = ["allow", "allow_with_obligations", "needs_approval", "deny", "indeterminate"] as const;
/** Where a proposal may stand, in words. */
export const STATUSES: Readonly<Record<ProposalRecord["status"], string>> = {
  denied: "denied",
  allowed: "allowed, not used",
  awaiting_approval: "awaiting approval",
  approved: "approved, not used",
  refused: "refused by a person",
  expired: "expired",
  permitted: "permitted",
  executing: "executing",
  executed: "executed",
  failed: "failed",
  unknown: "outcome unknown",
};

/** Parameters of the address: the short names that links carry. */
export function fromAddress(query: URLSearchParams): Filters {
  const found = (name: string) => query.get(name) || null;
  return { machine: found("machine"), verdict: found("verdict"), code: found("code"), status: found("status"), text: query.get("q") ?? "" };
}

/** The engine's own filters. A value that it does not know is its to refuse: a filter that is passed over would lie. */
export function toQuery({ machine, verdict, code, status }: Filters): ListQuery {
  const query: Record<string, string> = {};
  if (machine) query["subject"] = `machine/${machine}`;
  if (verdict) query["verdict"] = verdict;
  if (code) query["code"] = code;
  if (status) query["status"] = status;
  return query as ListQuery;
}

/** Whether a row has every word of the text somewhere. */
export function matches(record: ProposalRecord, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { subject, kind, intent, proposer, id, decision_id, verdict, status, reason_codes } = record;
  const all = [subject, kind, intent ?? "", proposer, id, decision_id, verdict, STATUSES[status] ?? status, ...(reason_codes ?? [])].join("\n").toLowerCase();
  return words.every((word) => all.includes(word));
}

/** Whether anything is narrowed. */
export function narrowed(filters: Filters): boolean {
  return Object.values(filters).some(Boolean);
}
