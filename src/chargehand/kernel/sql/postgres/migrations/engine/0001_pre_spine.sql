-- The log, the ledger's head and the tables of the spine.
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE event (
  seq BIGINT PRIMARY KEY CHECK (seq > 0),
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  revision BIGINT NOT NULL CHECK (revision > 0),
  actor TEXT NOT NULL,
  project TEXT NOT NULL,
  topic TEXT,
  time_us BIGINT NOT NULL,
  envelope BYTEA NOT NULL,
  data BYTEA,
  salt BYTEA,
  leaf_hash BYTEA NOT NULL CHECK (octet_length(leaf_hash) = 32),
  CHECK ((data IS NULL) = (salt IS NULL))
);
CREATE UNIQUE INDEX event_subject ON event (subject, revision);
CREATE INDEX event_kind ON event (kind, seq);
CREATE INDEX event_topic ON event (topic, seq) WHERE topic IS NOT NULL;

CREATE TABLE log_head (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  seq BIGINT NOT NULL CHECK (seq >= 0),
  frontier BYTEA NOT NULL
);
INSERT INTO log_head (id, seq, frontier) VALUES (1, 0, ''::bytea);

CREATE TABLE ledger_tile (
  level BIGINT NOT NULL CHECK (level > 0),
  position BIGINT NOT NULL CHECK (position >= 0),
  hash BYTEA NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (level, position)
);

CREATE TABLE checkpoint (
  size BIGINT PRIMARY KEY CHECK (size >= 0),
  root BYTEA NOT NULL CHECK (octet_length(root) = 32),
  note TEXT NOT NULL,
  at_us BIGINT NOT NULL
);

CREATE TABLE log_cursor (
  name TEXT PRIMARY KEY,
  seq BIGINT NOT NULL CHECK (seq >= 0)
);

CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  fence BIGINT NOT NULL CHECK (fence > 0),
  expires_us BIGINT NOT NULL
);

CREATE TABLE idempotency (
  principal TEXT NOT NULL,
  key TEXT NOT NULL,
  request_digest TEXT NOT NULL,
  status BIGINT NOT NULL,
  location TEXT,
  body BYTEA NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_age ON idempotency (at_us);

CREATE TABLE evidence (
  digest TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  body BYTEA NOT NULL
);

CREATE TABLE proposal (
  id TEXT PRIMARY KEY,
  revision BIGINT NOT NULL CHECK (revision > 0),
  status TEXT NOT NULL CHECK (status IN (
    'denied', 'allowed', 'awaiting_approval', 'permitted', 'executing', 'executed', 'failed', 'unknown')),
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  proposer TEXT NOT NULL,
  digest TEXT NOT NULL,
  submitted_us BIGINT NOT NULL,
  decision_id TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN (
    'allow', 'allow_with_obligations', 'needs_approval', 'deny', 'indeterminate')),
  primary_code TEXT NOT NULL,
  reason_codes TEXT NOT NULL,
  policy_digest TEXT NOT NULL,
  input_digest TEXT NOT NULL,
  basis TEXT,
  valid_until_us BIGINT NOT NULL,
  approval_id TEXT,
  permit_digest TEXT,
  permit_holder TEXT,
  permit_expires_us BIGINT,
  executing_us BIGINT,
  refusals BIGINT NOT NULL CHECK (refusals >= 0),
  outcome_status TEXT CHECK (outcome_status IN ('applied', 'failed', 'unknown')),
  outcome_us BIGINT,
  outcome_code TEXT,
  CHECK ((status IN ('executed', 'failed', 'unknown')) = (outcome_status IS NOT NULL)),
  CHECK (status NOT IN ('permitted', 'executing') OR permit_digest IS NOT NULL),
  CHECK (status <> 'executing' OR executing_us IS NOT NULL)
);
CREATE UNIQUE INDEX proposal_decision ON proposal (decision_id);
CREATE INDEX proposal_subject ON proposal (subject, id);
CREATE INDEX proposal_open ON proposal (status, id) WHERE status IN ('permitted', 'executing');

CREATE TABLE approval (
  id TEXT PRIMARY KEY,
  revision BIGINT NOT NULL CHECK (revision > 0),
  status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'denied', 'rework', 'expired', 'consumed')),
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  proposal_id TEXT NOT NULL,
  proposal_digest TEXT NOT NULL,
  risk TEXT NOT NULL CHECK (risk IN ('low', 'medium', 'high')),
  reason_codes TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  requested_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,
  decided_by TEXT,
  decided_us BIGINT,
  reason TEXT,
  code TEXT,
  CHECK (status NOT IN ('approved', 'denied', 'rework', 'consumed') OR decided_by IS NOT NULL)
);
CREATE INDEX approval_status ON approval (status, expires_us);
CREATE UNIQUE INDEX approval_proposal ON approval (proposal_id);

CREATE TABLE principal (
  id TEXT PRIMARY KEY,
  revision BIGINT NOT NULL CHECK (revision > 0),
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'approver', 'admin', 'agent')),
  token_digest TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  revoked_us BIGINT
);
CREATE UNIQUE INDEX principal_token ON principal (token_digest);

CREATE TABLE web_session (
  digest TEXT PRIMARY KEY,
  principal TEXT NOT NULL,
  expires_us BIGINT NOT NULL
);

CREATE TABLE signin_nonce (
  nonce TEXT PRIMARY KEY,
  until_us BIGINT NOT NULL
);
