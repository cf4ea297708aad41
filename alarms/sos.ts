/**
 * SOS (一键报警): latched, highest level, raised however late, whatever its clock, with or without coordinates. One alarm
 * at a time for a person, whether the tag called (a fix with SOS) or the supplier's platform says so (a vendor's record);
 * repeats of what raised or fed an alarm raise nothing again.
 */
import type { AlarmLevel } from '../stream/protocol/vocabulary.ts';
import type { SosSettings } from './rule-settings.ts';

export const SOS_RULE_VERSION = 2;
export const SOS_LEVEL: AlarmLevel = 1;
const REMEMBERED_RECORDS = 512;

/** Kept for each person who ever sent an SOS. Plain data. */
export interface SosMemory {
  alarmId: string | null;
  /** After a reset the button must be seen released, or this time must pass. */
  isArmed: boolean;
  resetAtMs: number;
  /** Event time of the first fix held back since the reset; null: none. */
  heldAtMs: number | null;
  /** Event times as sent of SOS taken so far, newest last: the same one sent again is no new call for help. */
  seenAtMs: number[];
  /** The vendor's record that the standing alarm rests on alone; null: on fixes, or on several records. */
  restsOn: string | null;
  /** Vendor's records taken so far, newest last. */
  seenRecords: string[];
  /** Vendor's records held back since the reset: id and event time. */
  heldRecords: [string, number][];
}

export const createSosMemory = (): SosMemory => ({
  alarmId: null,
  isArmed: true,
  resetAtMs: 0,
  heldAtMs: null,
  seenAtMs: [],
  restsOn: null,
  seenRecords: [],
  heldRecords: [],
});

export type SosVerdict = 'none' | 'raise' | 'feed';

/** One fix with SOS true; `observedAtMs` as sent, which tells a repeat. `feed`: it belongs to the standing alarm. */
export function takeSos(
  settings: SosSettings,
  memory: SosMemory,
  observedAtMs: number,
  engineAtMs: number,
): SosVerdict {
  memory.restsOn = null;
  if (!isFirstTime(memory.seenAtMs, observedAtMs)) return 'none';
  if (memory.alarmId !== null) return 'feed';
  if (isHeldBack(settings, memory, engineAtMs)) {
    memory.heldAtMs ??= observedAtMs;
    return 'none';
  }
  forgetHeld(memory);
  return 'raise';
}

/** AQ 3064.3 B.3 with ALARM_TYPE 0. */
export interface SosRecord {
  readonly alarmId: string;
  readonly raisedAtMs: number;
  /** ALARM_TIME was absent: receipt time stands in, so that the same record sent again has another. */
  readonly timeReplaced: boolean;
}

/** A vendor's record of an SOS that goes on. */
export function takeSosRecord(
  settings: SosSettings,
  memory: SosMemory,
  record: SosRecord,
  engineAtMs: number,
): SosVerdict {
  if (memory.restsOn !== record.alarmId) memory.restsOn = null;
  const isNews = isFirstTime(memory.seenRecords, knownAs(record)) && isFirstTime(memory.seenAtMs, record.raisedAtMs);
  if (!isNews) return 'none';
  if (memory.alarmId !== null) return 'feed';
  if (isHeldBack(settings, memory, engineAtMs)) {
    if (memory.heldRecords.length < REMEMBERED_RECORDS) memory.heldRecords.push([record.alarmId, record.raisedAtMs]);
    return 'none';
  }
  forgetHeld(memory);
  memory.restsOn = record.alarmId;
  return 'raise';
}

/**
 * A vendor's record of an SOS that is over by the time it comes. A call that nobody here ever saw is raised all the same,
 * unless it ended long ago; one taken about then, by a fix or another record, was this call.
 */
