-- Who may do what: companies, vendor credentials, users, audit.
-- Applied files are never edited; a change is a new file (checksums are kept in schema_migration).

CREATE TABLE company (
  code        text PRIMARY KEY CHECK (code <> ''),  -- 9 digits of the national registry
  name        text NOT NULL CHECK (name <> ''),
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now()
);

-- One identity of a vendor at the ingest door.
CREATE TABLE credential (
  app_id              text PRIMARY KEY CHECK (app_id <> ''),
  company_code        text NOT NULL REFERENCES company (code),
  label               text NOT NULL DEFAULT '',
  secret_sealed       text NOT NULL,                  -- SM4 under a key outside the database
  status              text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
  interfaces          text[],                         -- null: all
  addresses           text[],                         -- null: any; else addresses or CIDR ranges
  rate_records_per_s  integer CHECK (rate_records_per_s > 0),  -- null: the park's default
  created_at          timestamptz NOT NULL DEFAULT now(),
  created_by          text,
  revoked_at          timestamptz,
  revoked_by          text,
  last_used_at        timestamptz,
  CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
);
CREATE INDEX credential_company ON credential (company_code);

CREATE TABLE app_user (
  id                    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name                  text NOT NULL UNIQUE CHECK (name <> ''),
  display_name          text NOT NULL DEFAULT '',
  password_hash         text NOT NULL,
  password_history      text[] NOT NULL DEFAULT '{}',  -- newest first
  role                  text NOT NULL CHECK (role IN ('operator', 'park', 'enterprise', 'ops')),
  company_code          text REFERENCES company (code),  -- null: every company
  must_change_password  boolean NOT NULL DEFAULT true,
  failed_count          integer NOT NULL DEFAULT 0,
  locked_until          timestamptz,
  disabled              boolean NOT NULL DEFAULT false,
  password_changed_at   timestamptz NOT NULL DEFAULT now(),
  last_sign_in_at       timestamptz,
  created_at            timestamptz NOT NULL DEFAULT now(),
  CHECK (role <> 'enterprise' OR company_code IS NOT NULL)
);

-- Every write by a person or a tool. user_id is text and no foreign key: the row outlives the account.
CREATE TABLE audit (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT now(),
  user_id    text,
  user_name  text NOT NULL,
  action     text NOT NULL,
  subject    text,
  outcome    text NOT NULL,
  detail     jsonb NOT NULL DEFAULT '{}',
  address    text
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_subject ON audit (subject);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
