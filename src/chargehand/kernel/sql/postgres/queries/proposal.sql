-- name: get
-- One proposal.
SELECT id, revision, status, kind, subject, proposer, digest, submitted_us, decision_id, verdict, primary_code,
  reason_codes, policy_digest, input_digest, basis, valid_until_us, approval_id, permit_digest, permit_holder,
  permit_expires_us, executing_us, refusals, outcome_status, outcome_us, outcome_code,
  load, cut_us, permitted_us, cut_until_us
FROM proposal WHERE id = :id

-- name: by_decision
-- The proposal of a decision.
SELECT id, revision, status, kind, subject, proposer, digest, submitted_us, decision_id, verdict, primary_code,
  reason_codes, policy_digest, input_digest, basis, valid_until_us, approval_id, permit_digest, permit_holder,
  permit_expires_us, executing_us, refusals, outcome_status, outcome_us, outcome_code,
  load, cut_us, permitted_us, cut_until_us
FROM proposal WHERE decision_id = :decision_id

-- name: put
-- Write a proposal's row.
INSERT INTO proposal (
  id, revision, status, kind, subject, proposer, digest, submitted_us, decision_id, verdict, primary_code,
  reason_codes, policy_digest, input_digest, basis, valid_until_us, approval_id, permit_digest, permit_holder,
  permit_expires_us, executing_us, refusals, outcome_status, outcome_us, outcome_code,
  load, cut_us, permitted_us, cut_until_us)
VALUES (
  :id, :revision, :status, :kind, :subject, :proposer, :digest, :submitted_us, :decision_id, :verdict,
  :primary_code, :reason_codes, :policy_digest, :input_digest, :basis, :valid_until_us, :approval_id,
  :permit_digest, :permit_holder, :permit_expires_us, :executing_us, :refusals,
  :outcome_status, :outcome_us, :outcome_code, :load, :cut_us, :permitted_us, :cut_until_us)
ON CONFLICT (id) DO UPDATE SET
  revision = excluded.revision, status = excluded.status, kind = excluded.kind, subject = excluded.subject,
  proposer = excluded.proposer, digest = excluded.digest, submitted_us = excluded.submitted_us,
  decision_id = excluded.decision_id, verdict = excluded.verdict, primary_code = excluded.primary_code,
  reason_codes = excluded.reason_codes, policy_digest = excluded.policy_digest,
  input_digest = excluded.input_digest, basis = excluded.basis, valid_until_us = excluded.valid_until_us,
  approval_id = excluded.approval_id, permit_digest = excluded.permit_digest,
  permit_holder = excluded.permit_holder, permit_expires_us = excluded.permit_expires_us,
  executing_us = excluded.executing_us, refusals = excluded.refusals,
  outcome_status = excluded.outcome_status, outcome_us = excluded.outcome_us, outcome_code = excluded.outcome_code,
  load = excluded.load, cut_us = excluded.cut_us, permitted_us = excluded.permitted_us,
  cut_until_us = excluded.cut_until_us

-- name: drop
-- Remove a row that no event speaks of; only a rebuild does that.
DELETE FROM proposal WHERE id = :id

-- name: page
-- Proposals after one, by id.
SELECT id, revision, status, kind, subject, proposer, digest, submitted_us, decision_id, verdict, primary_code,
  reason_codes, policy_digest, input_digest, basis, valid_until_us, approval_id, permit_digest, permit_holder,
  permit_expires_us, executing_us, refusals, outcome_status, outcome_us, outcome_code,
  load, cut_us, permitted_us, cut_until_us
FROM proposal WHERE id > :after ORDER BY id LIMIT :limit

-- name: newest_page
-- Proposals before one, newest first; filters that are null do not filter. The status is the one that readers are
-- shown: with what the approval and the present time have made of the stored one.
SELECT id, revision, status, kind, subject, proposer, digest, submitted_us, decision_id, verdict, primary_code,
  reason_codes, policy_digest, input_digest, basis, valid_until_us, approval_id, permit_digest, permit_holder,
  permit_expires_us, executing_us, refusals, outcome_status, outcome_us, outcome_code,
  load, cut_us, permitted_us, cut_until_us
