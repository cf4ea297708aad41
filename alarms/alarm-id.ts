/**
 * Alarm id = hash(rule, subject, area, event-time onset), never an offset: the same log gives the same ids in every
 * replay, and a repeat of the same event finds its alarm again.
 */
// A CommonJS package: Node finds no named exports in it.
import smCrypto from 'sm-crypto';
import type { RuleId } from '../stream/protocol/vocabulary.ts';

/** 32 lower-case hex digits. `subject` is `company/person`; `areaId` is empty where the rule has none. */
export function alarmIdFrom(rule: RuleId, subject: string, areaId: string, onsetAtMs: number): string {
  return smCrypto.sm3(`${rule}\n${subject}\n${areaId}\n${onsetAtMs}`).slice(0, 32);
}
