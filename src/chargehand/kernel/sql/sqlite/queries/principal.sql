-- name: get
-- One principal.
SELECT id, revision, role, token_digest, created_us, created_by, revoked_us FROM principal WHERE id = :id

-- name: put
-- Write a principal's row.
INSERT INTO principal (id, revision, role, token_digest, created_us, created_by, revoked_us)
VALUES (:id, :revision, :role, :token_digest, :created_us, :created_by, :revoked_us)
ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, role = excluded.role,
  token_digest = excluded.token_digest, created_us = excluded.created_us, created_by = excluded.created_by,
  revoked_us = excluded.revoked_us

-- name: drop
-- Remove a row that no event speaks of; only a rebuild does that.
DELETE FROM principal WHERE id = :id

-- name: page
-- Principals after one, by id.
SELECT id, revision, role, token_digest, created_us, created_by, revoked_us FROM principal
WHERE id > :after ORDER BY id LIMIT :limit

-- name: by_token
-- The principal of a token.
SELECT id, role, revoked_us FROM principal WHERE token_digest = :token_digest

-- name: by_session
-- The principal of a session; the role is null for the local person, who has no row.
SELECT web_session.principal, web_session.expires_us, principal.role, principal.revoked_us
FROM web_session LEFT JOIN principal ON principal.id = web_session.principal
WHERE web_session.digest = :digest

-- name: any_agent
-- One row if an agent was ever added: revoking it must not give tokenless calls their power back.
SELECT 1 FROM principal WHERE role = 'agent' LIMIT 1

-- name: put_session
-- Begin a session.
INSERT INTO web_session (digest, principal, expires_us) VALUES (:digest, :principal, :expires_us)

-- name: drop_session
-- End a session.
DELETE FROM web_session WHERE digest = :digest

-- name: end_sessions
-- End every session of a principal.
DELETE FROM web_session WHERE principal = :principal

-- name: forget_sessions
-- Drop sessions that have run out.
DELETE FROM web_session WHERE expires_us <= :now_us

-- name: spend_nonce
-- Use up a one-time sign-in code; no row changes when it was used before.
INSERT INTO signin_nonce (nonce, until_us) VALUES (:nonce, :until_us) ON CONFLICT (nonce) DO NOTHING

-- name: forget_nonces
-- Drop nonces of codes that have run out by themselves.
DELETE FROM signin_nonce WHERE until_us <= :now_us
