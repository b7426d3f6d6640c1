-- The quarantine list.
CREATE TABLE quarantine (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL CHECK (revision > 0),
  status TEXT NOT NULL CHECK (status IN ('active', 'overridden', 'expired')),
  body TEXT NOT NULL,
  source TEXT,
  created_by TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL,
  override TEXT,
  CHECK ((status = 'overridden') = (override IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX quarantine_in_force ON quarantine (expires_us) WHERE status = 'active';
