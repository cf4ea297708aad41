-- The newest value of each measuring point, joint tests left out: what pages show beside a job. Kept by the store with each report.
CREATE TABLE newest_reading (
  company_code  text NOT NULL,
  point_id      text NOT NULL,             -- QUOTAID
  value         double precision NOT NULL, -- in the unit of the point
  is_sounding   boolean NOT NULL,
  collected_at  timestamptz NOT NULL,
  PRIMARY KEY (company_code, point_id)
) WITH (fillfactor = 50);

-- Detectors are asked for by where they stand.
CREATE INDEX setting_detector_lat ON setting (((value ->> 'lat')::double precision)) WHERE topic = 'detector';
