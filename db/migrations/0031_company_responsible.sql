-- Who answers at a company for safety, environment and emergencies stands beside whom to call day and night.
ALTER TABLE company_contact DROP CONSTRAINT company_contact_kind_check;
ALTER TABLE company_contact ADD CONSTRAINT company_contact_kind_check
  CHECK (kind IN ('control-room', 'duty-leader', 'safety', 'environment', 'emergency'));
