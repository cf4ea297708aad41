-- The audit by month, and the chain of seals that shows what was done to it behind the product's back (docs/adr/0028).

ALTER TABLE audit RENAME TO audit_before;
ALTER TABLE audit_before RENAME CONSTRAINT audit_pkey TO audit_before_pkey;
DROP INDEX audit_at, audit_subject;

CREATE SEQUENCE audit_row AS bigint;
CREATE TABLE audit (
  id         bigint NOT NULL DEFAULT nextval('audit_row'),
  at         timestamptz NOT NULL DEFAULT now(),
  user_id    text,
  user_name  text NOT NULL,
  action     text NOT NULL,
  subject    text,
  outcome    text NOT NULL,
  detail     jsonb NOT NULL DEFAULT '{}',
  address    text,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE audit_row OWNED BY audit.id;
CREATE INDEX audit_time ON audit (at, id);
CREATE INDEX audit_user_name ON audit (user_name, at, id);
CREATE INDEX audit_action ON audit (action, at, id);
CREATE INDEX audit_subject ON audit (subject, at, id);
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Rows of no month that was made: nothing is refused for its time. Such rows are kept for good.
CREATE TABLE audit_other PARTITION OF audit DEFAULT;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_other
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The partition of the month that begins on this day, UTC. false: it is there.
CREATE FUNCTION make_audit_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  name text := 'audit_' || to_char(month, 'YYYYMM');
BEGIN
  PERFORM pg_advisory_xact_lock(7281906);
  IF to_regclass(name) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE audit INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', name);
  EXECUTE format('CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  EXECUTE format('ALTER TABLE audit ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name,
                 month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
  RETURN true;
END
$$;
SELECT make_audit_month(month::date) FROM (
  SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'UTC') AS month FROM audit_before WHERE isfinite(at)
  UNION
  SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + n * interval '1 month' FROM generate_series(0, 1) AS n
) AS months ORDER BY month;

-- Rows that no seal has yet, put here in the transaction that wrote them. Ids are given before commit and may show late, so
-- "every id above the last" would miss some.
CREATE TABLE audit_unsealed (
  audit_id  bigint NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (audit_id, at)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE FUNCTION queue_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_unsealed (audit_id, at) SELECT id, at FROM written;
  RETURN NULL;
END
$$;
CREATE TRIGGER audit_queued AFTER INSERT ON audit REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION queue_audit();

INSERT INTO audit SELECT * FROM audit_before ORDER BY id;
SELECT setval('audit_row', (SELECT coalesce(max(id), 0) + 1 FROM audit_before), false);
DROP TABLE audit_before;

-- One block: rows of one month that were committed and not sealed, each with its digest; the mac covers all of it and the
-- block before (security/audit-chain.ts).
CREATE TABLE audit_seal (
  no        bigint PRIMARY KEY,
  month     date NOT NULL,             -- of its rows, UTC
  at        timestamptz NOT NULL,
  key_id    text NOT NULL,
  ids       bigint[] NOT NULL,
  digests   bytea NOT NULL,            -- HMAC-SM3 of each row, 32 bytes, in the order of ids
  previous  bytea NOT NULL UNIQUE,     -- mac of the block before: no block has two after it
  mac       bytea NOT NULL
);
CREATE INDEX audit_seal_month ON audit_seal (month, no);
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Months that went by age, each under a mac: what is gone with them is not missed. Seals before `start_no` went too, as all of
-- their months had; `start_previous` is the mac that the first of those that stay names.
CREATE TABLE audit_drop (
  month           date PRIMARY KEY,
  through_no      bigint NOT NULL,     -- newest block when it went
  start_no        bigint NOT NULL,
  start_previous  bytea NOT NULL,
  at              timestamptz NOT NULL,
  key_id          text NOT NULL,
  mac             bytea NOT NULL
);
CREATE TRIGGER audit_drop_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_drop
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
