import { describe, expect, it } from 'vitest';
import { alarmOf } from '../../test/contract/live-world.ts';
import { isHolding, isSuppressed, parseSuppression, type Suppression } from './suppression.ts';

/** Friday 2026-11-20, 00:00 in the park. */
const FRIDAY = Date.UTC(2026, 10, 19, 16);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const VALUE = { how: 'silence', rules: ['dwell'], fromMs: FRIDAY, toMs: FRIDAY + 10 * DAY_MS, reason: '大修' };

function parsed(change: object = {}): Suppression {
  const result = parseSuppression({ ...VALUE, ...change }, 'k');
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('suppression settings', () => {
  it.each([
    ['no object', [], 'not an object'],
    ['an unknown field', { ...VALUE, rule: 'dwell' }, 'rule'],
    ['how', { ...VALUE, how: 'mute' }, 'how'],
    ['a rule', { ...VALUE, rules: ['dwel'] }, 'rules'],
    ['an SOS', { ...VALUE, rules: ['dwell', 'sos'] }, 'SOS'],
    ['an area', { ...VALUE, areas: [7] }, 'areas'],
    ['too many persons', { ...VALUE, persons: Array.from({ length: 501 }, String) }, 'persons'],
    ['nothing named', { ...VALUE, rules: [] }, 'name rules'],
    ['a beginning', { ...VALUE, fromMs: '2026' }, 'fromMs'],
    ['an end before', { ...VALUE, toMs: FRIDAY }, 'toMs'],
    ['a silence without an end', { ...VALUE, toMs: null }, 'end'],
    ['a day', { ...VALUE, weekly: [{ days: [8], fromMin: 0, toMin: 60 }] }, 'weekly'],
    ['no hours', { ...VALUE, weekly: [{ days: [1], fromMin: 60, toMin: 60 }] }, 'weekly'],
    ['no reason', { ...VALUE, reason: ' ' }, 'reason'],
  ])('[LIF-25] refused with what is wrong: %s', (_what, value, word) => {
    const result = parseSuppression(value, 'k');
    expect(!result.ok && result.error).toContain(word);
  });

  it('[LIF-25] a key is needed; out of service may be without an end', () => {
    expect(parseSuppression(VALUE, '').ok).toBe(false);
    expect(parsed({ how: 'out-of-service', toMs: null }).toMs).toBeNull();
  });

  it('[LIF-26] holds from its beginning up to its end, and in its weekly hours only', () => {
    const always = parsed();
    expect(
      [FRIDAY - 1, FRIDAY, FRIDAY + 10 * DAY_MS - 1, FRIDAY + 10 * DAY_MS].map((ms) => isHolding(always, ms)),
    ).toEqual([false, true, true, false]);
    const weekly = parsed({ weekly: [{ days: [5], fromMin: 22 * 60, toMin: 6 * 60 }] });
    const at = (day: number, minute: number) => isHolding(weekly, FRIDAY + day * DAY_MS + minute * MINUTE_MS);
    expect(at(0, 22 * 60 - 1)).toBe(false);
    expect(at(0, 22 * 60)).toBe(true);
    expect(at(1, 6 * 60 - 1)).toBe(true);
    expect(at(1, 6 * 60)).toBe(false);
    // Thursday night is not Friday's: into Friday morning nothing holds.
    expect(at(0, 5 * 60)).toBe(false);
    const sunday = parsed({ weekly: [{ days: [7], fromMin: 23 * 60, toMin: 60 }] });
    expect(isHolding(sunday, FRIDAY + 3 * DAY_MS)).toBe(true);
    expect(isHolding(parsed({ weekly: [{ days: [5], fromMin: 0, toMin: 1_440 }] }), FRIDAY + DAY_MS - 1)).toBe(true);
  });

  it('[LIF-24] takes in what meets all that is named; of companies only what concerns none beside them', () => {
    const alarm = alarmOf('a', ['c1'], { rule: 'dwell', subject: 'c1/p', areaCompanyCode: 'c1', areaId: 'a1' });
    expect(isSuppressed(parsed({ areas: ['c1/a1'], companies: ['c1'], persons: ['c1/p'] }), alarm)).toBe(true);
    for (const change of [
      { areas: ['c1/a2'] },
      { companies: ['c2'] },
      { persons: ['c1/q'] },
      { rules: ['stillness'] },
    ]) {
      expect(isSuppressed(parsed(change), alarm)).toBe(false);
    }
    const ofBoth = { ...alarm, companyCodes: ['c1', 'c2'] };
    expect(isSuppressed(parsed({ companies: ['c1'] }), ofBoth)).toBe(false);
    expect(isSuppressed(parsed({ companies: ['c1', 'c2'] }), ofBoth)).toBe(true);
    expect(isSuppressed(parsed({ companies: ['c1'] }), { ...alarm, companyCodes: [] })).toBe(false);
  });
});
