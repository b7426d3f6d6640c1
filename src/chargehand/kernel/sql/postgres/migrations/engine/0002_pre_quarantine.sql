-- The quarantine list.
CREATE TABLE quarantine (
  id TEXT PRIMARY KEY,
  revision BIGINT NOT NULL CHECK (revision > 0),
  status TEXT NOT NULL CHECK (status IN ('active', 'overridden', 'expired')),
  body TEXT NOT NULL,
  source TEXT,
  created_by TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,
  override TEXT,
  CHECK ((status = 'overridden') = (override IS NOT NULL))
);
CREATE INDEX quarantine_in_force ON quarantine (expires_us) WHERE status = 'active';
