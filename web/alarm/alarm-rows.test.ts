import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { RULES } from '../../stream/protocol/vocabulary.ts';
import {
  type AlarmRow,
  headOf,
  isListFlooded,
  opens,
  PAGE_ROWS,
  pageStart,
  QUIET_KEY,
  rowsOf,
  stepRow,
} from './alarm-rows.ts';
import { createAlarmView } from './alarm-view.fixture.ts';

const NONE: ReadonlySet<string> = new Set();
const shown = (rows: readonly AlarmRow[]): string[] => rows.map((row) => row.key);
const rows = (alarms: readonly AlarmView[], openKeys: ReadonlySet<string> = NONE, chosenKey: string | null = null) =>
  rowsOf(alarms, { openKeys, chosenKey, isFlooded: false });
const flooded = (alarms: readonly AlarmView[], chosenKey: string | null = null) =>
  rowsOf(alarms, { openKeys: NONE, chosenKey, isFlooded: true });

const silent = createAlarmView({ alarmId: 'silent', rule: 'reporting-silent', level: 3, person: null });
const lost = ['l1', 'l2', 'l3'].map((alarmId, n) =>
  createAlarmView({ alarmId, onsetAtMs: 9_000 - n, rule: 'signal-lost', level: 3, under: 'silent' }),
);

describe('rows of the alarm list', () => {
  it('[WEB-18] what an alarm explains stands below it and opens', () => {
    expect(shown(rows([silent, ...lost]))).toEqual(['silent']);
    expect(rows([silent, ...lost])[0]).toMatchObject({ below: 3, isOpen: false });
    expect(shown(rows([silent, ...lost], new Set(['silent'])))).toEqual(['silent', 'l1', 'l2', 'l3']);
  });

  it('[WEB-18] many of a kind at one place are one line that opens, under their cause too', () => {
    const many = [...lost, createAlarmView({ alarmId: 'l4', rule: 'signal-lost', level: 3, under: 'silent' })];
    const [group] = rows(many.map((alarm) => ({ ...alarm, under: null })));
    expect(group).toMatchObject({ kind: 'group', count: 4, waiting: 4, level: 3 });
    const open = rows([silent, ...many], new Set(['silent', group?.key ?? '']));
    expect(open.map(({ depth }) => depth)).toEqual([0, 1, 2, 2, 2, 2]);
  });

  it('[WEB-31] in a flood a kind at one place is one line, whenever it began; calls and red ones that wait stay alone', () => {
    const hour = 3_600_000;
    const flood = Array.from({ length: 1_200 }, (_, n) =>
      createAlarmView({
        alarmId: `f${n}`,
        rule: n % 2 === 0 ? 'dwell' : 'out-of-bounds',
        level: 2,
        onsetAtMs: n * hour,
        areaCompanyCode: '900000101',
        areaId: `area${n % 20}`,
      }),
    );
    const sos = createAlarmView({ alarmId: 'sos', onsetAtMs: 1 });
    const folded = flooded([...flood, sos]);
    expect(folded).toHaveLength(21);
    expect(folded[0]?.key).toBe('sos');
    expect(folded.reduce((sum, row) => sum + (row.kind === 'group' ? row.count : 1), 0)).toBe(1_201);
  });

  it('[WEB-31] it is a flood from 61 alarms that are not quiet until 40 are left', () => {
    const some = (count: number) =>
      Array.from({ length: count }, (_, n) => createAlarmView({ alarmId: `n${n}`, rule: 'dwell' }));
    const quiet = Array.from({ length: 99 }, (_, n) => createAlarmView({ alarmId: `q${n}`, shelfId: 's' }));
    expect(isListFlooded([...some(60), ...quiet], false)).toBe(false);
    expect(isListFlooded(some(61), false)).toBe(true);
    expect(isListFlooded(some(41), true)).toBe(true);
    expect(isListFlooded(some(40), true)).toBe(false);
  });

  it('[WEB-31] the chosen alarm is drawn even while its group is closed', () => {
    const many = ['a', 'b', 'c', 'd'].map((alarmId) => createAlarmView({ alarmId, rule: 'dwell', level: 3 }));
    const drawn = rows(many, NONE, 'c');
    expect(drawn.map(({ kind, depth }) => [kind, depth])).toEqual([
      ['group', 0],
      ['alarm', 1],
    ]);
    expect(drawn[1]?.key).toBe('c');
    expect(shown(rows([silent, ...lost], NONE, 'l2'))).toEqual(['silent', 'l2']);
  });

  it('[WEB-31] a page of rows holds the row asked for', () => {
    expect([0, PAGE_ROWS - 1, PAGE_ROWS, 1_000, -1].map(pageStart)).toEqual([0, 0, PAGE_ROWS, 960, 0]);
  });

  it('[WEB-18] a call for help is in no group', () => {
    const sos = createAlarmView({ alarmId: 'sos', rule: 'sos', under: 'silent' });
    expect(shown(rows([silent, ...lost, sos]))).toContain('sos');
  });

  it('[WEB-19] what is shelved or suppressed is folded at the end, with its counts', () => {
    const shelved = createAlarmView({ alarmId: 'shelved', shelfId: 's', level: 1 });
    const suppressed = createAlarmView({ alarmId: 'suppressed', suppressedBy: 'silence' });
    const waiting = createAlarmView({ alarmId: 'waiting', level: 4 });
    const all = [shelved, suppressed, waiting];
    expect(shown(rows(all))).toEqual(['waiting', QUIET_KEY]);
    expect(rows(all)[1]).toMatchObject({ shelved: 1, suppressed: 1 });
    expect(shown(rows(all, new Set([QUIET_KEY])))).toEqual(['waiting', QUIET_KEY, 'shelved', 'suppressed']);
  });

  it('[WEB-20] the arrows walk every row that is drawn; closing leads to the head', () => {
    const open = rows([silent, ...lost], new Set(['silent']));
    expect(stepRow(open, null, 1)?.key).toBe('silent');
    expect(stepRow(open, 'silent', 1)?.key).toBe('l1');
    expect(stepRow(open, 'l3', 1)?.key).toBe('l3');
    expect(headOf(open, 'l2')?.key).toBe('silent');
    expect(opens(open[0] as AlarmRow)).toBe(true);
    expect(opens(open[1] as AlarmRow)).toBe(false);
  });

  it('[WEB-18] with everything open each alarm is drawn exactly once, whatever explains what', () => {
    const alarms = fc.uniqueArray(
      fc.record({
        alarmId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
        under: fc.option(fc.constantFrom('a', 'b', 'x')),
        rule: fc.constantFrom(...RULES),
        shelfId: fc.option(fc.constant('s')),
        acknowledged: fc.boolean(),
      }),
      { selector: ({ alarmId }) => alarmId },
    );
    fc.assert(
      fc.property(alarms, (parts) => {
        const all = parts.map((part) =>
          createAlarmView({ ...part, under: part.under === part.alarmId ? null : part.under }),
        );
        const keys = all.flatMap(({ alarmId }) => [alarmId, `group ${alarmId}`]);
        const drawn = rows(all, new Set([...keys, QUIET_KEY])).flatMap((row) =>
          row.kind === 'alarm' ? [row.key] : [],
        );
        expect([...drawn].sort()).toEqual(all.map(({ alarmId }) => alarmId).sort());
      }),
    );
  });
});
