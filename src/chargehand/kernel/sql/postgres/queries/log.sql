-- name: read_head
-- The one row that holds size and frontier, locked: the batch that holds it assigns seq, so commit order is seq order.
SELECT seq, frontier FROM log_head WHERE id = 1 FOR UPDATE

-- name: move_head
-- Record the size and frontier after a batch.
UPDATE log_head SET seq = :seq, frontier = :frontier WHERE id = 1

-- name: append
-- One event with its leaf.
INSERT INTO event (seq, id, kind, subject, revision, actor, project, topic, time_us, envelope, data, salt, leaf_hash)
VALUES (:seq, :id, :kind, :subject, :revision, :actor, :project, :topic, :time_us, :envelope, :data, :salt, :leaf_hash)

-- name: put_tile
-- The root of a complete subtree of 256, 65536, ... leaves.
INSERT INTO ledger_tile (level, position, hash) VALUES (:level, :position, :hash)

-- name: read_after
-- Events after a position, in order.
SELECT seq, kind, subject, topic, envelope, data FROM event WHERE seq > :after ORDER BY seq LIMIT :limit

-- name: read_topic
-- Events of one topic after a position, in order.
SELECT seq, kind, subject, topic, envelope, data FROM event WHERE topic = :topic AND seq > :after ORDER BY seq LIMIT :limit

-- name: read_kind
-- Events of one kind after a position, in order.
SELECT seq, kind, subject, topic, envelope, data FROM event WHERE kind = :kind AND seq > :after ORDER BY seq LIMIT :limit

-- name: read_subject
-- The events of one subject from a revision on.
SELECT seq, kind, subject, topic, envelope, data FROM event WHERE subject = :subject AND revision >= :revision
ORDER BY revision LIMIT :limit

-- name: last_revision
-- The present revision of a subject that has no table of its own; no row before its first event.
SELECT revision FROM event WHERE subject = :subject ORDER BY revision DESC LIMIT 1

-- name: erase_payload
-- Forget a payload and its salt; the leaf stays and still verifies.
UPDATE event SET data = NULL, salt = NULL WHERE seq = :seq AND data IS NOT NULL

-- name: load_cursor
-- How far a named subscriber has come.
SELECT seq FROM log_cursor WHERE name = :name

-- name: save_cursor
-- Move a named subscriber on, never back.
INSERT INTO log_cursor (name, seq) VALUES (:name, :seq)
ON CONFLICT (name) DO UPDATE SET seq = excluded.seq WHERE log_cursor.seq < excluded.seq

-- name: peek_head
-- Size of the log, for readers: no lock is taken.
SELECT seq FROM log_head WHERE id = 1

-- name: claim_meta
-- Record a fact about this database, unless it is recorded already.
INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING

-- name: get_meta
-- One recorded fact about this database.
SELECT value FROM meta WHERE key = :key
