// Generated from contracts/ by `npm run generate`; do not edit.

import type { components } from "./api.gen";

/** The payload of every kind of event, in its newest version. */
export interface EventPayloads {
  "approval.consumed": components["schemas"]["ApprovalConsumed"];
  "approval.decided": components["schemas"]["ApprovalDecided"];
  "approval.expired": components["schemas"]["ApprovalExpired"];
  "approval.requested": components["schemas"]["ApprovalRequested"];
  "engine.started": components["schemas"]["EngineStarted"];
  "machine.condition": components["schemas"]["MachineCondition"];
  "machine.state": components["schemas"]["MachineStateChanged"];
  "policy.loaded": components["schemas"]["PolicyLoaded"];
  "principal.added": components["schemas"]["PrincipalAdded"];
  "principal.revoked": components["schemas"]["PrincipalRevoked"];
  "program.stored": components["schemas"]["ProgramStored"];
  "proposal.decided": components["schemas"]["ProposalDecided"];
  "proposal.executed": components["schemas"]["ProposalExecuted"];
  "proposal.executing": components["schemas"]["ProposalExecuting"];
  "proposal.permitted": components["schemas"]["ProposalPermitted"];
  "proposal.refused": components["schemas"]["ProposalRefused"];
  "proposal.rejected": components["schemas"]["ProposalRejected"];
  "proposal.submitted": components["schemas"]["ProposalSubmitted"];
  "quarantine.expired": components["schemas"]["QuarantineExpired"];
  "quarantine.opened": components["schemas"]["QuarantineOpened"];
  "quarantine.overridden": components["schemas"]["QuarantineOverridden"];
  "telemetry.sealed": components["schemas"]["TelemetrySealed"];
}
