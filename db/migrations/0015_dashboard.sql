-- What the dashboard, emergencies and dry runs read beside the registers and documents.

-- Who answers for a company day and night.
CREATE TABLE company_contact (
  company_code  text NOT NULL REFERENCES company (code),
  kind          text NOT NULL CHECK (kind IN ('control-room', 'duty-leader')),
  name          text NOT NULL,
  phone_sealed  text NOT NULL,          -- SM4 ciphertext
  by            text NOT NULL,
  at            timestamptz NOT NULL,
  PRIMARY KEY (company_code, kind)
);

-- Each day's censuses by company, '' for the whole park: months are read from here. Days are those of UTC+8.
CREATE TABLE census_day (
  day           date NOT NULL,
  company_code  text NOT NULL,
  censuses      integer NOT NULL,
  online_sum    bigint NOT NULL,
  online_max    integer NOT NULL,
  PRIMARY KEY (day, company_code)
);
CREATE FUNCTION count_census() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO census_day AS d (day, company_code, censuses, online_sum, online_max)
  SELECT (NEW.at AT TIME ZONE interval '08:00')::date, coalesce(p."companyCode", ''), 1, coalesce(sum(p.count), 0),
    coalesce(sum(p.count), 0)
  FROM jsonb_to_recordset(NEW.value -> 'people') AS p ("companyCode" text, count integer)
  GROUP BY GROUPING SETS ((p."companyCode"), ())
  ON CONFLICT (day, company_code) DO UPDATE SET censuses = d.censuses + 1, online_sum = d.online_sum + excluded.online_sum,
    online_max = greatest(d.online_max, excluded.online_max);
  RETURN NULL;
END
$$;
CREATE TRIGGER doc_change_census AFTER INSERT ON doc_change
  FOR EACH ROW WHEN (NEW.kind = 'census') EXECUTE FUNCTION count_census();

-- Who was where, coarsely: one row per person, hour and cell of 0.002 degree in which a fix was. It finds the people near an area
-- without looking at everybody's positions (docs/adr/0023). Written by the store with the positions.
CREATE TABLE person_cell (
  hour       integer NOT NULL,          -- since 1970, of observation
  cell       integer NOT NULL,          -- db/person-cells.kernel.ts
  person_id  integer NOT NULL,          -- person.id
  PRIMARY KEY (hour, cell, person_id)
);
