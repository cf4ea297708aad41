-- Whether companies reported, by interface and day, and what their data was like, by hour.

-- Minutes in which a sender on change said that it stands ready, until they are rolled up.
CREATE TABLE heartbeat_minute (
  company_code  text NOT NULL,
  interface     text NOT NULL,
  minute        timestamptz NOT NULL,       -- of receipt
  PRIMARY KEY (minute, company_code, interface)
);

-- The log stood still (entry kind downtime): nobody could report.
CREATE TABLE downtime (
  from_at  timestamptz NOT NULL,
  to_at    timestamptz NOT NULL,
  reason   text NOT NULL,
  PRIMARY KEY (from_at, to_at)
);
CREATE INDEX downtime_to ON downtime (to_at);

-- Minutes of each day of UTC+8, once they are over: online / counted is the online rate.
CREATE TABLE reporting_day (
  day           date NOT NULL,
  company_code  text NOT NULL,
  interface     text NOT NULL,
  online        integer NOT NULL,
  counted       integer NOT NULL,           -- without maintenance and what was our own fault
  PRIMARY KEY (day, company_code, interface)
);
CREATE TABLE reporting_rolled (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  to_at    timestamptz NOT NULL              -- minutes before it are in reporting_day
);

-- What the records of an hour were like (alarms/score-card.ts).
CREATE TABLE vendor_hour (
  hour          timestamptz NOT NULL,       -- of receipt
  company_code  text NOT NULL,
  interface     text NOT NULL,
  records       bigint NOT NULL,
  delays        bigint[] NOT NULL,          -- receipt - observation, by DELAY_EDGES_MS
  late          bigint NOT NULL,
  ahead         bigint NOT NULL,
  compared      bigint NOT NULL,            -- fixes held against the one before
  implausible   bigint NOT NULL,
  fields_given  bigint NOT NULL,
  fields_asked  bigint NOT NULL,
  PRIMARY KEY (hour, company_code, interface)
);
CREATE INDEX ledger_minute_minute ON ledger_minute (minute);
