import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { durationText, exactText, frameAgeText } from '../app/time-text.ts';
import { translateIn } from '../i18n/i18n.ts';
import {
  alarmDurationMs,
  canReset,
  compareAlarms,
  endsByItself,
  isWaiting,
  sortAlarms,
  soundingLevel,
  standingOf,
} from './alarm-order.ts';
import { lastingText, personText, placeText, ruleText, shortCompany, standingText, whoText } from './alarm-text.ts';
import { createAlarmView as alarm, PERSON } from './alarm-view.fixture.ts';

describe('alarm list', () => {
  it('[WEB-14] those that wait come first, then by level, then the youngest', () => {
    const order = sortAlarms([
      alarm({ alarmId: 'seen', acknowledged: true, level: 1 }),
      alarm({ alarmId: 'blue', level: 4 }),
      alarm({ alarmId: 'red-old', onsetAtMs: 1 }),
      alarm({ alarmId: 'red-new', onsetAtMs: 9 }),
      alarm({ alarmId: 'orange', level: 2 }),
    ]).map(({ alarmId }) => alarmId);
    expect(order).toEqual(['red-new', 'red-old', 'orange', 'blue', 'seen']);
  });

  it('[WEB-14] the order is total: whatever comes in, the same list stands', () => {
    const arbitrary = fc.record({
      alarmId: fc.string({ minLength: 1, maxLength: 3 }),
      level: fc.constantFrom<AlarmLevel>(1, 2, 3, 4),
      acknowledged: fc.boolean(),
      onsetAtMs: fc.nat(5),
    });
    const list = fc.uniqueArray(arbitrary, { selector: ({ alarmId }) => alarmId, maxLength: 12 });
    fc.assert(
      fc.property(list, (changes) => {
        const alarms = changes.map((change) => alarm(change));
        expect(sortAlarms([...alarms].reverse())).toEqual(sortAlarms(alarms));
        for (const a of alarms) for (const b of alarms) expect(compareAlarms(a, b) + compareAlarms(b, a)).toBe(0);
      }),
    );
  });

  it('[WEB-15] the sound is that of the highest level nobody acknowledged, and silence without any', () => {
    expect(soundingLevel([])).toBeNull();
    expect(soundingLevel([alarm({ acknowledged: true })])).toBeNull();
    expect(soundingLevel([alarm({ level: 3 }), alarm({ level: 2 }), alarm({ acknowledged: true })])).toBe(2);
  });

  it('[WEB-32] what ends by itself asks for nothing: no sound, no count, behind what waits, no words of a confirmation', () => {
    const yellow = alarm({ alarmId: 'yellow', rule: 'gathering', level: 3 });
    const battery = alarm({ alarmId: 'battery', rule: 'low-battery', level: 4 });
    for (const calm of [yellow, battery]) {
      expect(endsByItself(calm)).toBe(true);
      expect(isWaiting(calm)).toBe(false);
      expect(standingText(translateIn('zh-CN'), calm)).toBe('');
    }
    expect(soundingLevel([yellow, battery])).toBeNull();
    const blue = alarm({ alarmId: 'blue', rule: 'unknown-tag', level: 4 });
    expect(sortAlarms([yellow, battery, blue]).map(({ alarmId }) => alarmId)).toEqual(['blue', 'yellow', 'battery']);
  });

  it('[WEB-32] a gathering of four or more asks, latched or not', () => {
    for (const change of [{ level: 2 as const }, { level: 3 as const, latched: true }]) {
      expect(isWaiting(alarm({ rule: 'gathering', ...change }))).toBe(true);
    }
  });

  it('[WEB-16] an SOS can be reset only after it was acknowledged', () => {
    const sos = { latched: true };
    expect(canReset(alarm(sos))).toBe(false);
    expect(canReset(alarm({ ...sos, acknowledged: true }))).toBe(true);
    expect(canReset(alarm({ ...sos, acknowledged: true, active: false }))).toBe(false);
    expect(canReset(alarm({ acknowledged: true }))).toBe(false);
  });

  it('names the four states and how long they last', () => {
    expect(standingOf(alarm())).toBe('active-waiting');
    expect(standingOf(alarm({ active: false, acknowledged: true }))).toBe('cleared-acknowledged');
    expect(alarmDurationMs(alarm(), 4_000)).toBe(3_000);
    expect(alarmDurationMs(alarm({ active: false, clearedAtMs: 2_500 }), 9_000)).toBe(1_500);
    expect(alarmDurationMs(alarm(), 0)).toBe(0);
  });
});

describe('words of an alarm', () => {
  const t = translateIn('zh-CN');

  it('says what, who, where and how long', () => {
    const out = alarm({ rule: 'out-of-bounds', areaName: '变电所', recordedAtMs: 31_000 });
    expect(ruleText(t, out.rule)).toBe('越界');
    expect(whoText(t, out)).toBe('钱一帆');
    expect(placeText(t, out)).toBe('变电所 · 无位置');
    expect(lastingText(t, out, 96_000)).toBe('持续 1 分 35 秒');
    expect(standingText(t, out)).toBe('待确认');
  });

  it('shows what is known of somebody without a name, and a rule it does not know by its id', () => {
    expect(personText(t, { ...PERSON, name: '' })).toBe('卡 0007');
    expect(personText(t, { ...PERSON, name: '', cardNo: null })).toBe('p1');
    expect(personText(t, { ...PERSON, name: '', cardNo: null, personId: null })).toBe('未识别人员');
    expect(ruleText(t, 'smoke' as never)).toBe('smoke');
  });

  it('shortens a company to what people say', () => {
    expect(shortCompany('某某化工(华东)有限公司')).toBe('某某化工');
    expect(shortCompany('某某储运（演示）股份有限公司')).toBe('某某储运');
    expect(shortCompany('Acme Chemicals')).toBe('Acme Chemicals');
    expect(shortCompany('有限公司')).toBe('有限公司');
  });

  it('writes durations with at most two units', () => {
    expect([0, 59_999, 60_000, 3_600_000, 90_000_000].map((ms) => durationText(t, ms))).toEqual([
      '0 秒',
      '59 秒',
      '1 分 00 秒',
      '1 小时 00 分',
      '1 天 1 小时',
    ]);
    expect(frameAgeText(t, 840)).toBe('0.8 秒');
    expect(exactText(Date.UTC(2026, 0, 1, 19, 4, 5))).toBe('2026-01-02 03:04:05');
  });
});
