-- Registers that rules go by (role relay): by which declaration they were told to the engine, in which telling, and where the log has the
-- newest of it. A register without a line is told in full; what of each row was told stands in its table (told_version).
CREATE TABLE told_register (
  register text PRIMARY KEY,
  fields text[] NOT NULL,
  -- When the telling in full began, epoch ms; it is in the log to its end.
  telling bigint NOT NULL,
  is_complete boolean NOT NULL,
  log_epoch text NOT NULL,
  log_seq bigint NOT NULL,
  -- Receipt of that entry, epoch ms; 0: not known.
  log_received_ms bigint NOT NULL
);
