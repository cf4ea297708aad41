-- How a company comes to live operation: a stage for each interface, sandbox credentials, rotation with two valid secrets.

-- A company without a row stands in its joint test: nothing goes live by being forgotten.
CREATE TABLE company_interface (
  company_code  text NOT NULL REFERENCES company (code),
  interface     text NOT NULL,              -- as in the ledger
  stage         text NOT NULL CHECK (stage IN ('joint', 'trial', 'live')),
  changed_at    timestamptz NOT NULL DEFAULT now(),
  changed_by    text,
  PRIMARY KEY (company_code, interface)
);
-- Companies known before were live with everything that they sent.
INSERT INTO company_interface (company_code, interface, stage)
SELECT code, interface, 'live'
FROM company, unnest(ARRAY['persons', 'areas', 'positions', 'gatherings', 'person-alarms', 'area-alarms', 'heartbeats', 'sensors'])
  AS i (interface);

ALTER TABLE credential
  ADD COLUMN sandbox                 boolean NOT NULL DEFAULT false,  -- answered in full, kept nowhere
  ADD COLUMN previous_secret_sealed  text,                            -- the one before the last rotation
  ADD COLUMN previous_secret_until   timestamptz,                     -- holds until then
  ADD CHECK ((previous_secret_sealed IS NULL) = (previous_secret_until IS NULL));
