-- name: add_instance
-- Remember a run of a machine's adapter.
INSERT INTO instance (machine_id, instance_id, started_us, sealed_seq, ended)
VALUES (:machine_id, :instance_id, :started_us, 0, 0)
ON CONFLICT (machine_id, instance_id) DO NOTHING

-- name: list_open_instances
-- Runs without their last minute sealed, of one machine or, with an empty name, of all.
SELECT machine_id, instance_id, sealed_seq FROM instance
WHERE ended = 0 AND (:machine_id = '' OR machine_id = :machine_id)
ORDER BY machine_id, started_us, instance_id LIMIT :row_limit

-- name: read_latest_instance
-- The newest run of a machine.
SELECT instance_id FROM instance WHERE machine_id = :machine_id
ORDER BY started_us DESC, instance_id DESC LIMIT 1

-- name: end_instance
-- A run is over and all its minutes are sealed.
UPDATE instance SET ended = 1 WHERE machine_id = :machine_id AND instance_id = :instance_id

-- name: advance_sealed
-- Frames up to here are covered by a sealed minute.
UPDATE instance SET sealed_seq = :last_seq
WHERE machine_id = :machine_id AND instance_id = :instance_id AND sealed_seq < :last_seq

-- name: add_segment
-- Store a closed segment.
INSERT INTO segment (machine_id, instance_id, first_seq, last_seq, first_us, last_us, frames, bytes, body)
VALUES (:machine_id, :instance_id, :first_seq, :last_seq, :first_us, :last_us, :frames, :bytes, :body)

-- name: list_segments_after
-- The segments that hold what follows a position, in order; the one that contains the position comes first.
SELECT first_seq, last_seq, first_us, body FROM segment
WHERE machine_id = :machine_id AND instance_id = :instance_id AND last_seq > :seq
  AND first_seq >= coalesce((
    SELECT max(first_seq) FROM segment
    WHERE machine_id = :machine_id AND instance_id = :instance_id AND first_seq <= :seq
  ), 0)
ORDER BY first_seq LIMIT :row_limit

-- name: read_span
-- First and last stored position of a run.
SELECT min(first_seq), max(last_seq) FROM segment WHERE machine_id = :machine_id AND instance_id = :instance_id

-- name: read_bytes
-- Size of all stored frames. A sum of BIGINT is NUMERIC here; the cast gives the number SQLite gives.
SELECT coalesce(sum(bytes), 0)::BIGINT FROM segment

-- name: list_oldest
-- The oldest segments, for retention.
SELECT last_us, bytes, machine_id, instance_id, first_seq FROM segment ORDER BY last_us LIMIT :row_limit

-- name: delete_segment
-- Forget a segment.
DELETE FROM segment WHERE machine_id = :machine_id AND instance_id = :instance_id AND first_seq = :first_seq

-- name: delete_old_seals
-- Forget sealed minutes that lie behind every retained segment and have been announced.
DELETE FROM sealed WHERE announced = 1 AND minute_us < :before_us

-- name: delete_old_instances
-- Forget runs that ended, have no frames left, and are not the newest of their machine.
DELETE FROM instance WHERE ended = 1 AND started_us < :before_us
  AND NOT EXISTS (
    SELECT 1 FROM segment WHERE segment.machine_id = instance.machine_id AND segment.instance_id = instance.instance_id
  )
  AND EXISTS (
    SELECT 1 FROM instance AS newer
    WHERE newer.machine_id = instance.machine_id AND newer.started_us > instance.started_us
  )

-- name: add_seal
-- Seal a minute, once.
INSERT INTO sealed (machine_id, instance_id, minute_us, first_seq, last_seq, frames, digest, partial, announced)
VALUES (:machine_id, :instance_id, :minute_us, :first_seq, :last_seq, :frames, :digest, :partial, 0)
ON CONFLICT (machine_id, instance_id, minute_us) DO NOTHING

-- name: list_unannounced
-- Sealed minutes that the log has not been told of, of one machine or, with an empty name, of all.
SELECT machine_id, instance_id, minute_us, first_seq, last_seq, frames, digest, partial FROM sealed
WHERE announced = 0 AND (:machine_id = '' OR machine_id = :machine_id)
ORDER BY minute_us, machine_id, instance_id LIMIT :row_limit

-- name: mark_announced
-- The log has been told.
UPDATE sealed SET announced = 1
WHERE machine_id = :machine_id AND instance_id = :instance_id AND minute_us = :minute_us
