-- States of the control room under a name (docs/spec/finding.md): a user's own, and those of the whole park.
CREATE TABLE saved_view (
  user_id     uuid REFERENCES app_user (id),  -- null: of the park
  name        text NOT NULL CHECK (name <> ''),
  view        jsonb NOT NULL,                 -- text by key of the link
  updated_at  timestamptz NOT NULL,
  updated_by  text NOT NULL,
  UNIQUE NULLS NOT DISTINCT (user_id, name)
);