export function takeEndedSosRecord(
  settings: SosSettings,
  memory: SosMemory,
  record: SosRecord & { readonly endedAtMs: number },
  engineAtMs: number,
): 'none' | 'raise' {
  const isSeen = memory.seenRecords.includes(knownAs(record)) || memory.alarmId !== null;
  const isTaken = memory.seenAtMs.some((atMs) => Math.abs(atMs - record.raisedAtMs) <= settings.rearmMs);
  endSosRecord(memory, record, false);
  if (isSeen || isTaken || engineAtMs - record.endedAtMs > settings.endedMs) return 'none';
  isFirstTime(memory.seenAtMs, record.raisedAtMs);
  memory.restsOn = record.alarmId;
  return 'raise';
}

/**
 * The vendor's record ended or was deleted: a button released, as far as this record goes. `withdraw`: the standing alarm
 * rests on nothing but the deleted record; its caller ends it.
 */
export function endSosRecord(memory: SosMemory, record: SosRecord, isDeleted: boolean): 'none' | 'withdraw' {
  isFirstTime(memory.seenRecords, knownAs(record));
  memory.heldRecords = memory.heldRecords.filter(([alarmId]) => alarmId !== record.alarmId);
  if (memory.alarmId !== null) return isDeleted && memory.restsOn === record.alarmId ? 'withdraw' : 'none';
  // A call that something else made and that is held back stays.
  if (memory.heldAtMs === null && memory.heldRecords.length === 0) memory.isArmed = true;
  return 'none';
}

/**
 * Event time of a call that was held back after a reset and is due now, else null. A tag that calls once and then is
 * silent must not be missed for having called within the minute.
 */
export function heldSosDue(settings: SosSettings, memory: SosMemory, engineAtMs: number): number | null {
  if (memory.alarmId !== null || engineAtMs - memory.resetAtMs < settings.rearmMs) return null;
  const [first] = memory.heldRecords;
  if (first === undefined) return memory.heldAtMs;
  return memory.heldAtMs === null ? first[1] : Math.min(first[1], memory.heldAtMs);
}

/** The held call is raised: forgets what was held, and what the alarm will rest on. */
export function takeHeldSos(memory: SosMemory): void {
  const [only, ...more] = memory.heldRecords;
  memory.restsOn = memory.heldAtMs === null && only !== undefined && more.length === 0 ? only[0] : null;
  memory.isArmed = true;
  forgetHeld(memory);
}

/** A newest fix of the person without SOS, or with SOS false: the button is released, and what it held with it. */
export function releaseSos(memory: SosMemory): void {
  if (memory.alarmId !== null) return;
  memory.isArmed = true;
  memory.heldAtMs = null;
}

/** Somebody looked after it. */
export function resetSos(memory: SosMemory, atMs: number): void {
  memory.alarmId = null;
  memory.isArmed = false;
  memory.resetAtMs = atMs;
  forgetHeld(memory);
}

/** What it rested on was deleted: as if there had been no call. */
export function withdrawSos(memory: SosMemory): void {
  memory.alarmId = null;
  memory.restsOn = null;
  memory.isArmed = true;
}

const isHeldBack = (settings: SosSettings, memory: SosMemory, engineAtMs: number): boolean =>
  !memory.isArmed && engineAtMs - memory.resetAtMs < settings.rearmMs;

function forgetHeld(memory: SosMemory): void {
  memory.heldAtMs = null;
  memory.heldRecords = [];
}

/** A supplier that gives an id twice still calls twice: the time is part of what a record is known by. */
const knownAs = ({ alarmId, raisedAtMs, timeReplaced }: SosRecord): string =>
  timeReplaced ? alarmId : `${alarmId}@${raisedAtMs}`;

/** Remembers it, the oldest beyond the limit forgotten; false: it was remembered already. */
function isFirstTime<T>(seen: T[], one: T): boolean {
  if (seen.includes(one)) return false;
  seen.push(one);
  if (seen.length > REMEMBERED_RECORDS) seen.shift();
  return true;
}
