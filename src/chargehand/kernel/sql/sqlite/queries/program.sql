-- name: get
-- One program's record.
SELECT id, revision, name, size, lines, stored_us, stored_by FROM program WHERE id = :id

-- name: put
-- Write a program's row.
INSERT INTO program (id, revision, name, size, lines, stored_us, stored_by)
VALUES (:id, :revision, :name, :size, :lines, :stored_us, :stored_by)
ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, name = excluded.name, size = excluded.size,
  lines = excluded.lines, stored_us = excluded.stored_us, stored_by = excluded.stored_by

-- name: drop
-- Remove a row that no event speaks of; only a rebuild does that.
DELETE FROM program WHERE id = :id

-- name: page
-- Records after one, by digest.
SELECT id, revision, name, size, lines, stored_us, stored_by FROM program WHERE id > :after ORDER BY id LIMIT :limit

-- name: get_text
-- A program's text.
SELECT text FROM program_text WHERE id = :id

-- name: put_text
-- Keep a text; what is there under its digest is the same text.
INSERT INTO program_text (id, text) VALUES (:id, :text) ON CONFLICT (id) DO NOTHING
