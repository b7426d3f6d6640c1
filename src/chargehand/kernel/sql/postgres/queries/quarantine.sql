-- name: get
-- One entry.
SELECT id, revision, status, body, source, created_by, created_us, expires_us, override
FROM quarantine WHERE id = :id

-- name: put
-- Write an entry's row.
INSERT INTO quarantine (id, revision, status, body, source, created_by, created_us, expires_us, override)
VALUES (:id, :revision, :status, :body, :source, :created_by, :created_us, :expires_us, :override)
ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, status = excluded.status, body = excluded.body,
  source = excluded.source, created_by = excluded.created_by, created_us = excluded.created_us,
  expires_us = excluded.expires_us, override = excluded.override

-- name: drop
-- Remove a row that no event speaks of; only a rebuild does that.
DELETE FROM quarantine WHERE id = :id

-- name: page
-- Entries after one, by id.
SELECT id, revision, status, body, source, created_by, created_us, expires_us, override
FROM quarantine WHERE id > :after ORDER BY id LIMIT :limit

-- name: list_page
-- Entries before one, newest first; filters that are null do not filter.
SELECT id, revision, status, body, source, created_by, created_us, expires_us, override
FROM quarantine WHERE (CAST(:before AS TEXT) IS NULL OR id < :before)
  AND (CAST(:status AS TEXT) IS NULL OR status = :status)
ORDER BY id DESC LIMIT :limit

-- name: in_force
-- Active entries, oldest first.
SELECT id, revision, status, body, source, created_by, created_us, expires_us, override
FROM quarantine WHERE status = 'active' ORDER BY id LIMIT :limit

-- name: count_in_force
-- How many entries are active.
SELECT COUNT(*) FROM quarantine WHERE status = 'active'

-- name: due
-- Active entries whose time has passed.
SELECT id, revision, status, body, source, created_by, created_us, expires_us, override
FROM quarantine WHERE status = 'active' AND expires_us <= :now_us ORDER BY expires_us LIMIT :limit
