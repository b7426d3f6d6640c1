-- The log, the ledger's head and the tables of the spine.
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision > 0),
  actor TEXT NOT NULL,
  project TEXT NOT NULL,
  topic TEXT,
  time_us INTEGER NOT NULL,
  envelope BLOB NOT NULL,
  data BLOB,
  salt BLOB,
  leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32),
  CHECK ((data IS NULL) = (salt IS NULL))
) STRICT;
CREATE UNIQUE INDEX event_subject ON event (subject, revision);
CREATE INDEX event_kind ON event (kind, seq);
CREATE INDEX event_topic ON event (topic, seq) WHERE topic IS NOT NULL;

CREATE TABLE log_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL CHECK (seq >= 0),
  frontier BLOB NOT NULL
) STRICT;
INSERT INTO log_head (id, seq, frontier) VALUES (1, 0, x'');

CREATE TABLE ledger_tile (
  level INTEGER NOT NULL CHECK (level > 0),
  position INTEGER NOT NULL CHECK (position >= 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY CHECK (size >= 0),
  root BLOB NOT NULL CHECK (length(root) = 32),
  note TEXT NOT NULL,
  at_us INTEGER NOT NULL
) STRICT;

CREATE TABLE log_cursor (
  name TEXT PRIMARY KEY,
  seq INTEGER NOT NULL CHECK (seq >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  fence INTEGER NOT NULL CHECK (fence > 0),
  expires_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
  principal TEXT NOT NULL,
  key TEXT NOT NULL,
  request_digest TEXT NOT NULL,
  status INTEGER NOT NULL,
  location TEXT,
  body BLOB NOT NULL,
  at_us INTEGER NOT NULL,
  PRIMARY KEY (principal, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (at_us);

CREATE TABLE evidence (
  digest TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE proposal (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL CHECK (revision > 0),
  status TEXT NOT NULL CHECK (status IN (
    'denied', 'allowed', 'awaiting_approval', 'permitted', 'executing', 'executed', 'failed', 'unknown')),
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  proposer TEXT NOT NULL,
  digest TEXT NOT NULL,
  submitted_us INTEGER NOT NULL,
  decision_id TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN (
    'allow', 'allow_with_obligations', 'needs_approval', 'deny', 'indeterminate')),
  primary_code TEXT NOT NULL,
  reason_codes TEXT NOT NULL,
  policy_digest TEXT NOT NULL,
  input_digest TEXT NOT NULL,
  basis TEXT,
  valid_until_us INTEGER NOT NULL,
  approval_id TEXT,
  permit_digest TEXT,
  permit_holder TEXT,
  permit_expires_us INTEGER,
  executing_us INTEGER,
  refusals INTEGER NOT NULL CHECK (refusals >= 0),
  outcome_status TEXT CHECK (outcome_status IN ('applied', 'failed', 'unknown')),
  outcome_us INTEGER,
  outcome_code TEXT,
  CHECK ((status IN ('executed', 'failed', 'unknown')) = (outcome_status IS NOT NULL)),
  CHECK (status NOT IN ('permitted', 'executing') OR permit_digest IS NOT NULL),
  CHECK (status <> 'executing' OR executing_us IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX proposal_decision ON proposal (decision_id);
CREATE INDEX proposal_subject ON proposal (subject, id);
CREATE INDEX proposal_open ON proposal (status, id) WHERE status IN ('permitted', 'executing');

CREATE TABLE approval (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL CHECK (revision > 0),
  status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'denied', 'rework', 'expired', 'consumed')),
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  proposal_id TEXT NOT NULL,
  proposal_digest TEXT NOT NULL,
  risk TEXT NOT NULL CHECK (risk IN ('low', 'medium', 'high')),
  reason_codes TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  requested_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL,
  decided_by TEXT,
  decided_us INTEGER,
  reason TEXT,
  code TEXT,
  CHECK (status NOT IN ('approved', 'denied', 'rework', 'consumed') OR decided_by IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX approval_status ON approval (status, expires_us);
CREATE UNIQUE INDEX approval_proposal ON approval (proposal_id);

CREATE TABLE principal (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL CHECK (revision > 0),
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'approver', 'admin', 'agent')),
  token_digest TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  revoked_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX principal_token ON principal (token_digest);

CREATE TABLE web_session (
  digest TEXT PRIMARY KEY,
  principal TEXT NOT NULL,
  expires_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE signin_nonce (
  nonce TEXT PRIMARY KEY,
  until_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
