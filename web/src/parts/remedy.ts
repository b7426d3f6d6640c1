/** Who has to act on a reason, and when trying again makes sense, in words. */
import type { ReasonCode } from "../contracts/records";

export const OWNERS: Record<ReasonCode["owner"], string> = {
  agent: "Whoever proposed it",
  machine_owner: "The machine's owner",
  operator: "The operator",
  platform: "Whoever runs the engine",
  policy_author: "The author of the policy",
};

export const RETRIES: Record<ReasonCode["retry"], string> = {
  never: "Trying again does not help.",
  after_change: "Try again after changing it.",
  after_time: "Try again later.",
  after_approval: "Try again once it is approved.",
  as_is: "Try again as it is.",
};
