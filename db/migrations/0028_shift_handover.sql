-- Hand-overs of a shift (交接班): what was summed up and said by whom, and who took over. What was said stays as it was said.
CREATE TABLE shift_handover (
  id            bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  company_code  text,                    -- whose desk; null: the park's
  from_at       timestamptz NOT NULL,
  to_at         timestamptz NOT NULL,
  summary       jsonb NOT NULL,          -- HandoverSummary of core/handover-api.ts
  notes         text NOT NULL,
  given_user_id text NOT NULL,
  given_user    text NOT NULL,
  given_name    text NOT NULL,           -- of the person, where a desk shares an account
  given_at      timestamptz NOT NULL,
  taken_user_id text,
  taken_user    text,
  taken_name    text,
  taken_notes   text,
  taken_at      timestamptz
);
CREATE INDEX shift_handover_newest ON shift_handover (company_code, given_at DESC, id DESC);

CREATE FUNCTION keep_shift_handover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.taken_at IS NOT NULL
     OR (OLD.company_code, OLD.from_at, OLD.to_at, OLD.summary, OLD.notes, OLD.given_user_id, OLD.given_user, OLD.given_name, OLD.given_at)
        IS DISTINCT FROM
        (NEW.company_code, NEW.from_at, NEW.to_at, NEW.summary, NEW.notes, NEW.given_user_id, NEW.given_user, NEW.given_name, NEW.given_at)
  THEN
    RAISE EXCEPTION 'a hand-over is kept as it was given and taken' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER shift_handover_kept BEFORE UPDATE OR DELETE ON shift_handover
  FOR EACH ROW EXECUTE FUNCTION keep_shift_handover();
