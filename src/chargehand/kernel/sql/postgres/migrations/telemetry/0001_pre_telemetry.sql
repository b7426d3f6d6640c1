-- Telemetry: closed segments of frames, the adapters' runs, and the digests of closed minutes.
CREATE TABLE instance (
  machine_id TEXT NOT NULL,
  instance_id TEXT NOT NULL,
  started_us BIGINT NOT NULL,
  sealed_seq BIGINT NOT NULL CHECK (sealed_seq >= 0),
  ended BIGINT NOT NULL CHECK (ended IN (0, 1)),
  PRIMARY KEY (machine_id, instance_id)
);

CREATE TABLE segment (
  machine_id TEXT NOT NULL,
  instance_id TEXT NOT NULL,
  first_seq BIGINT NOT NULL CHECK (first_seq > 0),
  last_seq BIGINT NOT NULL,
  first_us BIGINT NOT NULL,
  last_us BIGINT NOT NULL,
  frames BIGINT NOT NULL,
  bytes BIGINT NOT NULL CHECK (bytes > 0),
  body BYTEA NOT NULL,
  PRIMARY KEY (machine_id, instance_id, first_seq),
  CHECK (frames = last_seq - first_seq + 1 AND frames > 0),
  CHECK (last_us >= first_us)
);
CREATE INDEX segment_age ON segment (last_us, machine_id, instance_id, first_seq, bytes);

CREATE TABLE sealed (
  machine_id TEXT NOT NULL,
  instance_id TEXT NOT NULL,
  minute_us BIGINT NOT NULL,
  first_seq BIGINT NOT NULL CHECK (first_seq > 0),
  last_seq BIGINT NOT NULL,
  frames BIGINT NOT NULL CHECK (frames > 0),
  digest TEXT NOT NULL,
  partial BIGINT NOT NULL CHECK (partial IN (0, 1)),
  announced BIGINT NOT NULL CHECK (announced IN (0, 1)),
  PRIMARY KEY (machine_id, instance_id, minute_us)
);
CREATE INDEX sealed_unannounced ON sealed (minute_us) WHERE announced = 0;
