-- Every accepted fix, once. Column order packs the row without padding (docs/adr/0004): all columns present 72 bytes with
-- the header, the usual one without height, floor, speed 64.
-- A hypertable where TimescaleDB is installed, else daily range partitions kept by db/partition-keeper.ts.
DO $migration$
DECLARE
  columns text := '
    observed_at  timestamptz NOT NULL,
    person_id    integer     NOT NULL,  -- person.id
    lng          integer,               -- 1e-7 degree, CGCS2000 as sent; null: an SOS without a place
    lat          integer,
    height_cm    integer,
    delay_ms     integer     NOT NULL,  -- receipt minus observation
    accuracy_dm  smallint,              -- radius of the 68 % circle
    speed_cmps   smallint,
    heading_deg  smallint,
    battery_pct  smallint,
    source       smallint    NOT NULL,  -- fix_source.id
    floor        smallint,              -- fix_floor.id
    flags        smallint    NOT NULL,  -- FIX_FLAG in stream/protocol/entry.ts
    CONSTRAINT position_key PRIMARY KEY (person_id, observed_at, source)';
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
    EXECUTE 'CREATE TABLE position (' || columns || ')';
    EXECUTE $$SELECT create_hypertable('position', 'observed_at', chunk_time_interval => INTERVAL '1 day',
                                       create_default_indexes => false)$$;
    -- Compression needs the community licence; without it chunks stay as they are.
    IF current_setting('timescaledb.license', true) = 'timescale' THEN
      EXECUTE $$ALTER TABLE position SET (timescaledb.compress, timescaledb.compress_segmentby = 'person_id',
                                          timescaledb.compress_orderby = 'observed_at, source')$$;
      EXECUTE $$SELECT add_compression_policy('position', INTERVAL '1 day')$$;
    END IF;
  ELSE
    EXECUTE 'CREATE TABLE position (' || columns || ') PARTITION BY RANGE (observed_at)';
  END IF;
END
$migration$;
