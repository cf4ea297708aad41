-- Wall screens of the park that sign in without a user (docs/adr/0042-wall-screens-sign-in.md). Their sessions are in Redis.
CREATE TABLE screen (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name          text NOT NULL UNIQUE CHECK (name <> ''),
  added_at      timestamptz NOT NULL,
  added_by      text NOT NULL,
  code_hash     text UNIQUE,   -- SM3; null: used
  code_until    timestamptz
);
