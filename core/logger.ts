/** One JSON line per event. `event` is a stable kebab-case name; fields carry units in their names. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};

const LEVELS = { debug: 10, info: 20, warn: 30, error: 40 } as const;
export type LogLevel = keyof typeof LEVELS;

/** Writes JSON lines through `write`; error objects become message, code and stack. */
export function createLogger(options: {
  write: (line: string) => void;
  level: LogLevel;
  nowMs: () => number;
  fields?: LogFields;
}): Logger {
  const floor = LEVELS[options.level];
  const emit = (level: LogLevel, event: string, fields?: LogFields): void => {
    if (LEVELS[level] < floor) return;
    const record: Record<string, unknown> = {
      at: new Date(options.nowMs()).toISOString(),
      level,
      event,
      ...options.fields,
      ...fields,
    };
    for (const [key, value] of Object.entries(record)) {
      if (value instanceof Error) {
        record[key] = { message: value.message, code: (value as { code?: unknown }).code, stack: value.stack };
      }
    }
    options.write(`${JSON.stringify(record)}\n`);
  };
  return {
    debug: (event, fields) => emit('debug', event, fields),
    info: (event, fields) => emit('info', event, fields),
    warn: (event, fields) => emit('warn', event, fields),
    error: (event, fields) => emit('error', event, fields),
    child: (fields) => createLogger({ ...options, fields: { ...options.fields, ...fields } }),
  };
}
