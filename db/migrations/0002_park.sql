-- The park's registers, alarms, acts, and the books of the store: offset, ledger, quarantine.
-- Everything here is written by the store role from the log and the alarm lane; times are UTC instants.

-- A wearer or, before anybody is known to wear it, a tag (person_id null). Ids of vendors are unique within a company only.
CREATE TABLE person (
  id               integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- what position rows carry
  company_code     text NOT NULL,
  person_id        text,                    -- PERSON_ID; null: a tag that nobody is known to wear
  card_no          text,
  name             text NOT NULL DEFAULT '',
  type             text NOT NULL DEFAULT 'unidentified',
  department       text NOT NULL DEFAULT '',
  post             text NOT NULL DEFAULT '',
  gender           text,
  birthday         date,
  id_number_sealed text,                    -- SM4 ciphertext
  mobile_sealed    text,                    -- SM4 ciphertext
  company_name     text NOT NULL DEFAULT '',
  contractor_code  text,
  certificates     jsonb NOT NULL DEFAULT '[]',
  registered       boolean NOT NULL DEFAULT false,  -- a persons record came; false: known from fixes only
  updated_at       timestamptz,             -- UPDATE_DATE of the record that stands; null: it had none
  content_hash     text NOT NULL DEFAULT '',-- of its fields but the sealed ones: tells a repeat from a change
  received_at      timestamptz NOT NULL,
  deleted          boolean NOT NULL DEFAULT false,
  CHECK (person_id IS NOT NULL OR card_no IS NOT NULL)
);
CREATE UNIQUE INDEX person_by_id ON person (company_code, person_id) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX person_by_card ON person (company_code, card_no) WHERE person_id IS NOT NULL AND card_no IS NOT NULL;
CREATE UNIQUE INDEX person_tag ON person (company_code, card_no) WHERE person_id IS NULL;
CREATE INDEX person_name ON person (name text_pattern_ops);

CREATE TABLE area (
  company_code  text NOT NULL,
  area_id       text NOT NULL,
  version       integer NOT NULL,           -- grows by one with each accepted change
  name          text NOT NULL,
  kind          text,
  fixed         boolean NOT NULL,
  body          jsonb NOT NULL,             -- the record as accepted, CGCS2000 degrees
  updated_at    timestamptz,                -- UPDATE_DATE of the record that stands; null: it had none
  content_hash  text NOT NULL,
  received_at   timestamptz NOT NULL,
  deleted       boolean NOT NULL DEFAULT false,
  PRIMARY KEY (company_code, area_id)
);

-- Each version that ever stood; an alarm names the one it was raised on.
CREATE TABLE area_version (
  company_code  text NOT NULL,
  area_id       text NOT NULL,
  version       integer NOT NULL,
  body          jsonb NOT NULL,
  received_at   timestamptz NOT NULL,
  PRIMARY KEY (company_code, area_id, version)
);

-- Words that vendors send in SOURCE and FLOOR_NO, as small integers for position rows. Id 0 stands for "none or too many".
CREATE TABLE fix_source (
  id    smallint PRIMARY KEY,
  name  text NOT NULL UNIQUE
);
CREATE TABLE fix_floor (
  id    smallint PRIMARY KEY,
  name  text NOT NULL UNIQUE
);
INSERT INTO fix_source (id, name) VALUES (0, '');
INSERT INTO fix_floor (id, name) VALUES (0, '');

-- Newest fix of a person from a source: the place shown in registers, and what a fix is compared with.
-- Written behind by some seconds (docs/adr/0004): never newer than position, sometimes older.
CREATE TABLE person_latest (
  person_id     integer NOT NULL REFERENCES person (id),
  source        smallint NOT NULL,
  observed_at   timestamptz NOT NULL,
  received_at   timestamptz NOT NULL,
  lng           integer,                    -- 1e-7 degree, CGCS2000; null: an SOS without a place
  lat           integer,
  height_cm     integer,
  accuracy_dm   smallint,
  floor         smallint,
  battery_pct   smallint,
  PRIMARY KEY (person_id, source)
) WITH (fillfactor = 70);                   -- room for HOT updates: these rows change all the time

CREATE TABLE alarm (
  alarm_id         text PRIMARY KEY,
  rule             text NOT NULL,
  level            smallint NOT NULL,
  company_codes    text[] NOT NULL,
  person_id        text,
  card_no          text,
  area_company_code text,                   -- area ids are unique within their company only
  area_id          text,
  active           boolean NOT NULL,
  acknowledged     boolean NOT NULL,
  onset_at         timestamptz NOT NULL,
  raised_at        timestamptz NOT NULL,
  cleared_at       timestamptz,
  acknowledged_at  timestamptz,
  ended_at         timestamptz,
  view             jsonb NOT NULL           -- the absolute view of the newest transition
);
CREATE INDEX alarm_raised ON alarm (raised_at DESC, alarm_id DESC);
CREATE INDEX alarm_company ON alarm USING gin (company_codes);
CREATE INDEX alarm_open ON alarm (raised_at) WHERE ended_at IS NULL;

CREATE TABLE alarm_transition (
  epoch       text NOT NULL,
  seq         bigint NOT NULL,              -- of the log entry that caused it
  ordinal     smallint NOT NULL,            -- within that entry's effects
  alarm_id    text NOT NULL,
  transition  text NOT NULL,
  at          timestamptz NOT NULL,         -- engine time
  view        jsonb NOT NULL,
  PRIMARY KEY (epoch, seq, ordinal)
);
CREATE INDEX alarm_transition_alarm ON alarm_transition (alarm_id, seq);

-- Operators' acts on alarms; the audit row is written beside each.
CREATE TABLE act (
  act_id        text PRIMARY KEY,
  act           text NOT NULL,
  alarm_id      text NOT NULL,
  user_id       text NOT NULL,
  user_name     text NOT NULL,
  company_code  text,
  comment       text,
  received_at   timestamptz NOT NULL,
  seq           bigint NOT NULL
);
CREATE INDEX act_alarm ON act (alarm_id);

-- How far a reader of the log is, and whose term it is: rows and this move in one transaction.
CREATE TABLE reader_offset (
  reader           text PRIMARY KEY,
  epoch            text NOT NULL,
  term             bigint NOT NULL,
  next_seq         bigint NOT NULL,
  alarms_next_seq  bigint NOT NULL,
  updated_at       timestamptz NOT NULL DEFAULT now()
);

-- What became of every record. received = refused + stored + duplicate + superseded + quarantined once all is read.
CREATE TABLE ledger_minute (
  company_code  text NOT NULL,
  interface     text NOT NULL,
  minute        timestamptz NOT NULL,       -- of receipt
  received      bigint NOT NULL DEFAULT 0,
  refused       bigint NOT NULL DEFAULT 0,
  stored        bigint NOT NULL DEFAULT 0,
  duplicate     bigint NOT NULL DEFAULT 0,
  superseded    bigint NOT NULL DEFAULT 0,
  quarantined   bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (company_code, interface, minute)
);

-- Entries that store or watch could not work with, as they lay in the log: they can be put in again.
CREATE TABLE quarantine (
  epoch        text NOT NULL,
  seq          bigint NOT NULL,
  named_by     text NOT NULL CHECK (named_by IN ('store', 'watch')),
  reason       text NOT NULL,
  kind         smallint,
  received_at  timestamptz,
  body         bytea,
  at           timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (epoch, seq, named_by)
);
