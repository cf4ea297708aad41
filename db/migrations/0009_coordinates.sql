-- What looks wrong with a company's coordinates, and what the plane grids that were used meant.

CREATE TABLE coordinate_finding (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_code  text NOT NULL,
  kind          text NOT NULL,              -- COORDINATE_FINDING_KINDS in alarms/coordinate-watch.ts
  since         timestamptz NOT NULL,
  last_at       timestamptz NOT NULL,       -- last time it held
  ended_at      timestamptz,                -- null: it holds
  share         real NOT NULL,              -- part of what was looked at, 0 to 1
  looked        integer NOT NULL,           -- fixes, or people
  example       jsonb NOT NULL              -- {lng, lat} as sent
);
CREATE UNIQUE INDEX coordinate_finding_open ON coordinate_finding (company_code, kind) WHERE ended_at IS NULL;
CREATE INDEX coordinate_finding_company ON coordinate_finding (company_code, since DESC);

-- Every set of projection parameters this park ever ran with: stored areas, alarms and snapshots name the id.
CREATE TABLE projection_version (
  id             text PRIMARY KEY,
  definition     text NOT NULL,             -- PROJ string at full precision
  first_used_at  timestamptz NOT NULL,
  last_used_at   timestamptz NOT NULL
);
