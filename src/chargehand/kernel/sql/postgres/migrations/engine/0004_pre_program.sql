-- Part programs: the record, which its event leads to, and the text beside it, by the text's digest.
CREATE TABLE program (
  id TEXT PRIMARY KEY CHECK (length(id) = 64),
  revision BIGINT NOT NULL CHECK (revision = 1),
  name TEXT NOT NULL,
  size BIGINT NOT NULL CHECK (size > 0),
  lines BIGINT NOT NULL CHECK (lines > 0),
  stored_us BIGINT NOT NULL,
  stored_by TEXT NOT NULL
);

CREATE TABLE program_text (
  id TEXT PRIMARY KEY CHECK (length(id) = 64),
  text BYTEA NOT NULL CHECK (octet_length(text) > 0)
);
