-- How far dropping by age has come: positions before it may go. It moves at a pace (core/pace.ts), and a restart, however
-- often, does not begin a month anew.
ALTER TABLE position_ladder ADD COLUMN kept_from timestamptz NOT NULL DEFAULT 'epoch';
