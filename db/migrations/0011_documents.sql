-- Standing documents of the park beside people, areas and alarms: orders, shelves, deliveries, counts (stream/protocol/live-docs.ts).
CREATE TABLE doc (
  kind           text NOT NULL,
  key            text NOT NULL,
  company_codes  text[] NOT NULL,
  gone           boolean NOT NULL,
  at             timestamptz NOT NULL,      -- engine time of the newest change
  value          jsonb NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE INDEX doc_kind_at ON doc (kind, at DESC);

CREATE TABLE doc_change (
  epoch    text NOT NULL,
  seq      bigint NOT NULL,                 -- of the log entry that caused it
  ordinal  smallint NOT NULL,               -- within that entry's effects
  kind     text NOT NULL,
  key      text NOT NULL,
  gone     boolean NOT NULL,
  at       timestamptz NOT NULL,            -- engine time
  value    jsonb NOT NULL,
  PRIMARY KEY (epoch, seq, ordinal)
);
CREATE INDEX doc_change_key ON doc_change (kind, key, at);

-- What an act was told beside its comment.
ALTER TABLE act ADD COLUMN role text;
ALTER TABLE act ADD COLUMN input jsonb;
