-- Work permits (作业票): as merged from every word that was said of them, the words themselves, months of them, and which alarms are
-- about which permit. What vendors send beside them (activities, cameras, files, their own alarms) lies in vendor_record.

CREATE TABLE permit (
  company_code      text NOT NULL,
  permit_id         text NOT NULL,
  joint_test        boolean NOT NULL,
  deleted           boolean NOT NULL,           -- withdrawn by its sender
  standing          boolean NOT NULL GENERATED ALWAYS AS (NOT joint_test AND NOT deleted) STORED,  -- in lists and boards
  state             jsonb NOT NULL,             -- PermitState; all that follows is read from it
  number            text,
  company_name      text NOT NULL,
  work_code         text NOT NULL,
  status            text NOT NULL,
  applicant         text,
  content           text NOT NULL,
  site              text NOT NULL,
  lng               double precision,
  lat               double precision,
  activity_id       text,
  units             text[] NOT NULL,
  responsible_name  text,
  is_contractor     boolean,
  valid_from        timestamptz,
  valid_to          timestamptz,
  started_at        timestamptz,
  ended_at          timestamptz,
  accepted_at       timestamptz,
  work_at           timestamptz NOT NULL,       -- actual start, else permitted, else planned, else first heard of
  day               date NOT NULL,              -- that of work_at, in UTC+8
  span              tstzrange NOT NULL,         -- from the first to the last instant at which work was planned, permitted or done,
                                                -- at most 31 days from work_at
  updated_at        timestamptz NOT NULL,       -- of its newest word
  received_at       timestamptz NOT NULL,       -- of its first word
  words             text NOT NULL,              -- what the search box looks into, in search_form
  alarm_count       integer NOT NULL DEFAULT 0, -- alarms that nobody found false
  open_alarms       integer NOT NULL DEFAULT 0,
  worst_level       smallint,
  PRIMARY KEY (company_code, permit_id, joint_test)
);
-- Whoever looks through rows does not carry their states.
ALTER TABLE permit SET (toast_tuple_target = 512);
CREATE INDEX permit_day ON permit (day, company_code) INCLUDE (work_code, status, alarm_count, open_alarms) WHERE standing;
-- Lists and their counts are found in these alone, without a look at the rows.
CREATE INDEX permit_list ON permit (work_at, company_code, permit_id) INCLUDE (span, status, work_code, alarm_count)
  WHERE standing;
CREATE INDEX permit_company ON permit (company_code, work_at, permit_id) INCLUDE (span, status, work_code, alarm_count)
  WHERE standing;
CREATE INDEX permit_status ON permit (status, work_at) WHERE standing;
CREATE INDEX permit_code ON permit (work_code, work_at) WHERE standing;
CREATE INDEX permit_alarmed ON permit (work_at) WHERE standing AND alarm_count > 0;
CREATE INDEX permit_number ON permit (company_code, number) WHERE standing AND number IS NOT NULL;
CREATE INDEX permit_activity ON permit (company_code, activity_id) WHERE standing AND activity_id IS NOT NULL;
CREATE INDEX permit_old ON permit USING brin (work_at);
-- Over permits that do not stand too: the planner takes statistics of an expression from whole indexes alone.
CREATE INDEX permit_words ON permit USING gin (bigrams(words)) WITH (gin_pending_list_limit = 256);

-- The history of a permit: every word that said anything, once, however often it was sent.
CREATE TABLE permit_word (
  company_code  text NOT NULL,
  permit_id     text NOT NULL,
  joint_test    boolean NOT NULL,
  hash          uuid NOT NULL,                  -- of its content and update time
  received_at   timestamptz NOT NULL,
  updated_at    timestamptz,                    -- as sent
  app_id        text NOT NULL,
  said          jsonb NOT NULL,                 -- PermitRecord
  PRIMARY KEY (company_code, permit_id, joint_test, hash)
);

-- Standing permits of a month by company and detail code, kept by the store with each permit; they outlive the permits.
CREATE TABLE permit_month (
  month         date NOT NULL,
  company_code  text NOT NULL,
  work_code     text NOT NULL,
  permits       integer NOT NULL,
  PRIMARY KEY (month, company_code, work_code)
);

-- Which permit an alarm is about, and whether somebody found it false: from the view, so that old rows say it too.
ALTER TABLE alarm
  ADD COLUMN permit_company_code text GENERATED ALWAYS AS (view #>> '{permit,companyCode}') STORED,
  ADD COLUMN permit_id           text GENERATED ALWAYS AS (view #>> '{permit,permitId}') STORED,
  ADD COLUMN permit_code         text GENERATED ALWAYS AS (view #>> '{permit,code}') STORED,
  ADD COLUMN is_false            boolean GENERATED ALWAYS AS (coalesce(jsonb_typeof(view -> 'falseMark') = 'object', false)) STORED;
CREATE INDEX alarm_permit ON alarm (permit_company_code, permit_id) WHERE permit_id IS NOT NULL;
CREATE INDEX alarm_permit_raised ON alarm (raised_at, permit_company_code)
  INCLUDE (rule, permit_code, acknowledged, ended_at, is_false) WHERE permit_id IS NOT NULL;

-- The order of an alarm is asked for by the alarm.
CREATE INDEX doc_order_alarms ON doc USING gin ((value -> 'alarmIds')) WHERE kind = 'order';

-- What lies beside permits is asked for by permit, and activities by their day.
CREATE INDEX vendor_record_permit ON vendor_record (company_code, (body ->> 'permitId'), interface)
  WHERE interface IN ('permit-videos', 'permit-attachments', 'permit-alarms');
CREATE INDEX vendor_record_camera ON vendor_record (company_code, (body ->> 'cameraCode')) WHERE interface = 'permit-videos';
