-- Tags as a register: those that somebody wears, and those that send fixes and nobody is known to wear. Rows of `person` are both;
-- the row of a tag stays when somebody takes it, and then it is that person's.
CREATE INDEX tag_register_card ON person (card_no, named_row_id(company_code, card_no))
  WHERE card_no IS NOT NULL AND NOT joint_test;
CREATE INDEX tag_register_company ON person (company_code, card_no, named_row_id(company_code, card_no))
  WHERE card_no IS NOT NULL AND NOT joint_test;
CREATE INDEX tag_register_row ON person (named_row_id(company_code, card_no)) WHERE card_no IS NOT NULL AND NOT joint_test;
CREATE INDEX tag_register_search ON person USING gin (bigrams(search_form(coalesce(card_no, ''))))
  WHERE card_no IS NOT NULL AND NOT joint_test;

CREATE VIEW reg_tags AS
SELECT named_row_id(p.company_code, p.card_no) AS id, p.company_code, NULL::text AS state, 1 AS version,
  p.received_at AS created_at, ''::text AS created_by, p.received_at AS updated_at, ''::text AS updated_by,
  NULL::timestamptz AS removed_at, '{}'::text[] AS from_vendor,
  p.card_no, CASE WHEN p.person_id IS NULL THEN 'unbound' ELSE 'bound' END AS binding, p.person_id AS person, p.type,
  -- Of whom it is not known since when, first wearers have -infinity.
  CASE WHEN p.person_id IS NULL THEN NULL WHEN w.person_id IS NULL THEN p.received_at ELSE nullif(w.since, '-infinity') END AS since,
  f.observed_at AS last_fix, f.battery_pct::integer AS battery
FROM person p
LEFT JOIN card_first_wearer w ON w.company_code = p.company_code AND w.card_no = p.card_no AND w.person_id = p.id
LEFT JOIN LATERAL (
  SELECT l.observed_at, l.battery_pct FROM person_latest l WHERE l.person_id = p.id ORDER BY l.observed_at DESC LIMIT 1
) f ON true
WHERE p.card_no IS NOT NULL AND NOT p.joint_test AND (p.person_id IS NOT NULL OR NOT EXISTS (
  SELECT FROM person b WHERE b.company_code = p.company_code AND b.card_no = p.card_no AND b.person_id IS NOT NULL
    AND NOT b.joint_test));
