-- The books made whole: what the door answered, whole requests refused, and what came out of quarantine again.

ALTER TABLE ledger_minute
  ADD COLUMN acknowledged     bigint NOT NULL DEFAULT 0,  -- records answered as accepted
  ADD COLUMN unanswered       bigint NOT NULL DEFAULT 0,  -- batches: kept or not, nobody was told
  ADD COLUMN refused_requests bigint NOT NULL DEFAULT 0,  -- requests refused as a whole
  ADD COLUMN aliases          bigint NOT NULL DEFAULT 0;  -- field names spelled otherwise than published

-- Empty as long as the books balance: looking for a minute that does not costs nothing, however old it is.
CREATE INDEX ledger_unbalanced ON ledger_minute (minute)
  WHERE received <> refused + stored + duplicate + superseded + quarantined;

-- Since the beginning. What is answered comes after what is accepted in the log, so at every offset
-- acknowledged <= accepted holds here, while a single minute may have the answers of the one before.
CREATE TABLE ledger_total (
  company_code  text NOT NULL,
  interface     text NOT NULL,
  accepted      bigint NOT NULL DEFAULT 0,                -- received - refused
  acknowledged  bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (company_code, interface)
);
INSERT INTO ledger_total (company_code, interface, accepted)
SELECT company_code, interface, sum(received - refused) FROM ledger_minute GROUP BY 1, 2;

-- Requests refused as a whole, by code.
CREATE TABLE ledger_refusal (
  company_code  text NOT NULL,              -- '' where the app id is unknown
  interface     text NOT NULL,              -- '' where no route was met
  minute        timestamptz NOT NULL,
  code          text NOT NULL,
  requests      bigint NOT NULL,
  PRIMARY KEY (company_code, interface, minute, code)
);

-- Newest report of each ingest process: one that comes again (the log tells repeats for ten minutes only) counts once.
CREATE TABLE door_report (
  door_id  text PRIMARY KEY,
  report   bigint NOT NULL,
  at       timestamptz NOT NULL             -- end of what it counts
);

-- What the ledger counted for an entry kept aside, so that it can be taken back when the entry is put in again.
-- NULL: nothing; its records were counted when they were stored. 'lane': an item of the alarm lane.
ALTER TABLE quarantine
  DROP CONSTRAINT quarantine_named_by_check,
  ADD CONSTRAINT quarantine_named_by_check CHECK (named_by IN ('store', 'watch', 'lane')),
  ADD COLUMN company_code  text,
  ADD COLUMN interface     text,
  ADD COLUMN received      bigint,
  ADD COLUMN refused       bigint,
  ADD COLUMN again_seq     bigint,          -- the entry it was put in again as
  ADD COLUMN again_at      timestamptz;
