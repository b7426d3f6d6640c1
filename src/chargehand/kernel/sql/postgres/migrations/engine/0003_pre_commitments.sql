-- What a permitted cut asks of its machine's drive, and until when it counts.
ALTER TABLE proposal ADD COLUMN load DOUBLE PRECISION CHECK (load >= 0);
ALTER TABLE proposal ADD COLUMN cut_us BIGINT CHECK (cut_us > 0);
ALTER TABLE proposal ADD COLUMN permitted_us BIGINT;
ALTER TABLE proposal ADD COLUMN cut_until_us BIGINT;
CREATE INDEX proposal_cut ON proposal (subject, cut_until_us) WHERE cut_until_us IS NOT NULL;
