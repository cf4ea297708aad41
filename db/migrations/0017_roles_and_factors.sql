-- Roles of companies, contractor units and the three administrators; second factors; what changed with an account.
ALTER TABLE app_user DROP CONSTRAINT app_user_role_check;
ALTER TABLE app_user DROP CONSTRAINT app_user_check;
ALTER TABLE app_user
  ADD COLUMN department       text,             -- of the role park: a department; of a company's roles: the office work orders go to
  ADD COLUMN contractor_code  text,             -- of the role contractor: the unit
  ADD COLUMN unconfirmed      boolean NOT NULL DEFAULT false,  -- an administrator's account that waits for the second person
  ADD COLUMN version          integer NOT NULL DEFAULT 1,
  ADD COLUMN created_by       text NOT NULL DEFAULT '',
  ADD COLUMN updated_at       timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN updated_by       text NOT NULL DEFAULT '',
  ALTER COLUMN password_hash DROP NOT NULL,     -- null: no first password was issued yet
  ADD CHECK (role IN ('operator', 'park', 'company-admin', 'enterprise', 'contractor', 'ops',
                      'system-admin', 'security-admin', 'audit-admin')),
  ADD CHECK ((role IN ('company-admin', 'enterprise')) = (company_code IS NOT NULL)),
  ADD CHECK ((role = 'contractor') = (contractor_code IS NOT NULL)),
  ADD CHECK (department IS NULL OR role IN ('park', 'company-admin', 'enterprise'));
CREATE INDEX app_user_company ON app_user (company_code) WHERE company_code IS NOT NULL;

-- The three administrators shut one another out: an account never becomes, or stops being, one of them. Nobody else, and no
-- command, can get around it.
CREATE FUNCTION refuse_role_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the role of an account does not change; make another account' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER app_user_role_stands BEFORE UPDATE OF role ON app_user
  FOR EACH ROW WHEN (OLD.role <> NEW.role) EXECUTE FUNCTION refuse_role_change();

-- What a user proves to have beside the password.
CREATE TABLE user_factor (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id        uuid NOT NULL REFERENCES app_user (id),
  kind           text NOT NULL CHECK (kind IN ('totp', 'sm2')),
  secret_sealed  text,                       -- of totp: SM4 under a key outside the database
  public_key     text,                       -- of sm2: x and y, 64 bytes in hex
  last_step      bigint NOT NULL DEFAULT 0,  -- of totp: the newest step whose code was taken; none is taken twice
  created_at     timestamptz NOT NULL,
  created_by     text NOT NULL,
  last_used_at   timestamptz,
  UNIQUE (user_id, kind),
  CHECK ((kind = 'totp') = (secret_sealed IS NOT NULL)),
  CHECK ((kind = 'sm2') = (public_key IS NOT NULL))
);

CREATE TABLE user_recovery_code (
  user_id    uuid NOT NULL REFERENCES app_user (id),
  code_hash  text NOT NULL,                  -- SM3
  used_at    timestamptz,
  PRIMARY KEY (user_id, code_hash)
);

-- What the security administrator asks of a role's sign-in; a role without a row has the defaults of security/role-policy.ts.
CREATE TABLE role_policy (
  role            text PRIMARY KEY,
  second_factor   boolean NOT NULL,
  single_session  boolean NOT NULL,
  addresses       text[],                    -- addresses or CIDR ranges; null: any
  version         integer NOT NULL,
  updated_at      timestamptz NOT NULL,
  updated_by      text NOT NULL
);
