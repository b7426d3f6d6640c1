// Generated from contracts/ by `npm run generate`; do not edit.

export interface paths {
    "/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List approvals, newest first.
         * @description However many are pending, one page has 500 at most; read on by `cursor`. What is requested, decided or runs out is pushed, by `/ws/events?types=approval.*`, so nobody has to ask again and again.
         */
        get: operations["approval.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an approval.
         * @description `ETag` carries the record's revision.
         */
        get: operations["approval.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{id}/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve, deny or send back.
         * @description A decision is final. Denying and sending back need a reason in words.
         */
        post: operations["approval.decide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List verdicts, newest first. */
        get: operations["decision.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a verdict.
         * @description The bytes are those of the answer to the submission, of every stream and of the ledger export.
         */
        get: operations["decision.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions/{id}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Carry out a decision under its permit.
         * @description The proposal is judged again just before the act; a refusal carries every reason code.
         */
        post: operations["decision.execute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain a verdict in words.
         * @description The operator's view names rules and needs the role operator.
         */
        get: operations["decision.explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions/{id}/permit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for the one-shot permit of an allowed or approved decision.
         * @description The permit is shown this once, belongs to the caller, and is good for one execution.
         */
        post: operations["decision.permit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions/{id}/rejudge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Judge a decision again on what was recorded with it.
         * @description State, cards and policy are those of the decision; only the auditor is today's. Nothing is changed.
         */
        get: operations["decision.rejudge"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow the log.
         * @description One `EngineEvent` per message; the message id is its `seq`. A reader that reconnects with the last id misses nothing and sees nothing twice. Comments are heartbeats, and come with the position, the first at once; a `gap` message names what is gone. A stream that has to end, because its reader may read no more or the engine failed, ends with a `problem` message.
         */
        get: operations["event.stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say whether the engine is well. */
        get: operations["system.health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a signed checkpoint of the log.
         * @description Keep it elsewhere: what lies below it can no longer be cut off unnoticed.
         */
        get: operations["ledger.checkpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prove that the log only grew between two sizes. */
        get: operations["ledger.consistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the log for offline verification.
         * @description The first line is the header with a signed checkpoint, every other line one event.
         */
        get: operations["ledger.export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prove that an event is in the log. */
        get: operations["ledger.proof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check every recorded byte again.
         * @description Reads the whole log. Findings are the answer, not an error.
         */
        post: operations["ledger.verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/machines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List machines. */
        get: operations["machine.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/machines/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a machine with its present state. */
        get: operations["machine.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/machines/{id}/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show what a machine is held to at present.
         * @description Per field the stricter of the machine's card and the policy's limits, from the tables that verdicts are judged by. What a cut asks for, and what tool and material bear, depends on the proposal and is not here.
         */
        get: operations["machine.limits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/machines/{id}/telemetry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a machine's telemetry from any position.
         * @description As JSON one page, as an event stream everything that follows, too. What is gone is answered by a gap. An event stream begins with its position, and one that has to end ends with a `problem` message.
         */
        get: operations["machine.telemetry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/materials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the cards of materials, by id.
         * @description The cards that verdicts are judged by.
         */
        get: operations["material.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List loaded policies.
         * @description The one in force, then the others that decisions of this log were judged by, newest first, so that every `policy_digest` can be told by name and version.
         */
        get: operations["policy.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policies/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a policy as it was parsed. */
        get: operations["policy.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/principals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List principals, the revoked ones too. */
        get: operations["principal.list"];
        put?: never;
        /** Add a principal and show its token once. */
        post: operations["principal.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/principals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a principal at once, with its token and its sessions. */
        delete: operations["principal.revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List stored programs by digest. */
        get: operations["program.list"];
        put?: never;
        /**
         * Store a part program by the digest of its text.
         * @description Idempotent by content: who stores a text again gets the record that is there, first name included. Storing judges nothing; a `program_load` of the digest is judged on the text.
         */
        post: operations["program.put"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/programs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a program with its text.
         * @description The id is the digest of the text, 64 hexadecimal digits.
         */
        get: operations["program.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List proposals, newest first. */
        get: operations["proposal.list"];
        put?: never;
        /**
         * Submit a proposal and get its verdict.
         * @description Whatever has a kind, a subject and an action is recorded and judged, however wrong its content is. The answer is the verdict. A dry run answers 200, stores nothing and has null ids.
         */
        post: operations["proposal.submit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/proposals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a proposal and where it stands.
         * @description `ETag` carries the record's revision.
         */
        get: operations["proposal.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quarantines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List entries, newest first. */
        get: operations["quarantine.list"];
        put?: never;
        /**
         * Bar a program, material, tool or region of parameters.
         * @description It bars until `expires_at` or until it is overridden. At least one thing has to be named.
         */
        post: operations["quarantine.open"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quarantines/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an entry.
         * @description `ETag` carries the record's revision.
         */
        get: operations["quarantine.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quarantines/{id}/override": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lift an entry by a person's word, signed by the engine.
         * @description Final: to bar it again, open another. It needs a reason in words.
         */
        post: operations["quarantine.override"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reason-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the reason codes.
         * @description Open to anybody: whoever is refused must be able to look up why.
         */
        get: operations["reason.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reason-codes/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a reason code. */
        get: operations["reason.show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show who the caller is. */
        get: operations["session.show"];
        put?: never;
        /** Swap a token or the code of a one-time link for a session cookie. */
        post: operations["session.create"];
        /** Sign out. */
        delete: operations["session.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the cards of cutting tools, by id.
         * @description The cards that verdicts are judged by. What agents call is declared in the policy instead.
         */
        get: operations["tool.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say which engine and which contracts these are. */
        get: operations["system.version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Approval
         * @description An approval as everybody reads it.
         */
        Approval: {
            /**
             * @description reason code of the way it was decided, such as OK.SINGLE_OPERATOR.
             * @default null
             */
            code?: string | null;
            /**
             * @description UTC time.
             * @default null
             */
            decided_at?: string | null;
            /**
             * @description principal that decided.
             * @default null
             */
            decided_by?: string | null;
            /** @description UTC time after which it counts as denied. */
            expires_at: string;
            /** @description `apr_...`. */
            id: string;
            /** @description kind of the proposal it is about. */
            kind: string;
            /** @description digest of the proposal; the approval is void for any other. */
            proposal_digest: string;
            /** @description the proposal. */
            proposal_id: string;
            /**
             * @description what they said.
             * @default null
             */
            reason?: string | null;
            /** @description why somebody has to decide. */
            reason_codes: string[];
            /** @description UTC time. */
            requested_at: string;
            /** @description principal that proposed. */
            requested_by: string;
            /** @description revision of this record. */
            revision: number;
            /**
             * @description low, medium or high.
             * @enum {unknown}
             */
            risk: "high" | "low" | "medium";
            /**
             * @description pending, approved, denied, rework, expired or consumed.
             * @enum {unknown}
             */
            status: "approved" | "consumed" | "denied" | "expired" | "pending" | "rework";
            /** @description what the proposal acts on. */
            subject: string;
        };
        /**
         * ApprovalConsumed
         * @description Payload of `approval.consumed`: the approved act was started, so the approval serves no second one.
         */
        ApprovalConsumed: {
            /** @description the decision it was consumed for. */
            decision_id: string;
        };
        /**
         * ApprovalDecided
         * @description Payload of `approval.decided`.
         */
        ApprovalDecided: {
            /** @description how it was decided, OK.APPROVED_BY_HUMAN for example. */
            code: string;
            /** @description principal that decided. */
            decided_by: string;
            /** @description what was decided on. */
            proposal_digest: string;
            /** @description what they said. */
            reason: string;
            /**
             * @description approved, denied or rework.
             * @enum {unknown}
             */
            status: "approved" | "denied" | "rework";
        };
        /**
         * ApprovalExpired
         * @description Payload of `approval.expired`.
         */
        ApprovalExpired: {
            /** @description UTC time it was due. */
            expires_at: string;
        };
        /**
         * ApprovalPage
         * @description One page of a list.
         */
        ApprovalPage: {
            /** @description the records of this page. */
            items: components["schemas"]["Approval"][];
            /** @description hand it back as `cursor` for the next page; null on the last. Its content is the engine's own. */
            next_cursor: string | null;
        };
        /**
         * ApprovalRequested
         * @description Payload of `approval.requested`.
         */
        ApprovalRequested: {
            /** @description UTC time. */
            expires_at: string;
            /** @description kind of the proposal. */
            kind: string;
            /** @description its digest. */
            proposal_digest: string;
            /** @description the proposal. */
            proposal_id: string;
            /** @description why somebody has to decide. */
            reason_codes: string[];
            /** @description principal that proposed. */
            requested_by: string;
            /**
             * @description low, medium or high.
             * @enum {unknown}
             */
            risk: "high" | "low" | "medium";
            /** @description what it acts on. */
            subject: string;
        };
        /**
         * Axis
         * @description Travel of one axis.
         */
        Axis: {
            /**
             * @description mm/s2 (deg/s2), or null if unknown.
             * @default null
             */
            acceleration?: number | null;
            /**
             * @description mm/s3 (deg/s3), or null if unknown.
             * @default null
             */
            jerk?: number | null;
            /** @description highest machine coordinate. */
            max: number;
            /** @description lowest machine coordinate, mm (rotary axes: degrees). */
            min: number;
            /**
             * @description mm/min (deg/min), or null if unknown.
             * @default null
             */
            rapid?: number | null;
            /**
             * @description mm or deg.
             * @default mm
             * @enum {unknown}
             */
            unit?: "deg" | "mm";
        };
        /**
         * BasedOn
         * @description The state that the proposer looked at.
         */
        BasedOn: {
            /**
             * @description digest of the machine's set-up at that time, or null.
             * @default null
             */
            digest?: string | null;
            /** @description the telemetry instance it read. */
            instance_id: string;
            /** @description the last sample it read. */
            seq: number;
        };
        /**
         * BatchFrame
         * @description Telemetry frames that waited together, as one message. A socket sends it only where `batch` asks for it.
         */
        BatchFrame: {
            /** @description the frames, of each machine in order, byte for byte as they are sent alone. */
            frames: components["schemas"]["TelemetryFrame"][];
            /**
             * @description names the record.
             * @constant
             */
            type: "batch";
        };
        /**
         * Check
         * @description One question the auditor asked, and what came of it. All questions are listed, also those that passed.
         */
        Check: {
            /**
             * @description the reason code it raised, or what a passed check wants to be known.
             * @default null
             */
            code?: string | null;
            /** @description stable name of the check. */
            name: string;
            /**
             * @description passed, failed, not_applicable or not_evaluable.
             * @enum {unknown}
             */
            status: "failed" | "not_applicable" | "not_evaluable" | "passed";
        };
        /**
         * Checkpoint
         * @description A signed statement of the log's size and root.
         */
        Checkpoint: {
            /** @description the signed note, text as defined by C2SP. */
            note: string;
            /** @description name of the log. */
            origin: string;
            /** @description verifier key, `name+hash+key` as defined by C2SP. */
            public_key: string;
            /** @description base64 of the root hash. */
            root: string;
            /** @description number of leaves. */
            size: number;
        };
        /**
         * ConditionFrame
         * @description A condition or state change on a machine's stream.
         */
        ConditionFrame: {
            /** @description the event's payload. */
            data: Record<string, unknown>;
            /** @description `machine.condition` or `machine.state`. */
            kind: string;
            /** @description the machine. */
            machine_id: string;
            /** @description position of its event in the log. */
            seq: number;
            /**
             * @description names the record.
             * @constant
             */
            type: "condition";
        };
        /**
         * ConnectorCall
         * @description The action of a `connector.call`.
         */
        ConnectorCall: {
            /**
             * @description what it is called with.
             * @default {}
             */
            arguments?: Record<string, unknown>;
            /** @description the connector's name in the policy. */
            connector: string;
            /**
             * @description the host it will reach.
             * @default null
             */
            host?: string | null;
            /** @description what to call on it. */
            operation: string;
        };
        /**
         * ConsistencyProof
         * @description Proof that the log at one size is a beginning of the log at another.
         */
        ConsistencyProof: {
            /** @description checkpoint of the larger size. */
            checkpoint: components["schemas"]["Checkpoint"];
            /** @description smaller size. */
            first: number;
            /** @description base64 of the proof nodes. */
            hashes: string[];
            /** @description larger size. */
            second: number;
        };
        /**
         * DecideBody
         * @description What is posted to `/v1/approvals/{id}/decide`.
         */
        DecideBody: {
            /**
             * @description approve, deny or rework.
             * @enum {unknown}
             */
            decision: "approve" | "deny" | "rework";
            /**
             * @description why, in words; required for deny and rework.
             * @default
             */
            reason?: string;
        };
        /**
         * DecidedCut
         * @description A cut that ends, as it was judged: what it asks of the machine's drive once it is permitted.
         */
        DecidedCut: {
            /** @description motor power, or torque if that is more, as a share of the continuous rating, rounded up to 0.0001. */
            load: number;
            /** @description how long it lasts, rounded up to 0.001; at most a year. */
            seconds: number;
        };
        /**
         * DecisionFrame
         * @description A verdict on a machine's stream.
         */
        DecisionFrame: {
            /** @description the machine. */
            machine_id: string;
            /** @description position of its `proposal.decided` in the log. */
            seq: number;
            /**
             * @description names the record.
             * @constant
             */
            type: "decision";
            /** @description the verdict, byte for byte as in the REST answer. */
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * DutyRating
         * @description A rating S6-d%: what the drive bears for a share of each cycle, idling for the rest.
         */
        DutyRating: {
            /**
             * @description length of the cycle, seconds.
             * @default 600
             */
            cycle_s?: number;
            /** @description S6 power over S1 power, above 1; `share * ratio^2` stays below 1, or no time constant fits. */
            ratio: number;
            /** @description loaded share of the cycle, between 0 and 1; S6-40% is 0.4. */
            share: number;
        };
        /**
         * Edition
         * @description What one source says about a material's specific cutting force: an interval, or one value twice.
         */
        Edition: {
            /** @description N/mm2. */
            kc1_1_max: number;
            /** @description N/mm2. */
            kc1_1_min: number;
            /** @description dimensionless. */
            mc_max: number;
            /** @description dimensionless. */
            mc_min: number;
            /** @description where it is from; no two editions of a material share it. */
            source: string;
        };
        /**
         * EngineEvent
         * @description One event as it travels: the envelope's attributes and the payload.
         *
         *     Readers keep unknown attributes out of their way and skip unknown kinds; `data` is decoded by kind and `v`.
         */
        EngineEvent: {
            /** @description who caused it. */
            actor: string;
            /**
             * @description what led to it.
             * @default null
             */
            causationid?: string | null;
            /**
             * @description story it belongs to.
             * @default null
             */
            correlationid?: string | null;
            /** @description the payload; null when it was erased. */
            data: unknown;
            /** @description salted digest of the payload. */
            datadigest: string;
            /** @description relative URL of the payload's schema. */
            dataschema: string;
            /** @description unique id, `evt_...`. */
            id: string;
            /** @description project it belongs to. */
            project: string;
            /** @description revision of the subject. */
            revision: number;
            /** @description global position in the log. */
            seq: number;
            /** @description the engine that recorded it. */
            source: string;
            /** @description CloudEvents version, `"1.0"`. */
            specversion: string;
            /** @description what it is about. */
            subject: string;
            /** @description UTC, `Z`. */
            time: string;
            /**
             * @description what else it belongs to, such as the machine a proposal is about.
             * @default null
             */
            topic?: string | null;
            /** @description the kind. */
            type: string;
            /** @description version of the payload. */
            v: number;
        };
        /**
         * EngineStarted
         * @description Payload of `engine.started`.
         */
        EngineStarted: {
            /**
             * @description sqlite or postgres.
             * @enum {unknown}
             */
            dialect: "postgres" | "sqlite";
            /** @description this run of the engine, `eng_...`. */
            instance: string;
            /** @description version of the engine. */
            version: string;
        };
        /**
         * Envelope
         * @description An event without its payload: exactly what a ledger leaf covers, beside the payload's salted digest.
         *
         *     The fields stand in the order of their canonical JSON, so that encoding needs no sorting.
         */
        Envelope: {
            /** @description who caused it, from the credential: `human:anna`, `agent:planner`, `engine`. */
            actor: string;
            /**
             * @description id of the event or command that led to this one.
             * @default null
             */
            causationid?: string | null;
            /**
             * @description id that groups everything that belongs to one story.
             * @default null
             */
            correlationid?: string | null;
            /** @description `sha256:` of the salt followed by the canonical payload. */
            datadigest: string;
            /** @description relative URL of the payload's JSON Schema. */
            dataschema: string;
            /** @description unique id of the event, `evt_...`. */
            id: string;
            /** @description the project it belongs to. */
            project: string;
            /** @description revision of the subject after this event, counted from 1. */
            revision: number;
            /** @description global position in the log, counted from 1. */
            seq: number;
            /** @description the engine that recorded it, `urn:chargehand:...`. */
            source: string;
            /** @description CloudEvents version. */
            specversion: string;
            /** @description what it is about, `proposal/prp_...`. */
            subject: string;
            /** @description UTC with microseconds and `Z`. */
            time: string;
            /**
             * @description what else it belongs to, such as the machine a proposal is about.
             * @default null
             */
            topic?: string | null;
            /** @description the kind, a row of `contracts/kinds.py`. */
            type: string;
            /** @description version of the payload. */
            v: number;
        };
        /**
         * Example
         * @description One situation in which a code is, or is just not, given.
         */
        Example: {
            /**
             * @description changes to the reference case of `contracts/examples.py`, by JSON pointer. The first segment names the document: proposal, state, machine, tool, material, policy. Empty where the situation is not the auditor's.
             * @default {}
             */
            given?: Record<string, unknown>;
            /**
             * @description the test that proves it, `tests/...::test_name`, where `given` cannot say it.
             * @default null
             */
            test?: string | null;
            /** @description the situation in words. */
            when: string;
        };
        /**
         * ExecuteBody
         * @description What is posted to `/v1/decisions/{id}/execute`.
         */
        ExecuteBody: {
            /** @description the permit of that decision. */
            permit: string;
        };
        /**
         * ExplainedReason
         * @description One ground of a verdict in words.
         */
        ExplainedReason: {
            /** @description the registry's code. */
            code: string;
            /**
             * @description who has to act.
             * @enum {unknown}
             */
            owner: "agent" | "machine_owner" | "operator" | "platform" | "policy_author";
            /** @description field, observed, limit, unit, margin. */
            params: components["schemas"]["Params"];
            /** @description JSON pointer into the proposal, or null. */
            path: string | null;
            /** @description machine-readable ways out; `edit_policy` in the operator's view only. */
            remedies: components["schemas"]["Remedy"][];
            /**
             * @description when trying again makes sense.
             * @enum {unknown}
             */
            retry: "after_approval" | "after_change" | "after_time" | "as_is" | "never";
            /**
             * @description the rule that spoke; null in the caller's view.
             * @default null
             */
            rule_id?: string | null;
            /**
             * @description info, advice, warn, block or critical.
             * @enum {unknown}
             */
            severity: "advice" | "block" | "critical" | "info" | "warn";
            /** @description what to do, or in the operator's view what to look at. */
            text: string;
            /** @description the registry's headline. */
            title: string;
        };
        /**
         * Explanation
         * @description Answer of `GET /v1/decisions/{id}/explain`.
         */
        Explanation: {
            /** @description digests of what was judged on, by role: state, machine, tool, material, policy. */
            evidence: {
                [key: string]: string;
            };
            /** @description every ground in words, in the verdict's order. */
            reasons: components["schemas"]["ExplainedReason"][];
            /** @description the verdict in one sentence. */
            summary: string;
            /** @description the verdict itself. */
            verdict: components["schemas"]["Verdict"];
            /**
             * @description caller or operator.
             * @enum {unknown}
             */
            view: "caller" | "operator";
        };
        /**
         * ExportedEvent
         * @description Every other line of an export. Envelope and data keep their recorded bytes.
         */
        ExportedEvent: {
            /** @description the payload, or null when it was erased. */
            data: unknown;
            /** @description the event without its payload: what the leaf covers. */
            envelope: components["schemas"]["Envelope"];
            /** @description base64 of the RFC 9162 leaf hash of the envelope's bytes. */
            leaf_hash: string;
            /** @description hexadecimal salt of the payload's digest, or null when it was erased. */
            salt: string | null;
        };
        /**
         * ExportHeader
         * @description First line of an export.
         */
        ExportHeader: {
            /** @description signed note over exactly these events. */
            checkpoint: string;
            /** @description name of the log. */
            origin: string;
            /** @description verifier key, `name+hash+key` as defined by C2SP. */
            public_key: string;
            /** @description version of the format, 1. */
            schema_version: number;
            /** @description number of events that follow. */
            size: number;
        };
        /**
         * GapFrame
         * @description An explicit hole: what was asked for cannot be delivered in full.
         */
        GapFrame: {
            /** @description why: TELEM.COMPACTED, TELEM.COALESCED, TELEM.OVERFLOW, TELEM.SEQ_AHEAD or TELEM.INSTANCE_CHANGED. For the last one both ends count in the new instance; `to` is `from` less one where nothing is missing. */
            code: string;
            /** @description first missing position. */
            from: number;
            /**
             * @description the instance now, or null for the event log.
             * @default null
             */
            instance_id?: string | null;
            /**
             * @description the machine, or null for the event log.
             * @default null
             */
            machine_id?: string | null;
            /** @description last missing position. */
            to: number;
            /**
             * @description names the record.
             * @constant
             */
            type: "gap";
        };
        /**
         * Health
         * @description Answer of `GET /v1/health`. It tells nobody more than a load balancer needs.
         */
        Health: {
            /** @description number of machines by state of their connection; `elsewhere` counts those that another node drives. */
            machines: {
                [key: string]: number;
            };
            /**
             * @description active, or standby while another process holds the store.
             * @enum {unknown}
             */
            role: "active" | "standby";
            /** @description newest position of the log. */
            seq: number;
            /**
             * @description ok; degraded while some machine is not online; stopping.
             * @enum {unknown}
             */
            status: "degraded" | "ok" | "stopping";
            /** @description the store's UTC time. */
            time: string;
        };
        /**
         * HeartbeatFrame
         * @description Sign of life and position: the first frame of a socket, then one every few seconds, whatever else is sent.
         */
        HeartbeatFrame: {
            /**
             * @description state of the machine's adapter, or null.
             * @default null
             */
            connection?: ("connecting" | "faulted" | "offline" | "online" | "stale") | null;
            /**
             * @description position of the log up to which this socket has been sent all that it wants; a reader that comes back asks for what follows it.
             * @default null
             */
            event_seq?: number | null;
            /**
             * @description the machine, or null on the all-machines stream.
             * @default null
             */
            machine_id?: string | null;
            /** @description UTC time. */
            ts: string;
            /**
             * @description names the record.
             * @constant
             */
            type: "heartbeat";
        };
        /**
         * Holder
         * @description The holder that a tool sits in.
         */
        Holder: {
            /** @description for people. */
            name: string;
            /** @description rev/min it is balanced for. */
            speed_max: number;
            /** @description N.m it holds without slipping. */
            torque_max: number;
        };
        /**
         * InclusionProof
         * @description Proof that one event is in the log.
         */
        InclusionProof: {
            /** @description the checkpoint it leads to. */
            checkpoint: components["schemas"]["Checkpoint"];
            /** @description base64 of the audit path, bottom up. */
            hashes: string[];
            /** @description base64 of the leaf hash. */
            leaf_hash: string;
            /** @description `seq - 1`. */
            leaf_index: number;
            /** @description the event. */
            seq: number;
        };
        /**
         * Interlocks
         * @description What stops a machine; null where the machine does not report it.
         */
        Interlocks: {
            /** @description active alarms, `code: text`; null when the machine does not report alarms. */
            alarms: string[] | null;
            /** @description guard door. */
            door_open: boolean | null;
            /** @description emergency stop pressed. */
            estop: boolean | null;
            /** @description feed hold active. */
            feed_hold: boolean | null;
        };
        /**
         * KeepOut
         * @description A box that no tool tip enters, in machine coordinates, mm.
         */
        KeepOut: {
            /** @description greatest X, Y, Z. */
            high: [
                number,
                number,
                number
            ];
            /** @description least X, Y, Z; for an axis that the machine lacks any span will do. */
            low: [
                number,
                number,
                number
            ];
            /** @description what stands there; no two boxes of a machine share it. */
            name: string;
        };
        /**
         * LastDecision
         * @description The newest recorded verdict about a machine, in short.
         */
        LastDecision: {
            /** @description UTC time of the judgement. */
            evaluated_at: string;
            /** @description decision id, `dec_...`. */
            id: string;
            /** @description the verdict's first code. */
            primary_code: string;
            /** @description its proposal, `prp_...`. */
            proposal_id: string;
            /** @description every code of the verdict, in its order. */
            reason_codes: string[];
            /**
             * @description the verdict's name.
             * @enum {unknown}
             */
            verdict: "allow" | "allow_with_obligations" | "deny" | "indeterminate" | "needs_approval";
        };
        /**
         * LedgerFinding
         * @description Something that does not verify.
         */
        LedgerFinding: {
            /** @description LEDG code. */
            code: string;
            /** @description what was expected and what was found. */
            detail: string;
            /** @description the event, or null. */
            seq: number | null;
        };
        /**
         * LedgerReport
         * @description Result of a verification.
         */
        LedgerReport: {
            /** @description size of the largest checkpoint it was held against; a cut above it cannot be seen. */
            anchored_size: number;
            /**
             * @description events whose payload was erased; their envelopes were checked all the same.
             * @default 0
             */
            erased?: number;
            /** @description what does not verify. */
            findings: components["schemas"]["LedgerFinding"][];
            /**
             * @description sealed minutes of telemetry whose frames are not retained any more.
             * @default 0
             */
            minutes_unchecked?: number;
            /** @description nothing was found. */
            ok: boolean;
            /** @description base64 of the computed root. */
            root: string;
            /** @description version of this record. */
            schema_version: number;
            /** @description leaves checked. */
            size: number;
        };
        /**
         * LimitEnd
         * @description One end of a field's range. Exactly at it is inside.
         */
        LimitEnd: {
            /**
             * @description card if the machine's card sets it, policy if a limit of the policy is stricter.
             * @enum {unknown}
             */
            origin: "card" | "policy";
            /** @description the card entry or policy limit, as a reason names it. */
            rule_id: string;
            /** @description the least or greatest admissible value. */
            value: number;
        };
        /**
         * Machine
         * @description A machine as the fleet lists it.
         */
        Machine: {
            /** @description digest of its card. */
            card_digest: string;
            /** @description cell within the site. */
            cell: string;
            /**
             * @description state of its adapter.
             * @enum {unknown}
             */
            connection: "connecting" | "faulted" | "offline" | "online" | "stale";
            /** @description `CNC-001`. */
            id: string;
            /** @description mill_3axis, mill_5axis, turn_mill, ... */
            kind: string;
            /**
             * @description newest recorded verdict about it; null if there is none, or without `state`.
             * @default null
             */
            last_decision?: components["schemas"]["LastDecision"] | null;
            /** @description for people. */
            name: string;
            /**
             * @description quarantined input by code, counted since the adapter started.
             * @default {}
             */
            quarantined?: {
                [key: string]: number;
            };
            /** @description signals the machine has. */
            sensors: string[];
            /** @description site. */
            site: string;
            /**
             * @description live, replay or simulated.
             * @enum {unknown}
             */
            source: "live" | "replay" | "simulated";
            /**
             * @description its present state; in lists only where `with_state` asks for it.
             * @default null
             */
            state?: components["schemas"]["MachineState"] | null;
            /**
             * @description UTC time since when connection and execution are what they are; null if unknown or without `state`.
             * @default null
             */
            state_since?: string | null;
            /** @description whether permitted changes can be written to it. */
            writable: boolean;
        };
        /**
         * MachineCard
         * @description A machine.
         */
        MachineCard: {
            /** @description travel by axis name. */
            axes: {
                [key: string]: components["schemas"]["Axis"];
            };
            /** @description cell within the site. */
            cell: string;
            /**
             * @description how far the machine's clock may differ from the engine's, in seconds.
             * @default 5
             */
            clock_skew_s?: number;
            /**
             * @description L/min, needed while cutting; 0 where the machine may cut dry.
             * @default 0
             */
            coolant_flow_min?: number;
            /**
             * @description the drive's short-time rating, or null if it has none.
             * @default null
             */
            duty?: components["schemas"]["DutyRating"] | null;
            /**
             * @description efficiency from drive to cut.
             * @default 0.8
             */
            eta?: number;
            /**
             * @description %.
             * @default 150
             */
            feed_override_max?: number;
            /**
             * @description %.
             * @default 0
             */
            feed_override_min?: number;
            /** @description mm/min, cutting feed. */
            feed_rate_max: number;
            /** @description mm/min. */
            feed_rate_min: number;
            /**
             * @description age of the newest sample, in seconds, beyond which its state is stale.
             * @default 2
             */
            freshness_s?: number;
            /**
             * @description machine coordinate by axis that G28 returns to, mm; within the travel and outside of every box.
             * @default {}
             */
            home?: {
                [key: string]: number;
            };
            /** @description `CNC-001`. */
            id: string;
            /** @description which interlocks it reports. */
            interlocks: ("alarms" | "door" | "estop" | "feed_hold")[];
            /**
             * @description boxes that no tool tip enters.
             * @default []
             */
            keep_out?: components["schemas"]["KeepOut"][];
            /**
             * @description what it is.
             * @enum {unknown}
             */
            kind: "mill_3axis" | "mill_5axis" | "other" | "turn_mill" | "turning";
            /** @description for people. */
            name: string;
            /** @description operations it takes. */
            operations?: string[];
            /**
             * @description smallest steps.
             * @default {
             *       "spindle_speed": 1,
             *       "feed_rate": 1,
             *       "axial_depth": 0.01,
             *       "radial_depth": 0.01,
             *       "override": 1,
             *       "offset": 0.001
             *     }
             */
            resolution?: components["schemas"]["Resolution"];
            /** @description signals it has; for a signal that is not here every check is not applicable. */
            sensors: string[];
            /** @description site. */
            site: string;
            /**
             * @description where its telemetry comes from: live, replay or simulated.
             * @enum {unknown}
             */
            source: "live" | "replay" | "simulated";
            /**
             * @description the drive's curves, by rising speed; empty if unknown. Where it says nothing, nothing that cuts is allowed.
             * @default []
             */
            spindle_curve?: components["schemas"]["SpindlePoint"][];
            /**
             * @description %.
             * @default 120
             */
            spindle_override_max?: number;
            /**
             * @description %.
             * @default 50
             */
            spindle_override_min?: number;
            /** @description kW, continuous rating of the drive: the highest power_s1 of its curve. */
            spindle_power_s1: number;
            /** @description rev/min. */
            spindle_speed_max: number;
            /** @description rev/min, lowest commanded speed while cutting. */
            spindle_speed_min: number;
            /**
             * @description degC, or null.
             * @default null
             */
            spindle_temperature_max?: number | null;
            /**
             * @description degC/min that the spindle may warm up by, or null.
             * @default null
             */
            temperature_rate_max?: number | null;
            /**
             * @description where the zero points G54 to G59 lie, machine coordinate by axis, mm; what a set-up says wins.
             * @default {}
             */
            work_offsets?: {
                [key: string]: {
                    [key: string]: number;
                };
            };
            /**
             * @description whether permitted changes can be written to it.
             * @default true
             */
            writable?: boolean;
        };
        /**
         * MachineChange
         * @description The action of a `machine.change`. Absent parameters keep their present value and are judged with it.
         */
        MachineChange: {
            /**
             * @description how long the cut lasts; absent means endless.
             * @default null
             */
            cut_time?: components["schemas"]["Quantity"] | null;
            /**
             * @description roughing or finishing; where the set-up says otherwise, the stricter of the two holds.
             * @default null
             */
            cut_type?: ("finishing" | "roughing") | null;
            /**
             * @description side or centred.
             * @default null
             */
            engagement?: ("centred" | "side") | null;
            /**
             * @description material card.
             * @default null
             */
            material?: string | null;
            /**
             * @description override, parameter_set, program_load, offset_write, start or macro.
             * @enum {unknown}
             */
            operation: "macro" | "offset_write" | "override" | "parameter_set" | "program_load" | "start";
            /**
             * @description the values to set, each with its unit.
             * @default {}
             */
            params?: {
                [key: string]: components["schemas"]["Quantity"];
            };
            /**
             * @description the smallest radius that the path runs through under feed; absent keeps the present one.
             * @default null
             */
            path_radius?: components["schemas"]["Quantity"] | null;
            /**
             * @description digest of the program to load or start.
             * @default null
             */
            program_sha256?: string | null;
            /**
             * @description cutting tool card.
             * @default null
             */
            tool?: string | null;
            /**
             * @description for turning.
             * @default null
             */
            workpiece_diameter?: components["schemas"]["Quantity"] | null;
        };
        /**
         * MachineCondition
         * @description Payload of `machine.condition`.
         */
        MachineCondition: {
            /**
             * @description reason code, or null.
             * @default null
             */
            code?: string | null;
            /** @description name of the condition, such as `system`, `spindle`, `ingest`. */
            condition: string;
            /**
             * @description how many times it stands for.
             * @default 1
             */
            count?: number;
            /**
             * @description normal, warning, fault or unavailable.
             * @enum {unknown}
             */
            level: "fault" | "normal" | "unavailable" | "warning";
            /** @description the machine's own code, or null. */
            native_code: string | null;
            /** @description the machine's own words. */
            text: string;
        };
        /**
         * MachineLimit
         * @description What one field is held to. Where `min` is above `max`, card and policy leave nothing admissible.
         */
        MachineLimit: {
            /** @description what is bounded: a setting by its parameter's name, a signal, or `temperature_rate`. */
            field: string;
            /** @description the upper end, or null if nothing sets one. */
            max: components["schemas"]["LimitEnd"] | null;
            /** @description the lower end, or null if nothing sets one. */
            min: components["schemas"]["LimitEnd"] | null;
            /** @description unit of both ends. */
            unit: string;
        };
        /**
         * MachineLimits
         * @description Answer of `GET /v1/machines/{id}/limits`. What is not listed has no limit on a card or in the policy.
         */
        MachineLimits: {
            /** @description the limits, by field, each field once. */
            items: components["schemas"]["MachineLimit"][];
            /** @description the machine. */
            machine_id: string;
        };
        /**
         * MachinePage
         * @description One page of a list.
         */
        MachinePage: {
            /** @description the records of this page. */
            items: components["schemas"]["Machine"][];
            /** @description hand it back as `cursor` for the next page; null on the last. Its content is the engine's own. */
            next_cursor: string | null;
        };
        /**
         * MachineState
         * @description Everything a verdict about a machine is judged on. It is kept with the decision, by digest.
         */
        MachineState: {
            /**
             * @description state of the adapter.
             * @enum {unknown}
             */
            connection: "connecting" | "faulted" | "offline" | "online" | "stale";
            /** @description ACTIVE, READY, STOPPED, INTERRUPTED, FEED_HOLD, PROGRAM_STOPPED or UNAVAILABLE; null if unknown. */
            execution: string | null;
            /** @description the run of its adapter, or null when nothing ever arrived. */
            instance_id: string | null;
            /** @description what stops the machine. */
            interlocks: components["schemas"]["Interlocks"];
            /** @description the machine. */
            machine_id: string;
            /** @description AUTOMATIC, MANUAL, MANUAL_DATA_INPUT, SEMI_AUTOMATIC, EDIT; null if unknown. */
            mode: string | null;
            /**
             * @description UTC arrival of the newest good value per signal.
             * @default {}
             */
            seen_at?: {
                [key: string]: string;
            };
            /** @description last sample. */
            seq: number | null;
            /** @description what it is set to. */
            setup: components["schemas"]["Setup"];
            /** @description digest of `setup`. */
            setup_digest: string;
            /**
             * @description live, replay or simulated.
             * @enum {unknown}
             */
            source: "live" | "replay" | "simulated";
            /**
             * @description what the samples of the last minutes come to, or null where nothing follows them.
             * @default null
             */
            trend?: components["schemas"]["Trend"] | null;
            /** @description UTC time of the last sample's arrival. */
            ts_ingest: string | null;
            /** @description the machine's UTC time of the last sample. */
            ts_source: string | null;
            /** @description the newest value of every signal. */
            values: {
                [key: string]: components["schemas"]["SignalValue"];
            };
        };
        /**
         * MachineStateChanged
         * @description Payload of `machine.state`.
         */
        MachineStateChanged: {
            /**
             * @description reason code, or null.
             * @default null
             */
            code?: string | null;
            /**
             * @description the new state.
             * @enum {unknown}
             */
            connection: "connecting" | "faulted" | "offline" | "online" | "stale";
            /** @description the adapter's run. */
            instance_id: string | null;
            /**
             * @description the state before.
             * @enum {unknown}
             */
            previous: "connecting" | "faulted" | "offline" | "online" | "stale";
            /**
             * @description live, replay or simulated.
             * @enum {unknown}
             */
            source: "live" | "replay" | "simulated";
        };
        /**
         * MaterialCard
         * @description A work material.
         */
        MaterialCard: {
            /**
             * @description whether it must not be cut dry.
             * @default false
             */
            coolant?: boolean;
            /**
             * @description what the sources say, with the nominal figures between their least and greatest; the worst of them counts as well.
             * @default []
             */
            editions?: components["schemas"]["Edition"][];
            /** @description ISO 513 letter of its VDI 3323 group: P, M, K, N, S or H. */
            group: string;
            /** @description `steel-qt-250hb`. */
            id: string;
            /** @description N/mm2, specific cutting force at 1 mm chip; nominal. */
            kc1_1: number;
            /** @description exponent of the specific cutting force, 0 to 0.99; nominal. Below 1 every demand grows with the feed. */
            mc: number;
            /** @description for people. */
            name: string;
            /** @description where the nominal figures are from. */
            source: string;
            /**
             * @description number of its VDI 3323 group, 1 to 41, of the same letter; or null.
             * @default null
             */
            vdi?: number | null;
        };
        /**
         * MaterialCardPage
         * @description One page of a list.
         */
        MaterialCardPage: {
            /** @description the records of this page. */
            items: components["schemas"]["MaterialCard"][];
            /** @description hand it back as `cursor` for the next page; null on the last. Its content is the engine's own. */
            next_cursor: string | null;
        };
        /**
         * Modal
         * @description The most flexible mode at the tool tip, from a tap test: what stability is computed from.
         */
        Modal: {
            /** @description damping ratio, dimensionless, between 0 and 1. */
            damping: number;
            /** @description Hz, natural frequency. */
            frequency: number;
            /** @description N/m. */
            stiffness: number;
        };
        /**
         * Obligation
         * @description Something that must be kept for the permission to hold.
         */
        Obligation: {
            /**
             * @description max_duration, notify or record.
             * @enum {unknown}
             */
            kind: "max_duration" | "notify" | "record";
            /**
             * @description for `max_duration`: how long the action may last, in seconds.
             * @default null
             */
            seconds?: number | null;
            /**
             * @description what to record, for `record`.
             * @default null
             */
            text?: string | null;
            /**
             * @description for `notify`: whom.
             * @default null
             */
            who?: string | null;
        };
        /**
         * Outcome
         * @description What came of an execution.
         */
        Outcome: {
            /** @description UTC time. */
            at: string;
            /**
             * @description reason code when it was not applied, else null.
             * @default null
             */
            code?: string | null;
            /**
             * @description what the executor reported.
             * @default {}
             */
            detail?: Record<string, unknown>;
            /**
             * @description applied, failed, or unknown (the engine stopped between the write and its record).
             * @enum {unknown}
             */
            status: "applied" | "failed" | "unknown";
        };
        /**
         * Override
         * @description A person's word that an entry no longer bars, signed by the engine that took it.
         */
        Override: {
            /** @description UTC time. */
            at: string;
            /** @description principal. */
            by: string;
            /** @description name and id of the signing key, as the ledger's checkpoints carry it. */
            key: string;
            /** @description why. */
            reason: string;
            /** @description Ed25519 over the canonical JSON of quarantine id, revision, by, at and reason; base64. */
            signature: string;
        };
        /**
         * OverrideBody
         * @description What is posted to `/v1/quarantines/{id}/override`.
         */
        OverrideBody: {
            /** @description why it no longer bars. */
            reason: string;
        };
        /**
         * Params
         * @description The measured side of a reason; null where the reason has no such side.
         */
        Params: {
            /**
             * @description whatever else the code's registry entry declares.
             * @default null
             */
            detail?: {
                [key: string]: number | string | boolean | null;
            } | null;
            /**
             * @description the judged field, `spindle_speed`.
             * @default null
             */
            field?: string | null;
            /**
             * @description the limit it met, in `unit`.
             * @default null
             */
            limit?: number | string | boolean | null;
            /**
             * @description how far inside the limit it is, in `unit`; negative when it is violated.
             * @default null
             */
            margin?: number | null;
            /**
             * @description the value that was judged, in `unit`.
             * @default null
             */
            observed?: number | string | boolean | null;
            /**
             * @description unit of observed, limit and margin.
             * @default null
             */
            unit?: string | null;
        };
        /**
         * PermitRecord
         * @description A one-shot permit. The text is shown once and stored only as a digest.
         */
        PermitRecord: {
            /** @description UTC time. */
            expires_at: string;
            /** @description the permit, to be handed to `execute` within its life. */
            permit: string;
        };
        /**
         * PolicyLoaded
         * @description Payload of `policy.loaded`.
         */
        PolicyLoaded: {
            /** @description `sha256:` over the canonical parsed policy. */
            digest: string;
            /** @description name of the policy. */
            name: string;
            /** @description its author's version. */
            version: string;
        };
        /**
         * PolicyRecord
         * @description A loaded policy.
         */
        PolicyRecord: {
            /** @description whether proposals are judged by it now. */
            active: boolean;
            /**
             * @description what happens to an act that no rule allows, where it is stricter than the effect table.
             * @enum {unknown}
             */
            default: "allow" | "deny" | "needs_approval";
            /** @description `sha256:` over the canonical parsed policy; comments do not change it. */
            digest: string;
            /**
             * @description the parsed policy, absent in lists.
             * @default null
             */
            document?: Record<string, unknown> | null;
            /** @description number of limits. */
            limits: number;
            /** @description name of the policy. */
            name: string;
            /** @description rules that no index covers; each of them costs time on every proposal. */
            residual_rules: number;
            /** @description number of rules. */
            rules: number;
            /** @description number of declared tools. */
            tools: number;
            /** @description its author's version. */
            version: string;
        };
        /**
         * PolicyRecordPage
         * @description One page of a list.
         */
        PolicyRecordPage: {
            /** @description the records of this page. */
            items: components["schemas"]["PolicyRecord"][];
            /** @description hand it back as `cursor` for the next page; null on the last. Its content is the engine's own. */
            next_cursor: string | null;
        };
        /**
         * Principal
         * @description Somebody who may act.
         */
        Principal: {
            /** @description UTC time. */
            created_at: string;
            /** @description who added it. */
            created_by: string;
            /** @description `agent:demo`, `human:anna`. */
            id: string;
            /**
             * @description UTC time, or null while it is active.
             * @default null
             */
            revoked_at?: string | null;
            /**
             * @description the role given to it.
             * @enum {unknown}
             */
            role: "admin" | "agent" | "approver" | "operator" | "viewer";
        };
        /**
         * PrincipalAddBody
         * @description What is posted to `/v1/principals`.
         */
        PrincipalAddBody: {
            /** @description letters, digits, `-`, `_`, `.`; prefixed with `agent:` or `human:` by its role. */
            name: string;
            /**
             * @description viewer, operator, approver, admin or agent.
             * @enum {unknown}
             */
            role: "admin" | "agent" | "approver" | "operator" | "viewer";
        };
        /**
         * PrincipalAdded
         * @description Payload of `principal.added`.
         */
        PrincipalAdded: {
            /**
             * @description the role.
             * @enum {unknown}
             */
            role: "admin" | "agent" | "approver" | "operator" | "viewer";
            /** @description digest of its token. */
            token_digest: string;
        };
        /**
         * PrincipalPage
         * @description One page of a list.
         */
        PrincipalPage: {
            /** @description the records of this page. */
            items: components["schemas"]["Principal"][];
            /** @description hand it back as `cursor` for the next page; null on the last. Its content is the engine's own. */
            next_cursor: string | null;
        };
        /**
         * PrincipalRevoked
         * @description Payload of `principal.revoked`.
         */
        PrincipalRevoked: {
            /** @description UTC time. */
            revoked_at: string;
        };
        /**
         * PrincipalToken
         * @description A new principal with its token. The token is shown this once and stored as a digest.
         */
        PrincipalToken: {
            /** @description the principal. */
            id: string;
            /** @description version of this record. */
            schema_version: number;
            /** @description the token. */
            token: string;
        };
        /**
         * Problem
         * @description An error answer, `application/problem+json`. Readers ignore members that they do not know.
         */
        Problem: {
            /** @description reason code. */
            code: string;
            /**
             * @description the record's present revision, for conflicts.
             * @default null
             */
            current_revision?: number | null;
            /** @description what happened this time. */
            detail: string;
            /**
             * @description JSON pointer or parameter name of what is wrong.
             * @default null
             */
            field?: string | null;
            /** @description what to do. */
            hint: string;
            /** @description path of the request. */
            instance: string;
            /**
             * @description who has to act.
             * @enum {unknown}
             */
            owner: "agent" | "machine_owner" | "operator" | "platform" | "policy_author";
            /**
             * @description every ground, where there are several.
             * @default null
             */
            reason_codes?: string[] | null;
            /** @description names the request in the engine's log. */
            request_id: string;
            /**
             * @description when trying again makes sense.
             * @enum {unknown}
             */
            retry: "after_approval" | "after_change" | "after_time" | "as_is" | "never";
            /**
             * @description seconds to wait before trying again.
             * @default null
             */
            retry_after_s?: number | null;
            /**
             * @description the code's severity.
             * @enum {unknown}
             */
            severity: "advice" | "block" | "critical" | "info" | "warn";
            /** @description HTTP status. */
            status: number;
            /** @description the code's title. */
            title: string;
            /** @description relative reference to the code's page, `/v1/reason-codes/REQ.NOT_JSON`. */
            type: string;
        };
        /**
         * ProgramBody
         * @description What is posted to `/v1/programs`.
         */
        ProgramBody: {
            /** @description what people call it, `ROUGH-17.ngc`; 1 to 120 characters that print. */
            name: string;
            /** @description the program, at most 1 MiB of UTF-8; the digest is of exactly these bytes. */
            text: string;
        };
        /**
         * ProgramRecord
         * @description A stored program as lists show it.
         */
        ProgramRecord: {
            /** @description lines of its text. */
            lines: number;
            /** @description what the one who stored it first called it. */
            name: string;
            /** @description digest of its text, 64 hexadecimal digits: what proposals call `program_sha256`. */
            sha256: string;
            /** @description bytes of its text. */
            size: number;
            /** @description UTC time. */
            stored_at: string;
            /** @description principal. */
            stored_by: string;
        };
        /**
         * ProgramRecordPage
         * @description One page of a list.
         */
        ProgramRecordPage: {
            /** @description the records of this page. */
            items: components["schemas"]["ProgramRecord"][];
            /** @description hand it back as `cursor` for the next page; null on the last. Its content is the engine's own. */
            next_cursor: string | null;
        };
        /**
         * ProgramStored
         * @description Payload of `program.stored`. The text is kept beside the log; its digest is the subject.
         */
        ProgramStored: {
            /** @description lines of its text. */
            lines: number;
            /** @description what the one who stored it called it. */
            name: string;
            /** @description bytes of its text. */
            size: number;
        };
        /**
         * ProgramText
         * @description A stored program with its text, at `GET /v1/programs/{id}`.
         */
        ProgramText: {
            /** @description lines of its text. */
            lines: number;
            /** @description what the one who stored it first called it. */
            name: string;
            /** @description digest of its text, 64 hexadecimal digits. */
            sha256: string;
            /** @description bytes of its text. */
            size: number;
            /** @description UTC time. */
            stored_at: string;
            /** @description principal. */
            stored_by: string;
            /** @description the program. */
            text: string;
        };
        /**
         * ProposalBody
         * @description What is posted to `/v1/proposals`: the documented shape of a proposal.
         */
        ProposalBody: {
            /** @description the act; a closed record per kind. */
            action: Record<string, unknown>;
            /**
             * @description the state it was made for; absent binds it to the newest.
             * @default null
             */
            based_on?: components["schemas"]["BasedOn"] | null;
            /**
             * @description UTC time after which it must not be decided or executed.
             * @default null
             */
            expires_at?: string | null;
            /**
             * @description what it is for, in words.
             * @default
             */
            intent?: string;
            /**
             * @description what sort of act it is.
             * @enum {unknown}
             */
            kind: "connector.call" | "machine.change" | "memory.promote" | "memory.write" | "mission.start" | "routine.activate" | "tool.call" | "window.open";
            /**
             * @description anything; never evaluated.
             * @default null
             */
            rationale?: unknown;
            /** @description what it acts on, `machine/CNC-001`. */
            subject: string;
        };
        /**
         * ProposalDecided
         * @description Payload of `proposal.decided`.
         */
        ProposalDecided: {
            /** @description what must be unchanged when it is executed: telemetry instance and set-up digest; null if nothing. */
            basis: string | null;
            /**
             * @description the cut it was judged as; absent unless it is one that ends.
             * @default null
             */
            cut?: components["schemas"]["DecidedCut"] | null;
            /** @description digests of what it was judged on, by role: state, machine, tool, material, policy. */
            evidence: {
                [key: string]: string;
            };
            /**
             * @description whole microseconds from the arrival of the body to the verdict, by the engine's clock; absent where nobody measured it.
             * @default null
             */
            took_us?: number | null;
            /** @description the verdict, byte for byte as on every other surface. */
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * ProposalExecuted
         * @description Payload of `proposal.executed`.
         */
        ProposalExecuted: {
            /** @description the decision. */
            decision_id: string;
            /** @description what came of it. */
            outcome: components["schemas"]["Outcome"];
        };
        /**
         * ProposalExecuting
         * @description Payload of `proposal.executing`: the permit is consumed and the write is about to happen.
         */
        ProposalExecuting: {
            /** @description the decision. */
            decision_id: string;
            /** @description the consumed permit. */
            permit_digest: string;
            /** @description verdict of the judgement made just before the write. */
            recheck: string;
            /** @description input digest of that judgement. */
            recheck_digest: string;
        };
        /**
         * ProposalPermitted
         * @description Payload of `proposal.permitted`.
         */
        ProposalPermitted: {
            /** @description the decision. */
            decision_id: string;
            /** @description UTC time. */
            expires_at: string;
            /** @description principal that may use it. */
            holder: string;
            /** @description digest of the permit's text. */
            permit_digest: string;
        };
        /**
         * ProposalRecord
         * @description A proposal's lifecycle, at `GET /v1/proposals/{id}`.
         */
        ProposalRecord: {
            /**
             * @description approval it waits or waited for.
             * @default null
             */
            approval_id?: string | null;
            /**
             * @description whether the verdict names a nearest admissible proposal; null once its content was erased.
             * @default null
             */
            clamped?: boolean | null;
            /** @description its verdict. */
            decision_id: string;
            /**
             * @description UTC time of the judgement.
             * @default null
             */
            evaluated_at?: string | null;
            /** @description `prp_...`. */
            id: string;
            /**
             * @description what it is for, in its proposer's words; null if it says nothing, or its content was erased.
             * @default null
             */
            intent?: string | null;
            /** @description kind of the proposal. */
            kind: string;
            /**
             * @description what came of it, or null.
             * @default null
             */
            outcome?: components["schemas"]["Outcome"] | null;
            /**
             * @description UTC time the issued permit ends, or null.
             * @default null
             */
            permit_expires_at?: string | null;
            /**
             * @description the policy it was judged by; `GET /v1/policies` says which that is.
             * @default null
             */
            policy_digest?: string | null;
            /** @description the verdict's first code. */
            primary_code: string;
            /**
             * @description the proposal as submitted, absent in lists.
             * @default null
             */
            proposal?: Record<string, unknown> | null;
            /** @description principal that submitted it. */
            proposer: string;
            /**
             * @description every code of the verdict, in its order.
             * @default []
             */
            reason_codes?: string[];
            /** @description revision of the record. */
            revision: number;
            /**
             * @description where it stands.
             * @enum {unknown}
             */
            status: "allowed" | "approved" | "awaiting_approval" | "denied" | "executed" | "executing" | "expired" | "failed" | "permitted" | "refused" | "unknown";
            /** @description what it acts on. */
            subject: string;
            /** @description UTC time. */
            submitted_at: string;
            /**
             * @description whole microseconds from the arrival of the body to the verdict, by the engine's clock; null where that was not recorded.
             * @default null
             */
            took_us?: number | null;
            /** @description the verdict's name. */
            verdict: string;
        };
        /**
         * ProposalRecordPage
         * @description One page of a list.
         */
        ProposalRecordPage: {
            /** @description the records of this page. */
            items: components["schemas"]["ProposalRecord"][];
            /** @description hand it back as `cursor` for the next page; null on the last. Its content is the engine's own. */
            next_cursor: string | null;
        };
        /**
         * ProposalRefused
         * @description Payload of `proposal.refused`: an execution was asked for and not granted.
         */
        ProposalRefused: {
            /** @description the first reason. */
            code: string;
            /** @description the decision. */
            decision_id: string;
            /**
             * @description the permit that was shown, if it was this decision's.
             * @default null
             */
            permit_digest?: string | null;
            /** @description every reason. */
            reason_codes: string[];
        };
        /**
         * ProposalRejected
         * @description Payload of `proposal.rejected`: something arrived that is not a proposal.
         */
        ProposalRejected: {
            /** @description size of the body. */
            bytes: number;
            /** @description why. */
            code: string;
            /** @description digest of the body. */
            digest: string;
        };
        /**
         * ProposalSubmitted
         * @description Payload of `proposal.submitted`.
         */
        ProposalSubmitted: {
            /** @description digest of the proposal. */
            digest: string;
            /** @description the proposal exactly as submitted. */
            proposal: Record<string, unknown>;
        };
        /**
         * Quantity
         * @description A number with its unit.
         */
        Quantity: {
            /** @description a unit of `contracts/units.py`, exactly as written there. */
            unit: string;
            /** @description a finite JSON number. */
            value: number;
        };
        /**
         * Quarantine
         * @description One entry, at `GET /v1/quarantines/{id}`. What is null or empty in it bars every value.
         */
        Quarantine: {
            /** @description UTC time. */
            created_at: string;
            /** @description principal. */
            created_by: string;
            /** @description UTC time after which it bars nothing. */
            expires_at: string;
            /** @description `qua_...`. */
            id: string;
            /** @description machine it is confined to, or null for the whole fleet. */
            machine: string | null;
            /** @description material card, or null. */
            material: string | null;
            /**
             * @description the signed override that lifted it, or null.
             * @default null
             */
            override?: components["schemas"]["Override"] | null;
            /** @description the program, 64 hexadecimal digits, or null. */
            program_sha256: string | null;
            /** @description what failed, in words. */
            reason: string;
            /** @description interval by parameter at its override, in working units: spindle_speed, feed_rate, axial_depth, radial_depth. */
            region: {
                [key: string]: components["schemas"]["Region"];
            };
            /** @description revision of the record. */
            revision: number;
            /** @description the decision that was carried out last before the alarm, or null: none was, or a person made the entry. */
            source: string | null;
            /**
             * @description active, overridden or expired.
             * @enum {unknown}
             */
            status: "active" | "expired" | "overridden";
            /** @description cutting tool card, or null. */
            tool: string | null;
        };
        /**
         * QuarantineBody
         * @description What is posted to `/v1/quarantines`: at least one of program, material, tool or region must be given.
         */
        QuarantineBody: {
            /** @description UTC time after which it bars nothing. */
            expires_at: string;
            /**
             * @description machine to confine it to; absent means the whole fleet.
             * @default null
             */
            machine?: string | null;
            /**
             * @description material card.
             * @default null
             */
            material?: string | null;
            /**
             * @description the program.
             * @default null
             */
            program_sha256?: string | null;
            /** @description what failed, in words. */
            reason: string;
            /**
             * @description interval by parameter, at its override, in working units.
             * @default {}
             */
            region?: {
                [key: string]: components["schemas"]["Region"];
            };
            /**
             * @description cutting tool card.
             * @default null
             */
            tool?: string | null;
        };
        /**
         * QuarantineExpired
         * @description Payload of `quarantine.expired`.
         */
        QuarantineExpired: {
            /** @description when it ended. */
            expires_at: string;
        };
        /**
         * QuarantineOpened
         * @description Payload of `quarantine.opened`.
         */
        QuarantineOpened: {
            /** @description what is barred, why and until when. */
            body: components["schemas"]["QuarantineBody"];
            /**
             * @description the decision that was carried out last before the alarm, or null.
             * @default null
             */
            source?: string | null;
        };
        /**
         * QuarantineOverridden
         * @description Payload of `quarantine.overridden`.
         */
        QuarantineOverridden: {
            /** @description who lifted it, and the signature. */
            override: components["schemas"]["Override"];
        };
        /**
         * QuarantinePage
         * @description One page of a list.
         */
        QuarantinePage: {
            /** @description the records of this page. */
            items: components["schemas"]["Quarantine"][];
            /** @description hand it back as `cursor` for the next page; null on the last. Its content is the engine's own. */
            next_cursor: string | null;
        };
        /**
         * Reason
         * @description One ground of a verdict. Severity, retry and owner are repeated so that an old client acts rightly on a new code.
         */
        Reason: {
            /** @description the registry's code, `MACH.SPEED_ABOVE_MAX`. */
            code: string;
            /**
             * @description who has to act.
             * @enum {unknown}
             */
            owner: "agent" | "machine_owner" | "operator" | "platform" | "policy_author";
            /** @description field, observed, limit, unit, margin. */
            params: components["schemas"]["Params"];
            /** @description JSON pointer into the proposal, or null. */
            path: string | null;
            /** @description the policy that was applied. */
            policy_digest: string;
            /** @description what would make it pass. */
            remedies: components["schemas"]["Remedy"][];
            /**
             * @description when trying again makes sense.
             * @enum {unknown}
             */
            retry: "after_approval" | "after_change" | "after_time" | "as_is" | "never";
            /** @description the rule, limit or card entry that spoke, or null. */
            rule_id: string | null;
            /**
             * @description info, advice, warn, block or critical.
             * @enum {unknown}
             */
            severity: "advice" | "block" | "critical" | "info" | "warn";
        };
        /**
         * ReasonCode
         * @description One code of the registry. Its meaning, wire id and parameters are fixed for ever.
         */
        ReasonCode: {
            /** @description for the proposer: what to do now. */
            caller_text: string;
            /** @description `FAMILY.SUBJECT_CONDITION`, ASCII upper snake, at most 48 characters. */
            code: string;
            /**
             * @description version that retired it, or null.
             * @default null
             */
            deprecated_in?: number | null;
            /** @description the part before the dot. */
            family: string;
            /** @description the nearest situation that does not. */
            negative: components["schemas"]["Example"];
            /** @description for the person in charge: what to look at. */
            operator_text: string;
            /**
             * @description who has to act.
             * @enum {unknown}
             */
            owner: "agent" | "machine_owner" | "operator" | "platform" | "policy_author";
            /**
             * @description parameter name to `type` or `type unit`; a type is string, number, integer or boolean.
             * @default {}
             */
            params?: {
                [key: string]: string;
            };
            /** @description a situation that gives the code. */
            positive: components["schemas"]["Example"];
            /**
             * @description where the rule comes from.
             * @default []
             */
            references?: string[];
            /**
             * @description kinds of remedy that an occurrence may carry.
             * @default [
             *       "none"
             *     ]
             */
            remedies?: ("choose" | "clamp" | "edit_policy" | "none" | "refresh" | "request_approval" | "request_capability" | "supply" | "wait")[];
            /**
             * @description the code to use instead, or null.
             * @default null
             */
            replaced_by?: string | null;
            /**
             * @description when trying again makes sense.
             * @enum {unknown}
             */
            retry: "after_approval" | "after_change" | "after_time" | "as_is" | "never";
            /**
             * @description it guards people, machine or workpiece.
             * @default false
             */
            safety_relevant?: boolean;
            /**
             * @description info, advice, warn, block or critical.
             * @enum {unknown}
             */
            severity: "advice" | "block" | "critical" | "info" | "warn";
            /**
             * @description version of the registry that brought it.
             * @default 1
             */
            since?: number;
            /** @description a headline without a full stop. */
            title: string;
            /** @description number for compact formats, within the family's range. */
            wire_id: number;
        };
        /**
         * ReasonCodePage
         * @description One page of a list.
         */
        ReasonCodePage: {
            /** @description the records of this page. */
            items: components["schemas"]["ReasonCode"][];
            /** @description hand it back as `cursor` for the next page; null on the last. Its content is the engine's own. */
            next_cursor: string | null;
        };
        /**
         * Region
         * @description An interval of one parameter, both ends inside.
         */
        Region: {
            /** @description greatest value. */
            high: number;
            /** @description least value, in the parameter's working unit. */
            low: number;
        };
        /**
         * Rejudgement
         * @description Answer of `GET /v1/decisions/{id}/rejudge`: the decision judged again on what was recorded with it.
         */
        Rejudgement: {
            /** @description version of the auditor that judged again. */
            engine_version: string;
            /** @description the verdict came out the same, byte for byte. */
            identical: boolean;
            /** @description what it says on the recorded state, cards and policy. */
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * Remedy
         * @description One machine-readable way out. Which fields are set follows from `kind`.
         */
        Remedy: {
            /**
             * @description for `request_approval`: the gate to ask.
             * @default null
             */
            gate?: string | null;
            /**
             * @description one of the closed set.
             * @enum {unknown}
             */
            kind: "choose" | "clamp" | "edit_policy" | "none" | "refresh" | "request_approval" | "request_capability" | "supply" | "wait";
            /**
             * @description for `choose`: the admissible values.
             * @default null
             */
            one_of?: (number | string | boolean | null)[] | null;
            /**
             * @description for `request_capability`: the operation.
             * @default null
             */
            op?: string | null;
            /**
             * @description JSON pointer into the proposal, for `clamp`, `supply`, `choose`.
             * @default null
             */
            path?: string | null;
            /**
             * @description for `edit_policy`: the rule (operator view).
             * @default null
             */
            rule_id?: string | null;
            /**
             * @description for `request_capability`: the scope.
             * @default null
             */
            scope?: string | null;
            /**
             * @description for `clamp`: the nearest admissible value, in the proposal's own unit.
             * @default null
             */
            to?: number | string | boolean | null;
            /**
             * @description for `wait`: UTC time.
             * @default null
             */
            until?: string | null;
            /**
             * @description for `refresh`: what to read again.
             * @default null
             */
            what?: string | null;
        };
        /**
         * Resolution
         * @description Smallest step of what can be set; clamped values lie on this grid.
         */
        Resolution: {
            /**
             * @description mm.
             * @default 0.01
             */
            axial_depth?: number;
            /**
             * @description mm/min.
             * @default 1
             */
            feed_rate?: number;
            /**
             * @description mm.
             * @default 0.001
             */
            offset?: number;
            /**
             * @description %.
             * @default 1
             */
            override?: number;
            /**
             * @description mm.
             * @default 0.01
             */
            radial_depth?: number;
            /**
             * @description rev/min.
             * @default 1
             */
            spindle_speed?: number;
        };
        /**
         * SessionBody
         * @description What is posted to `/v1/session`: either a token or the code of a one-time link.
         */
        SessionBody: {
            /**
             * @description code of the one-time sign-in link.
             * @default null
             */
            code?: string | null;
            /**
             * @description a principal's token.
             * @default null
             */
            token?: string | null;
        };
        /**
         * SessionRecord
         * @description Who the caller is.
         */
        SessionRecord: {
            /**
             * @description UTC time the session ends, or null for a token.
             * @default null
             */
            expires_at?: string | null;
            /** @description `human:local` for a tokenless call on loopback. */
            principal: string;
            /** @description every role it has at present. */
            roles: ("admin" | "agent" | "approver" | "operator" | "viewer")[];
        };
        /**
         * Setup
         * @description What the machine is set to: the part of its state that a proposal changes and is judged together with.
         */
        Setup: {
            /** @description mm, or null if unknown. */
            axial_depth: number | null;
            /** @description whether coolant is commanded on, or null if unknown. */
            coolant: boolean | null;
            /**
             * @description roughing or finishing, or null if unknown.
             * @default null
             */
            cut_type?: ("finishing" | "roughing") | null;
            /**
             * @description side or centred, or null if unknown.
             * @default null
             */
            engagement?: ("centred" | "side") | null;
            /** @description %, or null if unknown. */
            feed_override: number | null;
            /** @description mm/min at 100 % override, or null if unknown. */
            feed_rate: number | null;
            /** @description material card, or null if unknown. */
            material: string | null;
            /**
             * @description axis offset by name, mm.
             * @default {}
             */
            offsets?: {
                [key: string]: number;
            };
            /**
             * @description mm, the smallest radius that the path runs through under feed, or null if unknown or straight.
             * @default null
             */
            path_radius?: number | null;
            /** @description name of the program, or null. */
            program: string | null;
            /** @description digest of the program, or null if unknown. */
            program_sha256: string | null;
            /** @description mm, or null if unknown. */
            radial_depth: number | null;
            /** @description counts every change of this record within the instance. */
            revision: number;
            /** @description %, or null if unknown. */
            spindle_override: number | null;
            /** @description rev/min at 100 % override, or null if unknown. */
            spindle_speed: number | null;
            /** @description cutting tool card, or null if unknown. */
            tool: string | null;
            /**
             * @description mm, of turned work, or null.
             * @default null
             */
            workpiece_diameter?: number | null;
        };
        /**
         * SignalValue
         * @description One signal in one frame.
         */
        SignalValue: {
            /**
             * @description quality.
             * @enum {unknown}
             */
            q: "bad" | "good" | "stale" | "unavailable" | "uncertain";
            /**
             * @description unit, absent for text.
             * @default null
             */
            u?: string | null;
            /** @description the value; null when the source says that it is unavailable. */
            v: number | string | null;
        };
        /**
         * SpindlePoint
         * @description One point of the drive's curves; between two points they are straight, outside of them they say nothing.
         */
        SpindlePoint: {
            /** @description kW, the most for a short time; at most the S6 rating where the drive has one. */
            power_peak: number;
            /** @description kW, continuous. */
            power_s1: number;
            /** @description rev/min, above 0; it rises from point to point. */
            speed: number;
            /** @description N.m, continuous, at the spindle, of the same shaft as the power: `P = 2 pi n T / 60`. */
            torque: number;
        };
        /**
         * TelemetryFrame
         * @description One sample of a machine.
         */
        TelemetryFrame: {
            /** @description the run of its adapter; sequences of two instances do not compare. */
            instance_id: string;
            /** @description the machine. */
            machine_id: string;
            /**
             * @description worst quality that matters for the whole frame.
             * @enum {unknown}
             */
            quality: "bad" | "good" | "stale" | "unavailable" | "uncertain";
            /** @description position within the instance, counted from 1 without gaps. */
            seq: number;
            /**
             * @description live, replay or simulated.
             * @enum {unknown}
             */
            source: "live" | "replay" | "simulated";
            /** @description UTC time of arrival. */
            ts_ingest: string;
            /** @description the machine's own UTC time, or null when it sent none. */
            ts_source: string | null;
            /**
             * @description names the record.
             * @constant
             */
            type: "telemetry";
            /** @description signal by name. */
            values: {
                [key: string]: components["schemas"]["SignalValue"];
            };
        };
        /**
         * TelemetryPage
         * @description A page of frames at `GET /v1/machines/{id}/telemetry`.
         */
        TelemetryPage: {
            /**
             * @description sequences that were asked for and are gone, or null.
             * @default null
             */
            gap?: components["schemas"]["GapFrame"] | null;
            /** @description the instance they belong to. */
            instance_id: string | null;
            /** @description the frames. */
            items: components["schemas"]["TelemetryFrame"][];
            /** @description position to ask for next, or null. */
            next_cursor: string | null;
        };
        /**
         * TelemetrySealed
         * @description Payload of `telemetry.sealed`: the digest of one machine's frames within one minute.
         */
        TelemetrySealed: {
            /** @description sha256 over the frames' bytes, each followed by a line feed. */
            digest: string;
            /** @description first frame. */
            first_seq: number;
            /** @description number of frames. */
            frames: number;
            /** @description the adapter's run. */
            instance_id: string;
            /** @description last frame. */
            last_seq: number;
            /** @description UTC start of the minute. */
            minute: string;
            /** @description true when the instance ended within the minute. */
            partial: boolean;
        };
        /**
         * ToolCall
         * @description The action of a `tool.call`.
         */
        ToolCall: {
            /**
             * @description what it is called with.
             * @default {}
             */
            arguments?: Record<string, unknown>;
            /**
             * @description the program it will start.
             * @default null
             */
            command?: string | null;
            /**
             * @description the folder it starts in.
             * @default null
             */
            cwd?: string | null;
            /**
             * @description the host it will reach.
             * @default null
             */
            host?: string | null;
            /**
             * @description every path it will touch.
             * @default []
             */
            paths?: string[];
            /**
             * @description the run that wants it.
             * @default null
             */
            run_id?: string | null;
            /** @description the tool's name in the policy. */
            tool: string;
        };
        /**
         * ToolCard
         * @description A cutting tool.
         */
        ToolCard: {
            /**
             * @description mm, the least depth that still cuts.
             * @default 0.05
             */
            axial_depth_min?: number;
            /**
             * @description diameter of the core over the diameter, at most 1.
             * @default 0.8
             */
            core_ratio?: number;
            /**
             * @description mm at the tip.
             * @default 0.02
             */
            deflection_finishing?: number;
            /**
             * @description of the tip, as a share of the diameter.
             * @default 0.02
             */
            deflection_roughing?: number;
            /** @description mm; of a turning tool, its insert's inscribed circle. */
            diameter: number;
            /** @description mm, the deepest axial cut. */
            flute_length: number;
            /**
             * @description N, the tangential force that it bears at its peak, or null.
             * @default null
             */
            force_max?: number | null;
            /**
             * @description degrees, 0 up to 90, or null if unknown; then the peak force counts whole teeth.
             * @default null
             */
            helix?: number | null;
            /**
             * @description what it sits in, or null if unknown.
             * @default null
             */
            holder?: components["schemas"]["Holder"] | null;
            /** @description `EM12-4`. */
            id: string;
            /**
             * @description what it is; a turning tool stands still and the work turns.
             * @default end_mill
             * @enum {unknown}
             */
            kind?: "drill" | "end_mill" | "face_mill" | "turning";
            /**
             * @description degrees, kr.
             * @default 90
             */
            lead_angle?: number;
            /**
             * @description minutes, the least predicted life of an edge worth using, or null.
             * @default null
             */
            life_min?: number | null;
            /**
             * @description its most flexible mode, or null if nobody has measured it.
             * @default null
             */
            modal?: components["schemas"]["Modal"] | null;
            /** @description for people. */
            name: string;
            /**
             * @description mm, width and height of a turning tool's shank; null for every other tool.
             * @default null
             */
            shank?: [
                number,
                number
            ] | null;
            /** @description rev/min, highest rated. */
            spindle_speed_max: number;
            /** @description rev/min, lowest rated. */
            spindle_speed_min: number;
            /** @description mm from the holder, as it is; beyond `stickout_max` the tool is not used. */
            stickout: number;
            /**
             * @description mm, rated, or null.
             * @default null
             */
            stickout_max?: number | null;
            /** @description number of cutting edges; 1 for a turning tool. */
            teeth: number;
            /**
             * @description what it is made for, by group of material.
             * @default []
             */
            uses?: components["schemas"]["ToolUse"][];
            /**
             * @description mm of flank wear at which the edge is done.
             * @default 0.3
             */
            wear_max?: number;
            /**
             * @description N/mm2; 600e3 for carbide.
             * @default 600000
             */
            youngs_modulus?: number;
        };
        /**
         * ToolCardPage
         * @description One page of a list.
         */
        ToolCardPage: {
            /** @description the records of this page. */
            items: components["schemas"]["ToolCard"][];
            /** @description hand it back as `cursor` for the next page; null on the last. Its content is the engine's own. */
            next_cursor: string | null;
        };
        /**
         * ToolUse
         * @description What a tool is made for in one group of materials. A group without such an entry is not cut with it.
         */
        ToolUse: {
            /**
             * @description whether it must not be used dry.
             * @default false
             */
            coolant?: boolean;
            /** @description m/min. */
            cutting_speed_max: number;
            /** @description m/min. */
            cutting_speed_min: number;
            /** @description mm per tooth; for turning, mm per revolution. */
            feed_per_tooth_max: number;
            /** @description mm per tooth; for turning, mm per revolution. */
            feed_per_tooth_min: number;
            /** @description group of the material: P, M, K, N, S or H; a tool describes each once. */
            group: string;
            /**
             * @description m/min, the C of it: the speed at which the edge lasts one minute; null where `taylor_n` is.
             * @default null
             */
            taylor_c?: number | null;
            /**
             * @description exponent of Taylor's `vc T^n = C`, between 0 and 1, or null if unknown.
             * @default null
             */
            taylor_n?: number | null;
        };
        /**
         * Trend
         * @description What the samples of the last minutes come to, and no single sample shows.
         */
        Trend: {
            /**
             * @description heat in the spindle drive as a share of what it bears (theta of the S6 rule), or null where the drive has no such rating; 1 as long as the load was not seen for long enough to say less.
             * @default null
             */
            duty?: number | null;
            /**
             * @description seconds over which the load was seen without a gap, up to now.
             * @default 0
             */
            duty_covered_s?: number;
            /**
             * @description UTC arrival of the newest load that differed from the one before it, as the instance's first one does; null if none was seen.
             * @default null
             */
            load_changed_at?: string | null;
            /**
             * @description degC/min that the spindle warmed up by over `temperature_window_s`, or null if not seen.
             * @default null
             */
            temperature_rate?: number | null;
            /**
             * @description seconds that the rate was taken over.
             * @default 0
             */
            temperature_window_s?: number;
        };
        /**
         * Verdict
         * @description The answer to a proposal. Its canonical bytes are the same on every surface and in the ledger.
         */
        Verdict: {
            /** @description the approval it waits for, or null. */
            approval_id: string | null;
            /** @description every check in the order it ran. */
            checks: components["schemas"]["Check"][];
            /** @description the nearest admissible proposal, or null. */
            clamped_proposal: Record<string, unknown> | null;
            /** @description version of the auditor that judged. */
            engine_version: string;
            /** @description UTC time of the judgement (an input of it). */
            evaluated_at: string;
            /** @description decision id, `dec_...`; null for a dry run. */
            id: string | null;
            /** @description digest over proposal, state, cards, policy and engine version. */
            input_digest: string;
            /** @description what has to be kept; of needs_approval, once it is approved. */
            obligations: components["schemas"]["Obligation"][];
            /** @description the policy that was applied. */
            policy_digest: string;
            /** @description the first of `reason_codes`. */
            primary_code: string;
            /** @description the proposal, `prp_...`; null for a dry run. */
            proposal_id: string | null;
            /** @description the codes of `reasons`, in order. */
            reason_codes: string[];
            /** @description every ground, ordered by severity, code and path. Never empty. */
            reasons: components["schemas"]["Reason"][];
            /** @description after this UTC time the verdict permits nothing. */
            valid_until: string;
            /**
             * @description allow, allow_with_obligations, needs_approval, deny or indeterminate.
             * @enum {unknown}
             */
            verdict: "allow" | "allow_with_obligations" | "deny" | "indeterminate" | "needs_approval";
        };
        /**
         * VerdictPage
         * @description One page of a list.
         */
        VerdictPage: {
            /** @description the records of this page. */
            items: components["schemas"]["Verdict"][];
            /** @description hand it back as `cursor` for the next page; null on the last. Its content is the engine's own. */
            next_cursor: string | null;
        };
        /**
         * Version
         * @description Answer of `GET /v1/version`.
         */
        Version: {
            /** @description version of the contracts, 1. */
            contracts: number;
            /**
             * @description sqlite or postgres.
             * @enum {unknown}
             */
            dialect: "postgres" | "sqlite";
            /** @description version of the interpreter. */
            python: string;
            /** @description newest version that a reason code names in `since`. */
            registry: number;
            /** @description the engine's name in events, `urn:chargehand:...`. */
            source: string;
            /** @description version of the engine. */
            version: string;
        };
    };
    responses: {
        /** @description The request is malformed, or a parameter is wrong. */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A token is needed, or the one shown is not valid. */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The caller does not have the role, or comes from a foreign origin. */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such record. */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The record is not as the caller believes, or a gate refuses; `reason_codes` says why. */
        Problem409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `If-Match` names a revision that is no longer present. */
        Problem412: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is too large. */
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is not sent as JSON. */
        Problem415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body does not fit its schema. */
        Problem422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A named bound was reached; `Retry-After` says when to come back. */
        Problem429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The engine is at fault. */
        Problem500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The engine cannot do it now; nothing was done. */
        Problem503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "approval.list": {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most records to answer with. */
                limit?: number;
                /** @description Only this status. */
                status?: "pending" | "approved" | "denied" | "rework" | "expired" | "consumed";
                /** @description Only what is about this subject, `machine/CNC-001`. */
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List approvals, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "approval.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show an approval. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "apr_01KAGZ8R003333333333333333",
                     *       "kind": "machine.change",
                     *       "subject": "machine/CNC-001",
                     *       "proposal_id": "prp_01KAGZ8R001111111111111111",
                     *       "proposal_digest": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                     *       "risk": "medium",
                     *       "reason_codes": [
                     *         "GATE.APPROVAL_REQUIRED"
                     *       ],
                     *       "requested_by": "agent:demo",
                     *       "requested_at": "2026-11-20T12:00:00.000000Z",
                     *       "expires_at": "2026-11-20T12:05:00.000000Z",
                     *       "status": "pending",
                     *       "revision": 1,
                     *       "decided_by": null,
                     *       "decided_at": null,
                     *       "reason": null,
                     *       "code": null
                     *     }
                     */
                    "application/json": components["schemas"]["Approval"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "approval.decide": {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of the caller's own; a repeated request with the same key gets the first answer, marked as such. */
                "Idempotency-Key"?: string;
                /** @description Revision that the caller read, as in `ETag`. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "decision": "deny",
                 *       "reason": "the tool is worn"
                 *     }
                 */
                "application/json": components["schemas"]["DecideBody"];
            };
        };
        responses: {
            /** @description Approve, deny or send back. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "apr_01KAGZ8R003333333333333333",
                     *       "kind": "machine.change",
                     *       "subject": "machine/CNC-001",
                     *       "proposal_id": "prp_01KAGZ8R001111111111111111",
                     *       "proposal_digest": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                     *       "risk": "medium",
                     *       "reason_codes": [
                     *         "GATE.APPROVAL_REQUIRED"
                     *       ],
                     *       "requested_by": "agent:demo",
                     *       "requested_at": "2026-11-20T12:00:00.000000Z",
                     *       "expires_at": "2026-11-20T12:05:00.000000Z",
                     *       "status": "pending",
                     *       "revision": 1,
                     *       "decided_by": null,
                     *       "decided_at": null,
                     *       "reason": null,
                     *       "code": null
                     *     }
                     */
                    "application/json": components["schemas"]["Approval"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "decision.list": {
        parameters: {
            query?: {
                /** @description Only verdicts that carry this reason code. */
                code?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most records to answer with. */
                limit?: number;
                /** @description Only what is about this subject, `machine/CNC-001`. */
                subject?: string;
                /** @description Only this verdict. */
                verdict?: "allow" | "allow_with_obligations" | "needs_approval" | "deny" | "indeterminate";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List verdicts, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerdictPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "decision.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show a verdict. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approval_id": null,
                     *       "checks": [
                     *         {
                     *           "name": "content.fields",
                     *           "status": "passed"
                     *         },
                     *         {
                     *           "name": "telemetry.fresh",
                     *           "status": "passed"
                     *         },
                     *         {
                     *           "name": "interlock.door",
                     *           "status": "passed"
                     *         },
                     *         {
                     *           "code": "MACH.SPEED_ABOVE_MAX",
                     *           "name": "limit.spindle_speed",
                     *           "status": "failed"
                     *         },
                     *         {
                     *           "name": "limit.offset_x",
                     *           "status": "not_applicable"
                     *         },
                     *         {
                     *           "code": "TOOL.SPEED_ABOVE_RATING",
                     *           "name": "tool.speed",
                     *           "status": "failed"
                     *         }
                     *       ],
                     *       "clamped_proposal": {
                     *         "kind": "machine.change",
                     *         "subject": "machine/CNC-001",
                     *         "intent": "shorten the roughing pass",
                     *         "action": {
                     *           "operation": "parameter_set",
                     *           "tool": "EM12-4",
                     *           "material": "steel-qt-250hb",
                     *           "params": {
                     *             "spindle_speed": {
                     *               "value": 12000,
                     *               "unit": "rev/min"
                     *             },
                     *             "feed_rate": {
                     *               "value": 705,
                     *               "unit": "mm/min"
                     *             },
                     *             "axial_depth": {
                     *               "value": 3,
                     *               "unit": "mm"
                     *             },
                     *             "radial_depth": {
                     *               "value": 3,
                     *               "unit": "mm"
                     *             }
                     *           }
                     *         },
                     *         "based_on": {
                     *           "instance_id": "ins_01KAGZ8R004444444444444444",
                     *           "seq": 1042,
                     *           "digest": "sha256:5555555555555555555555555555555555555555555555555555555555555555"
                     *         },
                     *         "expires_at": null,
                     *         "rationale": "never evaluated"
                     *       },
                     *       "engine_version": "0.1.0",
                     *       "evaluated_at": "2026-11-20T12:00:00.000000Z",
                     *       "id": "dec_01KAGZ8R002222222222222222",
                     *       "input_digest": "sha256:8888888888888888888888888888888888888888888888888888888888888888",
                     *       "obligations": [],
                     *       "policy_digest": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *       "primary_code": "MACH.SPEED_ABOVE_MAX",
                     *       "proposal_id": "prp_01KAGZ8R001111111111111111",
                     *       "reason_codes": [
                     *         "MACH.SPEED_ABOVE_MAX",
                     *         "TOOL.SPEED_ABOVE_RATING"
                     *       ],
                     *       "reasons": [
                     *         {
                     *           "code": "MACH.SPEED_ABOVE_MAX",
                     *           "owner": "agent",
                     *           "params": {
                     *             "detail": null,
                     *             "field": "spindle_speed",
                     *             "limit": 12000,
                     *             "margin": -1000,
                     *             "observed": 13000,
                     *             "unit": "rev/min"
                     *           },
                     *           "path": "/action/params/spindle_speed",
                     *           "policy_digest": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *           "remedies": [
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/spindle_speed/value",
                     *               "to": 12000
                     *             },
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/feed_rate/value",
                     *               "to": 705
                     *             }
                     *           ],
                     *           "retry": "after_change",
                     *           "rule_id": "machine:CNC-001:spindle_speed",
                     *           "severity": "block"
                     *         },
                     *         {
                     *           "code": "TOOL.SPEED_ABOVE_RATING",
                     *           "owner": "agent",
                     *           "params": {
                     *             "detail": null,
                     *             "field": "spindle_speed",
                     *             "limit": 12000,
                     *             "margin": -1000,
                     *             "observed": 13000,
                     *             "unit": "rev/min"
                     *           },
                     *           "path": "/action/params/spindle_speed",
                     *           "policy_digest": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *           "remedies": [
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/spindle_speed/value",
                     *               "to": 12000
                     *             },
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/feed_rate/value",
                     *               "to": 705
                     *             }
                     *           ],
                     *           "retry": "after_change",
                     *           "rule_id": "tool:EM12-4:spindle_speed",
                     *           "severity": "block"
                     *         }
                     *       ],
                     *       "valid_until": "2026-11-20T12:05:00.000000Z",
                     *       "verdict": "deny"
                     *     }
                     */
                    "application/json": components["schemas"]["Verdict"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "decision.execute": {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of the caller's own; a repeated request with the same key gets the first answer, marked as such. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "permit": "9999999999999999999999999999999999999999999999999999999999999999"
                 *     }
                 */
                "application/json": components["schemas"]["ExecuteBody"];
            };
        };
        responses: {
            /** @description Carry out a decision under its permit. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "applied",
                     *       "at": "2026-11-20T12:00:00.000000Z",
                     *       "code": null,
                     *       "detail": {
                     *         "revision": 8
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Outcome"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "decision.explain": {
        parameters: {
            query?: {
                /** @description For whom it is explained. */
                view?: "caller" | "operator";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Explain a verdict in words. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "view": "caller",
                     *       "summary": "Denied for 2 reasons, first: spindle speed above the machine's maximum.",
                     *       "reasons": [
                     *         {
                     *           "code": "MACH.SPEED_ABOVE_MAX",
                     *           "title": "Spindle speed above the machine's maximum",
                     *           "text": "Lower the spindle speed to `limit`, the override included.",
                     *           "severity": "block",
                     *           "retry": "after_change",
                     *           "owner": "agent",
                     *           "path": "/action/params/spindle_speed",
                     *           "params": {
                     *             "detail": null,
                     *             "field": "spindle_speed",
                     *             "limit": 12000,
                     *             "margin": -1000,
                     *             "observed": 13000,
                     *             "unit": "rev/min"
                     *           },
                     *           "remedies": [
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/spindle_speed/value",
                     *               "to": 12000
                     *             },
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/feed_rate/value",
                     *               "to": 705
                     *             }
                     *           ],
                     *           "rule_id": null
                     *         },
                     *         {
                     *           "code": "TOOL.SPEED_ABOVE_RATING",
                     *           "title": "Spindle speed above the tool's rating",
                     *           "text": "Lower the spindle speed to `limit`, the override included.",
                     *           "severity": "block",
                     *           "retry": "after_change",
                     *           "owner": "agent",
                     *           "path": "/action/params/spindle_speed",
                     *           "params": {
                     *             "detail": null,
                     *             "field": "spindle_speed",
                     *             "limit": 12000,
                     *             "margin": -1000,
                     *             "observed": 13000,
                     *             "unit": "rev/min"
                     *           },
                     *           "remedies": [
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/spindle_speed/value",
                     *               "to": 12000
                     *             },
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/feed_rate/value",
                     *               "to": 705
                     *             }
                     *           ],
                     *           "rule_id": null
                     *         }
                     *       ],
                     *       "evidence": {
                     *         "machine": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                     *         "policy": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *         "state": "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
                     *       },
                     *       "verdict": {
                     *         "approval_id": null,
                     *         "checks": [
                     *           {
                     *             "name": "content.fields",
                     *             "status": "passed"
                     *           },
                     *           {
                     *             "name": "telemetry.fresh",
                     *             "status": "passed"
                     *           },
                     *           {
                     *             "name": "interlock.door",
                     *             "status": "passed"
                     *           },
                     *           {
                     *             "code": "MACH.SPEED_ABOVE_MAX",
                     *             "name": "limit.spindle_speed",
                     *             "status": "failed"
                     *           },
                     *           {
                     *             "name": "limit.offset_x",
                     *             "status": "not_applicable"
                     *           },
                     *           {
                     *             "code": "TOOL.SPEED_ABOVE_RATING",
                     *             "name": "tool.speed",
                     *             "status": "failed"
                     *           }
                     *         ],
                     *         "clamped_proposal": {
                     *           "kind": "machine.change",
                     *           "subject": "machine/CNC-001",
                     *           "intent": "shorten the roughing pass",
                     *           "action": {
                     *             "operation": "parameter_set",
                     *             "tool": "EM12-4",
                     *             "material": "steel-qt-250hb",
                     *             "params": {
                     *               "spindle_speed": {
                     *                 "value": 12000,
                     *                 "unit": "rev/min"
                     *               },
                     *               "feed_rate": {
                     *                 "value": 705,
                     *                 "unit": "mm/min"
                     *               },
                     *               "axial_depth": {
                     *                 "value": 3,
                     *                 "unit": "mm"
                     *               },
                     *               "radial_depth": {
                     *                 "value": 3,
                     *                 "unit": "mm"
                     *               }
                     *             }
                     *           },
                     *           "based_on": {
                     *             "instance_id": "ins_01KAGZ8R004444444444444444",
                     *             "seq": 1042,
                     *             "digest": "sha256:5555555555555555555555555555555555555555555555555555555555555555"
                     *           },
                     *           "expires_at": null,
                     *           "rationale": "never evaluated"
                     *         },
                     *         "engine_version": "0.1.0",
                     *         "evaluated_at": "2026-11-20T12:00:00.000000Z",
                     *         "id": "dec_01KAGZ8R002222222222222222",
                     *         "input_digest": "sha256:8888888888888888888888888888888888888888888888888888888888888888",
                     *         "obligations": [],
                     *         "policy_digest": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *         "primary_code": "MACH.SPEED_ABOVE_MAX",
                     *         "proposal_id": "prp_01KAGZ8R001111111111111111",
                     *         "reason_codes": [
                     *           "MACH.SPEED_ABOVE_MAX",
                     *           "TOOL.SPEED_ABOVE_RATING"
                     *         ],
                     *         "reasons": [
                     *           {
                     *             "code": "MACH.SPEED_ABOVE_MAX",
                     *             "owner": "agent",
                     *             "params": {
                     *               "detail": null,
                     *               "field": "spindle_speed",
                     *               "limit": 12000,
                     *               "margin": -1000,
                     *               "observed": 13000,
                     *               "unit": "rev/min"
                     *             },
                     *             "path": "/action/params/spindle_speed",
                     *             "policy_digest": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *             "remedies": [
                     *               {
                     *                 "kind": "clamp",
                     *                 "path": "/action/params/spindle_speed/value",
                     *                 "to": 12000
                     *               },
                     *               {
                     *                 "kind": "clamp",
                     *                 "path": "/action/params/feed_rate/value",
                     *                 "to": 705
                     *               }
                     *             ],
                     *             "retry": "after_change",
                     *             "rule_id": "machine:CNC-001:spindle_speed",
                     *             "severity": "block"
                     *           },
                     *           {
                     *             "code": "TOOL.SPEED_ABOVE_RATING",
                     *             "owner": "agent",
                     *             "params": {
                     *               "detail": null,
                     *               "field": "spindle_speed",
                     *               "limit": 12000,
                     *               "margin": -1000,
                     *               "observed": 13000,
                     *               "unit": "rev/min"
                     *             },
                     *             "path": "/action/params/spindle_speed",
                     *             "policy_digest": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *             "remedies": [
                     *               {
                     *                 "kind": "clamp",
                     *                 "path": "/action/params/spindle_speed/value",
                     *                 "to": 12000
                     *               },
                     *               {
                     *                 "kind": "clamp",
                     *                 "path": "/action/params/feed_rate/value",
                     *                 "to": 705
                     *               }
                     *             ],
                     *             "retry": "after_change",
                     *             "rule_id": "tool:EM12-4:spindle_speed",
                     *             "severity": "block"
                     *           }
                     *         ],
                     *         "valid_until": "2026-11-20T12:05:00.000000Z",
                     *         "verdict": "deny"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "decision.permit": {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of the caller's own; a repeated request with the same key gets the first answer, marked as such. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ask for the one-shot permit of an allowed or approved decision. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "permit": "9999999999999999999999999999999999999999999999999999999999999999",
                     *       "expires_at": "2026-11-20T12:05:00.000000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PermitRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "decision.rejudge": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Judge a decision again on what was recorded with it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rejudgement"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "event.stream": {
        parameters: {
            query?: {
                /** @description Send what follows this `seq`; absent means from now on, 0 from the start. */
                after?: number;
                /** @description Only what is about this subject, `machine/CNC-001`. */
                subject?: string;
                /** @description Comma-separated kinds; a trailing `*` takes a whole family, `proposal.*`. */
                types?: string;
            };
            header?: {
                /** @description Position of the last event that arrived; wins over `after`. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Follow the log. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["EngineEvent"] | components["schemas"]["GapFrame"] | components["schemas"]["Problem"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "system.health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Say whether the engine is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["Problem400"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "ledger.checkpoint": {
        parameters: {
            query?: {
                /** @description Of the first so many events; absent means all. */
                size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get a signed checkpoint of the log. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "ledger.consistency": {
        parameters: {
            query: {
                /** @description Smaller size. */
                first: number;
                /** @description Larger size; absent means all. */
                second?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prove that the log only grew between two sizes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsistencyProof"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "ledger.export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Export the log for offline verification. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jsonl": components["schemas"]["ExportHeader"] | components["schemas"]["ExportedEvent"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "ledger.proof": {
        parameters: {
            query: {
                /** @description The event. */
                seq: number;
                /** @description Size of the tree to prove it in; absent means all. */
                size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prove that an event is in the log. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InclusionProof"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "ledger.verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Check every recorded byte again. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerReport"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "machine.list": {
        parameters: {
            query?: {
                /** @description Only machines of this cell. */
                cell?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most records to answer with. */
                limit?: number;
                /** @description Only machines of this site. */
                site?: string;
                /** @description Also give each machine's `state`, `state_since` and `last_decision`. */
                with_state?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List machines. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MachinePage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "machine.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show a machine with its present state. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Machine"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "machine.limits": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show what a machine is held to at present. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MachineLimits"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "machine.telemetry": {
        parameters: {
            query?: {
                /** @description Send what follows this frame `seq`; absent means from now on. */
                after?: number;
                /** @description The instance that `after` belongs to; another one now is answered by a gap. */
                instance_id?: string;
                /** @description Most frames in one page. */
                limit?: number;
            };
            header?: {
                /** @description Position of the last event that arrived; wins over `after`. */
                "Last-Event-ID"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read a machine's telemetry from any position. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TelemetryPage"];
                    "text/event-stream": components["schemas"]["TelemetryFrame"] | components["schemas"]["GapFrame"] | components["schemas"]["Problem"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "material.list": {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most records to answer with. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the cards of materials, by id. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaterialCardPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "policy.list": {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most records to answer with. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List loaded policies. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyRecordPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "policy.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show a policy as it was parsed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "principal.list": {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most records to answer with. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List principals, the revoked ones too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrincipalPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "principal.add": {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of the caller's own; a repeated request with the same key gets the first answer, marked as such. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PrincipalAddBody"];
            };
        };
        responses: {
            /** @description Add a principal and show its token once. */
            201: {
                headers: {
                    /** @description Address of the new record, `/v1/principals/{id}`. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrincipalToken"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "principal.revoke": {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of the caller's own; a repeated request with the same key gets the first answer, marked as such. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoke a principal at once, with its token and its sessions. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "program.list": {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most records to answer with. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List stored programs by digest. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgramRecordPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "program.put": {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of the caller's own; a repeated request with the same key gets the first answer, marked as such. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgramBody"];
            };
        };
        responses: {
            /** @description Store a part program by the digest of its text. */
            201: {
                headers: {
                    /** @description Address of the new record, `/v1/programs/{id}`. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgramRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "program.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show a program with its text. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgramText"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "proposal.list": {
        parameters: {
            query?: {
                /** @description Only what was given this reason code. */
                code?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only this kind. */
                kind?: string;
                /** @description Most records to answer with. */
                limit?: number;
                /** @description Only what this principal proposed. */
                proposer?: string;
                /** @description Only what is shown with this status now. */
                status?: "denied" | "allowed" | "awaiting_approval" | "approved" | "refused" | "expired" | "permitted" | "executing" | "executed" | "failed" | "unknown";
                /** @description Only what is about this subject, `machine/CNC-001`. */
                subject?: string;
                /** @description Only this verdict. */
                verdict?: "allow" | "allow_with_obligations" | "needs_approval" | "deny" | "indeterminate";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List proposals, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProposalRecordPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "proposal.submit": {
        parameters: {
            query?: {
                /** @description Judge only; record nothing. */
                dry_run?: boolean;
            };
            header?: {
                /** @description Any text of the caller's own; a repeated request with the same key gets the first answer, marked as such. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "machine.change",
                 *       "subject": "machine/CNC-001",
                 *       "intent": "shorten the roughing pass",
                 *       "action": {
                 *         "operation": "parameter_set",
                 *         "tool": "EM12-4",
                 *         "material": "steel-qt-250hb",
                 *         "params": {
                 *           "spindle_speed": {
                 *             "value": 3183,
                 *             "unit": "rev/min"
                 *           },
                 *           "feed_rate": {
                 *             "value": 764,
                 *             "unit": "mm/min"
                 *           },
                 *           "axial_depth": {
                 *             "value": 3,
                 *             "unit": "mm"
                 *           },
                 *           "radial_depth": {
                 *             "value": 3,
                 *             "unit": "mm"
                 *           }
                 *         }
                 *       },
                 *       "based_on": {
                 *         "instance_id": "ins_01KAGZ8R004444444444444444",
                 *         "seq": 1042,
                 *         "digest": "sha256:5555555555555555555555555555555555555555555555555555555555555555"
                 *       },
                 *       "expires_at": null,
                 *       "rationale": "never evaluated"
                 *     }
                 */
                "application/json": components["schemas"]["ProposalBody"];
            };
        };
        responses: {
            /** @description The verdict of a dry run. Nothing was recorded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approval_id": null,
                     *       "checks": [
                     *         {
                     *           "name": "content.fields",
                     *           "status": "passed"
                     *         },
                     *         {
                     *           "name": "telemetry.fresh",
                     *           "status": "passed"
                     *         },
                     *         {
                     *           "name": "interlock.door",
                     *           "status": "passed"
                     *         },
                     *         {
                     *           "code": "MACH.SPEED_ABOVE_MAX",
                     *           "name": "limit.spindle_speed",
                     *           "status": "failed"
                     *         },
                     *         {
                     *           "name": "limit.offset_x",
                     *           "status": "not_applicable"
                     *         },
                     *         {
                     *           "code": "TOOL.SPEED_ABOVE_RATING",
                     *           "name": "tool.speed",
                     *           "status": "failed"
                     *         }
                     *       ],
                     *       "clamped_proposal": {
                     *         "kind": "machine.change",
                     *         "subject": "machine/CNC-001",
                     *         "intent": "shorten the roughing pass",
                     *         "action": {
                     *           "operation": "parameter_set",
                     *           "tool": "EM12-4",
                     *           "material": "steel-qt-250hb",
                     *           "params": {
                     *             "spindle_speed": {
                     *               "value": 12000,
                     *               "unit": "rev/min"
                     *             },
                     *             "feed_rate": {
                     *               "value": 705,
                     *               "unit": "mm/min"
                     *             },
                     *             "axial_depth": {
                     *               "value": 3,
                     *               "unit": "mm"
                     *             },
                     *             "radial_depth": {
                     *               "value": 3,
                     *               "unit": "mm"
                     *             }
                     *           }
                     *         },
                     *         "based_on": {
                     *           "instance_id": "ins_01KAGZ8R004444444444444444",
                     *           "seq": 1042,
                     *           "digest": "sha256:5555555555555555555555555555555555555555555555555555555555555555"
                     *         },
                     *         "expires_at": null,
                     *         "rationale": "never evaluated"
                     *       },
                     *       "engine_version": "0.1.0",
                     *       "evaluated_at": "2026-11-20T12:00:00.000000Z",
                     *       "id": "dec_01KAGZ8R002222222222222222",
                     *       "input_digest": "sha256:8888888888888888888888888888888888888888888888888888888888888888",
                     *       "obligations": [],
                     *       "policy_digest": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *       "primary_code": "MACH.SPEED_ABOVE_MAX",
                     *       "proposal_id": "prp_01KAGZ8R001111111111111111",
                     *       "reason_codes": [
                     *         "MACH.SPEED_ABOVE_MAX",
                     *         "TOOL.SPEED_ABOVE_RATING"
                     *       ],
                     *       "reasons": [
                     *         {
                     *           "code": "MACH.SPEED_ABOVE_MAX",
                     *           "owner": "agent",
                     *           "params": {
                     *             "detail": null,
                     *             "field": "spindle_speed",
                     *             "limit": 12000,
                     *             "margin": -1000,
                     *             "observed": 13000,
                     *             "unit": "rev/min"
                     *           },
                     *           "path": "/action/params/spindle_speed",
                     *           "policy_digest": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *           "remedies": [
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/spindle_speed/value",
                     *               "to": 12000
                     *             },
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/feed_rate/value",
                     *               "to": 705
                     *             }
                     *           ],
                     *           "retry": "after_change",
                     *           "rule_id": "machine:CNC-001:spindle_speed",
                     *           "severity": "block"
                     *         },
                     *         {
                     *           "code": "TOOL.SPEED_ABOVE_RATING",
                     *           "owner": "agent",
                     *           "params": {
                     *             "detail": null,
                     *             "field": "spindle_speed",
                     *             "limit": 12000,
                     *             "margin": -1000,
                     *             "observed": 13000,
                     *             "unit": "rev/min"
                     *           },
                     *           "path": "/action/params/spindle_speed",
                     *           "policy_digest": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *           "remedies": [
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/spindle_speed/value",
                     *               "to": 12000
                     *             },
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/feed_rate/value",
                     *               "to": 705
                     *             }
                     *           ],
                     *           "retry": "after_change",
                     *           "rule_id": "tool:EM12-4:spindle_speed",
                     *           "severity": "block"
                     *         }
                     *       ],
                     *       "valid_until": "2026-11-20T12:05:00.000000Z",
                     *       "verdict": "deny"
                     *     }
                     */
                    "application/json": components["schemas"]["Verdict"];
                };
            };
            /** @description Submit a proposal and get its verdict. */
            201: {
                headers: {
                    /** @description Address of the new record, `/v1/proposals/{id}`. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "approval_id": null,
                     *       "checks": [
                     *         {
                     *           "name": "content.fields",
                     *           "status": "passed"
                     *         },
                     *         {
                     *           "name": "telemetry.fresh",
                     *           "status": "passed"
                     *         },
                     *         {
                     *           "name": "interlock.door",
                     *           "status": "passed"
                     *         },
                     *         {
                     *           "code": "MACH.SPEED_ABOVE_MAX",
                     *           "name": "limit.spindle_speed",
                     *           "status": "failed"
                     *         },
                     *         {
                     *           "name": "limit.offset_x",
                     *           "status": "not_applicable"
                     *         },
                     *         {
                     *           "code": "TOOL.SPEED_ABOVE_RATING",
                     *           "name": "tool.speed",
                     *           "status": "failed"
                     *         }
                     *       ],
                     *       "clamped_proposal": {
                     *         "kind": "machine.change",
                     *         "subject": "machine/CNC-001",
                     *         "intent": "shorten the roughing pass",
                     *         "action": {
                     *           "operation": "parameter_set",
                     *           "tool": "EM12-4",
                     *           "material": "steel-qt-250hb",
                     *           "params": {
                     *             "spindle_speed": {
                     *               "value": 12000,
                     *               "unit": "rev/min"
                     *             },
                     *             "feed_rate": {
                     *               "value": 705,
                     *               "unit": "mm/min"
                     *             },
                     *             "axial_depth": {
                     *               "value": 3,
                     *               "unit": "mm"
                     *             },
                     *             "radial_depth": {
                     *               "value": 3,
                     *               "unit": "mm"
                     *             }
                     *           }
                     *         },
                     *         "based_on": {
                     *           "instance_id": "ins_01KAGZ8R004444444444444444",
                     *           "seq": 1042,
                     *           "digest": "sha256:5555555555555555555555555555555555555555555555555555555555555555"
                     *         },
                     *         "expires_at": null,
                     *         "rationale": "never evaluated"
                     *       },
                     *       "engine_version": "0.1.0",
                     *       "evaluated_at": "2026-11-20T12:00:00.000000Z",
                     *       "id": "dec_01KAGZ8R002222222222222222",
                     *       "input_digest": "sha256:8888888888888888888888888888888888888888888888888888888888888888",
                     *       "obligations": [],
                     *       "policy_digest": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *       "primary_code": "MACH.SPEED_ABOVE_MAX",
                     *       "proposal_id": "prp_01KAGZ8R001111111111111111",
                     *       "reason_codes": [
                     *         "MACH.SPEED_ABOVE_MAX",
                     *         "TOOL.SPEED_ABOVE_RATING"
                     *       ],
                     *       "reasons": [
                     *         {
                     *           "code": "MACH.SPEED_ABOVE_MAX",
                     *           "owner": "agent",
                     *           "params": {
                     *             "detail": null,
                     *             "field": "spindle_speed",
                     *             "limit": 12000,
                     *             "margin": -1000,
                     *             "observed": 13000,
                     *             "unit": "rev/min"
                     *           },
                     *           "path": "/action/params/spindle_speed",
                     *           "policy_digest": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *           "remedies": [
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/spindle_speed/value",
                     *               "to": 12000
                     *             },
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/feed_rate/value",
                     *               "to": 705
                     *             }
                     *           ],
                     *           "retry": "after_change",
                     *           "rule_id": "machine:CNC-001:spindle_speed",
                     *           "severity": "block"
                     *         },
                     *         {
                     *           "code": "TOOL.SPEED_ABOVE_RATING",
                     *           "owner": "agent",
                     *           "params": {
                     *             "detail": null,
                     *             "field": "spindle_speed",
                     *             "limit": 12000,
                     *             "margin": -1000,
                     *             "observed": 13000,
                     *             "unit": "rev/min"
                     *           },
                     *           "path": "/action/params/spindle_speed",
                     *           "policy_digest": "sha256:7777777777777777777777777777777777777777777777777777777777777777",
                     *           "remedies": [
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/spindle_speed/value",
                     *               "to": 12000
                     *             },
                     *             {
                     *               "kind": "clamp",
                     *               "path": "/action/params/feed_rate/value",
                     *               "to": 705
                     *             }
                     *           ],
                     *           "retry": "after_change",
                     *           "rule_id": "tool:EM12-4:spindle_speed",
                     *           "severity": "block"
                     *         }
                     *       ],
                     *       "valid_until": "2026-11-20T12:05:00.000000Z",
                     *       "verdict": "deny"
                     *     }
                     */
                    "application/json": components["schemas"]["Verdict"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "proposal.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show a proposal and where it stands. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProposalRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "quarantine.list": {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most records to answer with. */
                limit?: number;
                /** @description Only this status. */
                status?: "active" | "overridden" | "expired";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List entries, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuarantinePage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "quarantine.open": {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of the caller's own; a repeated request with the same key gets the first answer, marked as such. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "alarm 2041: spindle drive",
                 *       "expires_at": "2026-11-20T12:05:00.000000Z",
                 *       "machine": null,
                 *       "program_sha256": "6666666666666666666666666666666666666666666666666666666666666666",
                 *       "material": "steel-qt-250hb",
                 *       "tool": null,
                 *       "region": {
                 *         "spindle_speed": {
                 *           "low": 2850,
                 *           "high": 3150
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["QuarantineBody"];
            };
        };
        responses: {
            /** @description Bar a program, material, tool or region of parameters. */
            201: {
                headers: {
                    /** @description Address of the new record, `/v1/quarantines/{id}`. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "qua_01KAGZ8R008888888888888888",
                     *       "revision": 2,
                     *       "status": "overridden",
                     *       "machine": null,
                     *       "program_sha256": "6666666666666666666666666666666666666666666666666666666666666666",
                     *       "material": "steel-qt-250hb",
                     *       "tool": null,
                     *       "region": {
                     *         "spindle_speed": {
                     *           "low": 2850,
                     *           "high": 3150
                     *         }
                     *       },
                     *       "reason": "alarm 2041: spindle drive",
                     *       "source": null,
                     *       "created_by": "engine",
                     *       "created_at": "2026-11-20T12:00:00.000000Z",
                     *       "expires_at": "2026-11-20T12:05:00.000000Z",
                     *       "override": {
                     *         "by": "human:anna",
                     *         "at": "2026-11-20T12:00:00.000000Z",
                     *         "reason": "the clamp was loose; it was replaced and the part run once by hand",
                     *         "key": "chargehand/demo+00000000+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                     *         "signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Quarantine"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "quarantine.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show an entry. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "qua_01KAGZ8R008888888888888888",
                     *       "revision": 2,
                     *       "status": "overridden",
                     *       "machine": null,
                     *       "program_sha256": "6666666666666666666666666666666666666666666666666666666666666666",
                     *       "material": "steel-qt-250hb",
                     *       "tool": null,
                     *       "region": {
                     *         "spindle_speed": {
                     *           "low": 2850,
                     *           "high": 3150
                     *         }
                     *       },
                     *       "reason": "alarm 2041: spindle drive",
                     *       "source": null,
                     *       "created_by": "engine",
                     *       "created_at": "2026-11-20T12:00:00.000000Z",
                     *       "expires_at": "2026-11-20T12:05:00.000000Z",
                     *       "override": {
                     *         "by": "human:anna",
                     *         "at": "2026-11-20T12:00:00.000000Z",
                     *         "reason": "the clamp was loose; it was replaced and the part run once by hand",
                     *         "key": "chargehand/demo+00000000+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                     *         "signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Quarantine"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "quarantine.override": {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of the caller's own; a repeated request with the same key gets the first answer, marked as such. */
                "Idempotency-Key"?: string;
                /** @description Revision that the caller read, as in `ETag`. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "the clamp was loose; it was replaced and the part run once by hand"
                 *     }
                 */
                "application/json": components["schemas"]["OverrideBody"];
            };
        };
        responses: {
            /** @description Lift an entry by a person's word, signed by the engine. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "qua_01KAGZ8R008888888888888888",
                     *       "revision": 2,
                     *       "status": "overridden",
                     *       "machine": null,
                     *       "program_sha256": "6666666666666666666666666666666666666666666666666666666666666666",
                     *       "material": "steel-qt-250hb",
                     *       "tool": null,
                     *       "region": {
                     *         "spindle_speed": {
                     *           "low": 2850,
                     *           "high": 3150
                     *         }
                     *       },
                     *       "reason": "alarm 2041: spindle drive",
                     *       "source": null,
                     *       "created_by": "engine",
                     *       "created_at": "2026-11-20T12:00:00.000000Z",
                     *       "expires_at": "2026-11-20T12:05:00.000000Z",
                     *       "override": {
                     *         "by": "human:anna",
                     *         "at": "2026-11-20T12:00:00.000000Z",
                     *         "reason": "the clamp was loose; it was replaced and the part run once by hand",
                     *         "key": "chargehand/demo+00000000+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                     *         "signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Quarantine"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "reason.list": {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only this family, `MACH`. */
                family?: string;
                /** @description Most records to answer with. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the reason codes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReasonCodePage"];
                };
            };
            400: components["responses"]["Problem400"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "reason.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show a reason code. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReasonCode"];
                };
            };
            400: components["responses"]["Problem400"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "session.show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show who the caller is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "session.create": {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of the caller's own; a repeated request with the same key gets the first answer, marked as such. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionBody"];
            };
        };
        responses: {
            /** @description Swap a token or the code of a one-time link for a session cookie. */
            201: {
                headers: {
                    /** @description Address of the new record, `/v1/session`. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "session.delete": {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of the caller's own; a repeated request with the same key gets the first answer, marked as such. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sign out. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "tool.list": {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Most records to answer with. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the cards of cutting tools, by id. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolCardPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    "system.version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Say which engine and which contracts these are. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
}
