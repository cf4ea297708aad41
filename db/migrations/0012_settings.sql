-- Settings of the park (stream/protocol/settings.ts), every version that ever held, and what waits for its way into the log.
CREATE TABLE setting (
  topic      text NOT NULL,
  key        text NOT NULL,
  version    integer NOT NULL CHECK (version > 0),  -- grows by one with each change
  value      jsonb,                     -- null: withdrawn
  by         text NOT NULL,
  at         timestamptz NOT NULL,
  reason     text NOT NULL,
  log_epoch  text,                      -- where this version stands in the log; null: not there yet
  log_seq    bigint,
  PRIMARY KEY (topic, key)
);

CREATE TABLE setting_version (
  topic    text NOT NULL,
  key      text NOT NULL,
  version  integer NOT NULL,
  value    jsonb,
  by       text NOT NULL,
  at       timestamptz NOT NULL,
  reason   text NOT NULL,
  PRIMARY KEY (topic, key, version)
);
CREATE INDEX setting_version_at ON setting_version (at);
CREATE TRIGGER setting_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON setting_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Entries for the log, written in the transaction that decides them. Ids are given before commit and so may appear out of
-- order: whoever takes them asks for those unsent, never for those above the last.
CREATE TABLE outbox (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text NOT NULL,            -- of the entry, stream/protocol/entry.ts
  body        jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  sent_at     timestamptz
);
CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
