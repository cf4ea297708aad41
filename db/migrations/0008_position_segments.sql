-- Old positions, thinned and packed: one row per person and hour (docs/adr/0015, docs/spec/retention.md). Months as native
-- range partitions, with TimescaleDB too: rows are large, few, and never change.
CREATE TABLE position_segment (
  from_at    timestamptz NOT NULL,   -- of the first fix in it
  to_at      timestamptz NOT NULL,   -- of the last
  person_id  integer     NOT NULL,   -- person.id
  fixes      integer     NOT NULL,   -- fixes in body
  dropped    integer     NOT NULL,   -- fixes that thinning left out
  body       bytea       NOT NULL,   -- db/segments/pack.kernel.ts; packed already, so PostgreSQL need not try
  CONSTRAINT position_segment_key PRIMARY KEY (person_id, from_at)
) PARTITION BY RANGE (from_at);
ALTER TABLE position_segment ALTER COLUMN body SET STORAGE EXTERNAL;

-- The one border between the two: positions before packed_to are in position_segment, those from it on in position.
CREATE TABLE position_ladder (
  only_row   boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
  packed_to  timestamptz NOT NULL,
  moved_at   timestamptz NOT NULL DEFAULT now()
);
INSERT INTO position_ladder (packed_to) VALUES ('epoch');
