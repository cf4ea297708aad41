-- Receipt time (epoch ms) of the entry below next_seq: tells whether a log that came back from a failure still has the
-- same entry there. NULL: nothing was read yet, or by a version that did not note it.
ALTER TABLE reader_offset ADD COLUMN last_received_ms bigint;
