-- The key of positions carries what a track shows, so that reading one does not fetch a page of the table for each fix
-- (docs/adr/0004). In this order they fill the key's padding: 8 bytes more a fix, 16 where height or accuracy is absent.
-- An index-only scan takes pages that are known visible to all: autovacuum looks after each 100,000 new rows, so that
-- never much is left; a running day would wait for a fifth more of itself. db/partition-keeper.ts has the same for new partitions.
-- Rebuilds the key of what is there: about two minutes for 100 million rows.
DO $migration$
DECLARE
  stored regclass;
BEGIN
  ALTER TABLE position
    DROP CONSTRAINT position_key,
    ADD CONSTRAINT position_key PRIMARY KEY (person_id, observed_at, source)
      INCLUDE (accuracy_dm, lng, lat, height_cm);
  FOR stored IN
    SELECT oid FROM pg_class WHERE oid = 'position'::regclass AND relkind = 'r'
    UNION ALL
    SELECT inhrelid FROM pg_inherits JOIN pg_class p ON p.oid = inhparent
    WHERE inhparent = 'position'::regclass AND p.relkind = 'p'
  LOOP
    EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_insert_scale_factor = 0,
                                        autovacuum_vacuum_insert_threshold = 100000)', stored);
  END LOOP;
END
$migration$;
