-- name: read_head
-- Size and frontier of the ledger, for readers: no lock is taken.
SELECT seq, frontier FROM log_head WHERE id = 1

-- name: page_events
-- Everything that is recorded of the events after a position, for verification and export.
SELECT seq, id, kind, subject, revision, actor, project, topic, time_us, envelope, data, salt, leaf_hash
FROM event WHERE seq > :after AND seq <= :last ORDER BY seq LIMIT :limit

-- name: leaf_hashes
-- Leaf hashes of the leaves from start to before stop; leaf 0 is event 1. At most 256 are asked for.
SELECT leaf_hash FROM event WHERE seq > :start AND seq <= :stop ORDER BY seq

-- name: tile_hashes
-- Hashes of the tiles of one level from start to before stop. At most 256 are asked for.
SELECT hash FROM ledger_tile WHERE level = :level AND position >= :start AND position < :stop ORDER BY position

-- name: count_tiles
-- How many tiles there are, to find those that no leaves stand behind.
SELECT COUNT(*) FROM ledger_tile

-- name: remember_checkpoint
-- Keep a checkpoint that was given out. One stays per size: a ledger has one root at a size.
INSERT INTO checkpoint (size, root, note, at_us) VALUES (:size, :root, :note, :at_us) ON CONFLICT (size) DO NOTHING

-- name: newest_checkpoint
-- The checkpoint that reaches furthest.
SELECT size, root FROM checkpoint ORDER BY size DESC LIMIT 1

-- name: page_checkpoints
-- Checkpoints after a size up to a last one, in order.
SELECT size, root, note FROM checkpoint WHERE size > :after AND size <= :last ORDER BY size LIMIT :limit
