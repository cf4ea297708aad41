-- Registers: their tables are made from the declarations (registers/, db/registers/), after the files of this folder. Here is
-- what they share: the history of every row, files, and the functions that search goes by.

-- What a search compares: small letters, and one form for letters that look the same (full width, half width).
CREATE FUNCTION search_form(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT lower(normalize(written, NFKC))
$$;

-- Every pair of neighbouring characters within a line, and every single one that is no ASCII: one Chinese character is a word
-- to look for, one Latin letter is not, and is found by reading. An index over it answers `@>`, and exact comparison has the
-- last word. The cost is what the planner has to know: to read the text again is a thousand times dearer than to compare it.
CREATE FUNCTION bigrams(written text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
  SELECT coalesce(array_agg(gram), '{}') FROM (
    SELECT one || other AS gram
    FROM unnest(string_to_array(written, NULL), (string_to_array(written, NULL))[2:]) AS pair (one, other)
    WHERE one <> chr(10) AND other <> chr(10)
    UNION ALL
    SELECT one FROM unnest(string_to_array(written, NULL)) AS one WHERE octet_length(one) > 1
  ) AS grams
$$;

-- What a text that holds the one sought has among its bigrams. Pairs alone where there are any: single characters would say
-- nothing more, and the planner would take them for further conditions.
CREATE FUNCTION bigrams_sought(sought text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(gram), '{}') FROM unnest(bigrams(sought)) AS gram
  WHERE length(gram) > 1 OR length(sought) = 1
$$;

-- Values as stored: sealed ones stay sealed here.
CREATE TABLE register_change (
  register  text NOT NULL,
  row_id    text NOT NULL,
  version   integer NOT NULL CHECK (version > 0),
  at        timestamptz NOT NULL,
  by_user   text NOT NULL,
  by_name   text NOT NULL,
  act       text NOT NULL,
  reason    text,
  before    jsonb,                      -- null: there was none; else what changed
  after     jsonb,                      -- null: there is none
  PRIMARY KEY (register, row_id, version)
);
CREATE TRIGGER register_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register_change
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Files that were sent and that no row names yet: forgotten after a day, with their bytes where nobody else has the same.
CREATE TABLE register_file (
  id        uuid PRIMARY KEY,
  register  text NOT NULL,
  field     text NOT NULL,
  digest    text NOT NULL,              -- SM3 of the bytes, hex; names the blob
  name      text NOT NULL,
  type      text NOT NULL,
  bytes     bigint NOT NULL,
  by_user   text NOT NULL,
  at        timestamptz NOT NULL,
  row_id    text                        -- null: no row names it yet
);
CREATE INDEX register_file_unnamed ON register_file (at) WHERE row_id IS NULL;
CREATE INDEX register_file_digest ON register_file (digest);