FROM proposal WHERE (CAST(:before AS TEXT) IS NULL OR id < :before)
  AND (CAST(:subject AS TEXT) IS NULL OR subject = :subject)
  AND (CAST(:kind AS TEXT) IS NULL OR kind = :kind)
  AND (CAST(:verdict AS TEXT) IS NULL OR verdict = :verdict)
  AND (CAST(:code AS TEXT) IS NULL OR strpos(reason_codes, ' ' || CAST(:code AS TEXT) || ' ') > 0)
  AND (CAST(:proposer AS TEXT) IS NULL OR proposer = :proposer)
  AND (CAST(:status AS TEXT) IS NULL OR :status = CASE
    WHEN status = 'awaiting_approval' THEN (
      SELECT CASE approval.status
        WHEN 'approved' THEN 'approved' WHEN 'denied' THEN 'refused' WHEN 'rework' THEN 'refused'
        WHEN 'expired' THEN 'expired' ELSE 'awaiting_approval' END
      FROM approval WHERE approval.id = proposal.approval_id)
    WHEN status IN ('allowed', 'permitted') AND valid_until_us <= CAST(:now_us AS BIGINT) THEN 'expired'
    ELSE status END)
ORDER BY id DESC LIMIT :limit

-- name: executing
-- Proposals whose write was begun and never concluded: the engine stopped in between.
SELECT id, revision, status, kind, subject, proposer, digest, submitted_us, decision_id, verdict, primary_code,
  reason_codes, policy_digest, input_digest, basis, valid_until_us, approval_id, permit_digest, permit_holder,
  permit_expires_us, executing_us, refusals, outcome_status, outcome_us, outcome_code,
  load, cut_us, permitted_us, cut_until_us
FROM proposal WHERE status = 'executing' ORDER BY id LIMIT :limit

-- name: promised_cuts
-- What a machine's drive is promised beside one's own cut: cuts that are permitted, under way, or made so lately that
-- they are not over. Of two that are only permitted the later one gives way.
SELECT load, cut_us FROM proposal
WHERE subject = :subject AND cut_until_us > :now_us
  AND (executing_us IS NOT NULL OR permitted_us < :permitted_us OR (permitted_us = :permitted_us AND id < :own))
ORDER BY permitted_us, id LIMIT :limit

-- name: last_applied
-- The newest decision of a subject that was carried out.
SELECT decision_id FROM proposal WHERE subject = :subject AND outcome_status = 'applied' ORDER BY id DESC LIMIT 1

-- name: read_openings
-- The first two events of each of these proposals, a JSON list: what was submitted, and what was decided on it.
-- With a limit per proposal the planner stays on the index; a plain join took five times as long (7.4 ms for 50).
SELECT opening.subject, opening.revision, opening.data
FROM jsonb_array_elements_text(CAST(:ids AS JSONB)) AS given (id)
CROSS JOIN LATERAL (
  SELECT subject, revision, data FROM event
  WHERE event.subject = 'proposal/' || given.id AND event.revision <= 2
  ORDER BY event.revision LIMIT 2) AS opening

-- name: newest_by_subject
-- The newest decision on each of these subjects, a JSON list; nothing of a subject that has none.
SELECT newest.subject, newest.id, newest.decision_id, newest.verdict, newest.primary_code,
  newest.reason_codes, newest.submitted_us
FROM jsonb_array_elements_text(CAST(:subjects AS JSONB)) AS given (subject)
CROSS JOIN LATERAL (
  SELECT * FROM proposal WHERE proposal.subject = given.subject ORDER BY id DESC LIMIT 1) AS newest

-- name: put_evidence
-- Keep what a verdict was judged on, once per content.
INSERT INTO evidence (digest, role, body) VALUES (:digest, :role, :body) ON CONFLICT (digest) DO NOTHING

-- name: get_evidence
-- What has that digest.
SELECT role, body FROM evidence WHERE digest = :digest

-- name: evidence_role
-- As what something of that digest is kept.
SELECT role FROM evidence WHERE digest = :digest

-- name: evidence_page
-- Evidence after a digest.
SELECT digest, role, body FROM evidence WHERE digest > :after ORDER BY digest LIMIT :limit
