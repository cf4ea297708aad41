/**
 * SOS (一键报警): latched, highest level, raised however late, whatever its clock, with or without coordinates. One alarm
 * at a time for a person; repeats of a record that raised or fed an alarm raise nothing again.
 */
import type { AlarmLevel } from '../stream/protocol/vocabulary.ts';
import type { SosSettings } from './rule-settings.ts';

export const SOS_RULE_VERSION = 1;
export const SOS_LEVEL: AlarmLevel = 1;
const REMEMBERED_RECORDS = 512;

/** Kept for each person who ever sent an SOS. Plain data. */
export interface SosMemory {
  alarmId: string | null;
  /** After a reset the button must be seen released, or this time must pass. */
  isArmed: boolean;
  resetAtMs: number;
  /** Event time of the first record held back since the reset; null: none. */
  heldAtMs: number | null;
  /** Event times as sent of SOS records taken so far, newest last: the same record sent again is no new call for help. */
  seenAtMs: number[];
}

export const createSosMemory = (): SosMemory => ({
  alarmId: null,
  isArmed: true,
  resetAtMs: 0,
  heldAtMs: null,
  seenAtMs: [],
});

export type SosVerdict = 'none' | 'raise' | 'feed';

/** One record with SOS true; `observedAtMs` as sent, which tells a repeat. `feed`: it belongs to the standing alarm. */
export function takeSos(
  settings: SosSettings,
  memory: SosMemory,
  observedAtMs: number,
  engineAtMs: number,
): SosVerdict {
  if (memory.seenAtMs.includes(observedAtMs)) return 'none';
  memory.seenAtMs.push(observedAtMs);
  if (memory.seenAtMs.length > REMEMBERED_RECORDS) memory.seenAtMs.shift();
  if (memory.alarmId !== null) return 'feed';
  if (!memory.isArmed && engineAtMs - memory.resetAtMs < settings.rearmMs) {
    memory.heldAtMs ??= observedAtMs;
    return 'none';
  }
  memory.heldAtMs = null;
  return 'raise';
}

/**
 * Event time of a call that was held back after a reset and is due now, else null. A tag that calls once and then is
 * silent must not be missed for having called within the minute.
 */
export function heldSosDue(settings: SosSettings, memory: SosMemory, engineAtMs: number): number | null {
  if (memory.alarmId !== null || engineAtMs - memory.resetAtMs < settings.rearmMs) return null;
  return memory.heldAtMs;
}

/** A newest record of the person without SOS, or with SOS false: the button is released, and what was held with it. */
export function releaseSos(memory: SosMemory): void {
  if (memory.alarmId !== null) return;
  memory.isArmed = true;
  memory.heldAtMs = null;
}

export function resetSos(memory: SosMemory, atMs: number): void {
  memory.alarmId = null;
  memory.isArmed = false;
  memory.heldAtMs = null;
  memory.resetAtMs = atMs;
}
