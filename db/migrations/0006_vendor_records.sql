-- What vendors send besides positions, people and areas; joint tests kept apart; who wore a card first.

-- Records by id, the one that stands: alarms and gatherings that vendors raise themselves and, of joint tests, also
-- people and areas, which must not reach the registers.
CREATE TABLE vendor_record (
  company_code  text NOT NULL,
  interface     text NOT NULL,              -- as in the ledger
  record_id     text NOT NULL,              -- ALARM_ID, PERSON_ID, ZONE_ID; of a gathering its start and a number
  joint_test    boolean NOT NULL,
  at            timestamptz,                -- raised, started; null: people and areas
  ended_at      timestamptz,
  person_ids    text[] NOT NULL,            -- whom it speaks of
  area_id       text,
  body          jsonb NOT NULL,             -- the record as accepted
  updated_at    timestamptz,                -- UPDATE_DATE of the record that stands; null: it had none
  content_hash  text NOT NULL,
  received_at   timestamptz NOT NULL,
  deleted       boolean NOT NULL,
  PRIMARY KEY (company_code, interface, record_id, joint_test)
);
CREATE INDEX vendor_record_at ON vendor_record (interface, at DESC) WHERE at IS NOT NULL;

-- How a sender sends, newest word.
CREATE TABLE heartbeat (
  company_code  text NOT NULL,
  interface     text NOT NULL,              -- the one it stands ready to send
  joint_test    boolean NOT NULL,
  mode          text NOT NULL,
  interval_s    double precision,
  received_at   timestamptz NOT NULL,
  PRIMARY KEY (company_code, interface, joint_test)
);

CREATE TABLE sensor_report (
  company_code  text NOT NULL,
  gateway_id    text NOT NULL,
  data_id       text NOT NULL,
  collected_at  timestamptz NOT NULL,
  joint_test    boolean NOT NULL,
  identifier    text NOT NULL,
  connected     boolean,
  report_type   text NOT NULL,
  readings      jsonb NOT NULL,
  received_at   timestamptz NOT NULL,
  PRIMARY KEY (company_code, gateway_id, data_id, collected_at, joint_test)
);
CREATE INDEX sensor_report_collected ON sensor_report (collected_at);

-- First proof of each item of an interface's check-list in its joint test.
CREATE TABLE interface_sample (
  company_code  text NOT NULL,
  interface     text NOT NULL,
  sample        text NOT NULL,
  first_at      timestamptz NOT NULL,       -- receipt of the batch
  batch_id      text NOT NULL,
  PRIMARY KEY (company_code, interface, sample)
);

-- Subjects of a joint test are rows of their own: their fixes are neither duplicates nor newest places of anybody live.
ALTER TABLE person ADD COLUMN joint_test boolean NOT NULL DEFAULT false;
DROP INDEX person_by_id;
DROP INDEX person_tag;
CREATE UNIQUE INDEX person_by_id ON person (company_code, person_id, joint_test) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX person_tag ON person (company_code, card_no, joint_test) WHERE person_id IS NULL;

-- Whoever is the first to wear a card was its wearer before anybody said so.
CREATE TABLE card_first_wearer (
  company_code  text NOT NULL,
  card_no       text NOT NULL,
  person_id     integer NOT NULL REFERENCES person (id),
  since         timestamptz NOT NULL,       -- receipt of the persons record
  PRIMARY KEY (company_code, card_no)
);
-- Who wore these before is not known: nothing is claimed.
INSERT INTO card_first_wearer
SELECT company_code, card_no, id, '-infinity' FROM person WHERE person_id IS NOT NULL AND card_no IS NOT NULL;

-- Positions of `also_id` observed before `until` are those of `person_id`.
CREATE VIEW person_alias AS
SELECT w.person_id, t.id AS also_id, w.since AS until
FROM card_first_wearer w
JOIN person t ON t.company_code = w.company_code AND t.card_no = w.card_no AND t.person_id IS NULL AND NOT t.joint_test;
