/** The records of the contract under their own names. Their shapes are generated; nothing is declared here twice. */
import type { components } from "./api.gen";

type Schemas = components["schemas"];

export type Approval = Schemas["Approval"];
export type Check = Schemas["Check"];
export type ConditionFrame = Schemas["ConditionFrame"];
export type DecisionFrame = Schemas["DecisionFrame"];
export type EngineEvent = Schemas["EngineEvent"];
export type ExplainedReason = Schemas["ExplainedReason"];
export type Explanation = Schemas["Explanation"];
export type GapFrame = Schemas["GapFrame"];
export type HeartbeatFrame = Schemas["HeartbeatFrame"];
export type Machine = Schemas["Machine"];
export type LimitEnd = Schemas["LimitEnd"];
export type MachineLimit = Schemas["MachineLimit"];
export type MachineLimits = Schemas["MachineLimits"];
export type MachineState = Schemas["MachineState"];
export type PolicyRecord = Schemas["PolicyRecord"];
export type Problem = Schemas["Problem"];
export type ProposalBody = Schemas["ProposalBody"];
export type ProposalRecord = Schemas["ProposalRecord"];
export type Reason = Schemas["Reason"];
export type ReasonCode = Schemas["ReasonCode"];
export type Remedy = Schemas["Remedy"];
export type SessionRecord = Schemas["SessionRecord"];
export type SignalValue = Schemas["SignalValue"];
export type TelemetryFrame = Schemas["TelemetryFrame"];
export type TelemetryPage = Schemas["TelemetryPage"];
export type Verdict = Schemas["Verdict"];

/** What a machine's stream is made of. */
export type StreamFrame = TelemetryFrame | DecisionFrame | ConditionFrame | HeartbeatFrame | GapFrame;
