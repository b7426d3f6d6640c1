/** In which order approvals are looked at: the nearest deadline first, of one minute the highest risk, then the oldest. */
import type { Approval } from "../contracts/records";

const RANK: Record<Approval["risk"], number> = { high: 0, medium: 1, low: 2 };
const MINUTE_MS = 60_000;

/** Approvals in that order; the given list stays as it is. Deadlines count by the minute, so that risk decides among near ones. */
export function inOrder(approvals: readonly Approval[]): Approval[] {
  return [...approvals].sort(
    (one, other) =>
      minute(one.expires_at) - minute(other.expires_at) ||
      RANK[one.risk] - RANK[other.risk] ||
      compare(one.expires_at, other.expires_at) ||
      compare(one.requested_at, other.requested_at) ||
      compare(one.id, other.id),
  );
}

function minute(iso: string): number {
  return Math.floor(Date.parse(iso) / MINUTE_MS);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
