/**
 * Is there a guardian? One of those on duty near is enough. Nobody near counts from the first fix that showed the last of them away; a
 * hand-over changes who counts and not since when nobody was there. Who is not heard of is neither there nor away: while that is so of
 * all of them, nothing new is said of absence. GB 30871-2022 4.10, AQ 3064.2-2025 5.9.6.
 */

/** A guardian on duty, as he is known now. */
export interface Guarding {
  /** Event time of the first fix that showed him away; 0: he is near. */
  readonly awaySinceMs: number;
  /** Event time up to which he is known to have been near; 0: he is away. */
  readonly nearToMs: number;
  /** Engine time from which on he counts as silent; 0: he is heard. */
  readonly silentSinceMs: number;
  /** On duty from; null: with the work. */
  readonly fromMs: number | null;
}

/** Plain data. */
export interface Absence {
  /** Since when no guardian is near, event time; 0: one is. */
  readonly sinceMs: number;
  /** Event time up to which one was seen near; 0: never. */
  readonly nearToMs: number;
}
export const NO_ABSENCE: Absence = { sinceMs: 0, nearToMs: 0 };

/** `guarding` empty: of its guardians none is on duty now. */
export function stepAbsence(absence: Absence, guarding: readonly Guarding[], startedAtMs: number): Absence {
  const heard = guarding.filter(({ silentSinceMs }) => silentSinceMs === 0);
  if (guarding.length > 0 && heard.length === 0) return absence;
  const near = heard.filter(({ awaySinceMs }) => awaySinceMs === 0);
  if (near.length > 0) {
    return { sinceMs: 0, nearToMs: Math.max(absence.nearToMs, ...near.map(({ nearToMs }) => nearToMs)) };
  }
  if (absence.sinceMs !== 0) return absence;
  const since = guarding.map(({ awaySinceMs, silentSinceMs, fromMs }) =>
    silentSinceMs === 0 ? Math.max(awaySinceMs, fromMs ?? 0) : silentSinceMs,
  );
  return { ...absence, sinceMs: Math.max(absence.nearToMs, startedAtMs, ...since) };
}
