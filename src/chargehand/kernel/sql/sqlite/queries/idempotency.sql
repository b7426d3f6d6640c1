-- name: find
-- The answer that was given under a key.
SELECT request_digest, status, location, body FROM idempotency WHERE principal = :principal AND key = :key

-- name: remember
-- Keep an answer, in the same transaction as what it answers.
INSERT INTO idempotency (principal, key, request_digest, status, location, body, at_us)
VALUES (:principal, :key, :request_digest, :status, :location, :body, :at_us)

-- name: forget
-- Drop answers older than a day.
DELETE FROM idempotency WHERE at_us < :before_us
