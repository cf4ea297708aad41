/** From an alarm to what led to it. Pure. */
export const BEFORE_ALARM_MS = 60_000;

/** As the part `t` of a link says a moment. */
export const momentText = (atMs: number): string => new Date(atMs).toISOString().replace('.000Z', 'Z');

/** Address of the control room, a minute before. */
export const beforeAlarmHref = (onsetAtMs: number): string =>
  `#?${new URLSearchParams({ t: momentText(onsetAtMs - BEFORE_ALARM_MS) })}`;
