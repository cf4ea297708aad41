-- Which link of a contractor unit lets its drivers enter their vehicles: one at a time; another takes its place, none withdraws it.
CREATE TABLE vehicle_entry_link (
  company_code text NOT NULL REFERENCES company (code) ON DELETE CASCADE,
  unit         text NOT NULL,           -- credit code, as in reg_contractor_units
  link_id      text NOT NULL,           -- random; the link itself is sealed and kept nowhere
  issued_at    timestamptz NOT NULL,
  ends_at      timestamptz NOT NULL,
  PRIMARY KEY (company_code, unit)
);
