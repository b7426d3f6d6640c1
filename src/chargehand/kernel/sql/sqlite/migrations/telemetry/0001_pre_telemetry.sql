-- Telemetry: closed segments of frames, the adapters' runs, and the digests of closed minutes.
CREATE TABLE instance (
  machine_id TEXT NOT NULL,
  instance_id TEXT NOT NULL,
  started_us INTEGER NOT NULL,
  sealed_seq INTEGER NOT NULL CHECK (sealed_seq >= 0),
  ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
  PRIMARY KEY (machine_id, instance_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE segment (
  machine_id TEXT NOT NULL,
  instance_id TEXT NOT NULL,
  first_seq INTEGER NOT NULL CHECK (first_seq > 0),
  last_seq INTEGER NOT NULL,
  first_us INTEGER NOT NULL,
  last_us INTEGER NOT NULL,
  frames INTEGER NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes > 0),
  body BLOB NOT NULL,
  PRIMARY KEY (machine_id, instance_id, first_seq),
  CHECK (frames = last_seq - first_seq + 1 AND frames > 0),
  CHECK (last_us >= first_us)
) STRICT;
CREATE INDEX segment_age ON segment (last_us, machine_id, instance_id, first_seq, bytes);

CREATE TABLE sealed (
  machine_id TEXT NOT NULL,
  instance_id TEXT NOT NULL,
  minute_us INTEGER NOT NULL,
  first_seq INTEGER NOT NULL CHECK (first_seq > 0),
  last_seq INTEGER NOT NULL,
  frames INTEGER NOT NULL CHECK (frames > 0),
  digest TEXT NOT NULL,
  partial INTEGER NOT NULL CHECK (partial IN (0, 1)),
  announced INTEGER NOT NULL CHECK (announced IN (0, 1)),
  PRIMARY KEY (machine_id, instance_id, minute_us)
) STRICT, WITHOUT ROWID;
CREATE INDEX sealed_unannounced ON sealed (minute_us) WHERE announced = 0;
