-- Part programs: the record, which its event leads to, and the text beside it, by the text's digest.
CREATE TABLE program (
  id TEXT PRIMARY KEY CHECK (length(id) = 64),
  revision INTEGER NOT NULL CHECK (revision = 1),
  name TEXT NOT NULL,
  size INTEGER NOT NULL CHECK (size > 0),
  lines INTEGER NOT NULL CHECK (lines > 0),
  stored_us INTEGER NOT NULL,
  stored_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE program_text (
  id TEXT PRIMARY KEY CHECK (length(id) = 64),
  text BLOB NOT NULL CHECK (length(text) > 0)
) STRICT;
