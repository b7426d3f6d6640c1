-- name: claim
-- Take a lease that nobody holds, that has run out, or that is already ours; every change of holder raises the fence.
INSERT INTO lease (name, owner, fence, expires_us) VALUES (:name, :owner, 1, :expires_us)
ON CONFLICT (name) DO UPDATE SET
  fence = CASE WHEN lease.owner = excluded.owner AND lease.expires_us > :now_us THEN lease.fence ELSE lease.fence + 1 END,
  owner = excluded.owner, expires_us = excluded.expires_us
WHERE lease.expires_us <= :now_us OR lease.owner = excluded.owner

-- name: read
-- Who holds a lease.
SELECT owner, fence, expires_us FROM lease WHERE name = :name

-- name: hold
-- Who holds a lease, locked: a claim of another node waits until the write that this lease protects has committed.
SELECT owner, fence, expires_us FROM lease WHERE name = :name FOR UPDATE

-- name: renew
-- Prolong a lease that is still ours under this fence.
UPDATE lease SET expires_us = :expires_us
WHERE name = :name AND owner = :owner AND fence = :fence AND expires_us > :now_us

-- name: release
-- Give a lease back; the fence stays, so a late write of ours is still told apart.
UPDATE lease SET expires_us = 0 WHERE name = :name AND owner = :owner AND fence = :fence
