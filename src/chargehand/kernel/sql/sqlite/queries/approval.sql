-- name: get
-- One approval.
SELECT id, revision, status, kind, subject, proposal_id, proposal_digest, risk, reason_codes, requested_by,
  requested_us, expires_us, decided_by, decided_us, reason, code
FROM approval WHERE id = :id

-- name: put
-- Write an approval's row.
INSERT INTO approval (id, revision, status, kind, subject, proposal_id, proposal_digest, risk, reason_codes, requested_by,
  requested_us, expires_us, decided_by, decided_us, reason, code)
VALUES (:id, :revision, :status, :kind, :subject, :proposal_id, :proposal_digest, :risk, :reason_codes,
  :requested_by, :requested_us, :expires_us, :decided_by, :decided_us, :reason, :code)
ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, status = excluded.status, kind = excluded.kind,
  subject = excluded.subject, proposal_id = excluded.proposal_id, proposal_digest = excluded.proposal_digest,
  risk = excluded.risk, reason_codes = excluded.reason_codes, requested_by = excluded.requested_by,
  requested_us = excluded.requested_us, expires_us = excluded.expires_us, decided_by = excluded.decided_by,
  decided_us = excluded.decided_us, reason = excluded.reason, code = excluded.code

-- name: drop
-- Remove a row that no event speaks of; only a rebuild does that.
DELETE FROM approval WHERE id = :id

-- name: page
-- Approvals after one, by id.
SELECT id, revision, status, kind, subject, proposal_id, proposal_digest, risk, reason_codes, requested_by,
  requested_us, expires_us, decided_by, decided_us, reason, code
FROM approval WHERE id > :after ORDER BY id LIMIT :limit

-- name: list_page
-- Approvals before one, newest first; filters that are null do not filter.
SELECT id, revision, status, kind, subject, proposal_id, proposal_digest, risk, reason_codes, requested_by,
  requested_us, expires_us, decided_by, decided_us, reason, code
FROM approval WHERE (CAST(:before AS TEXT) IS NULL OR id < :before)
  AND (CAST(:status AS TEXT) IS NULL OR status = :status)
  AND (CAST(:subject AS TEXT) IS NULL OR subject = :subject)
ORDER BY id DESC LIMIT :limit

-- name: due
-- Open approvals whose time has passed.
SELECT id, revision, status, kind, subject, proposal_id, proposal_digest, risk, reason_codes, requested_by,
  requested_us, expires_us, decided_by, decided_us, reason, code
FROM approval WHERE status IN ('pending', 'approved') AND expires_us <= :now_us ORDER BY expires_us LIMIT :limit
