-- The time machine (docs/spec/playback.md, docs/adr/0038): what stood at an instant is asked for by the instant.

-- Times at which an alarm stood. Some were raised by a record that came after the alarm's end was told.
CREATE INDEX alarm_stood ON alarm USING gist (tstzrange(least(raised_at, ended_at), ended_at, '[]'));

CREATE INDEX permit_word_received ON permit_word (received_at);

-- Playbacks that somebody opened, with what was in their scope then; a day old, they are forgotten. The reason is in the audit.
CREATE TABLE playback (
  playback_id   uuid PRIMARY KEY,
  user_id       text NOT NULL,
  company_code  text,                   -- null: the whole park
  from_at       timestamptz NOT NULL,
  to_at         timestamptz NOT NULL,
  made_at       timestamptz NOT NULL
);
CREATE INDEX playback_made ON playback (made_at);
