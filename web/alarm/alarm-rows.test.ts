import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { RULES } from '../../stream/protocol/vocabulary.ts';
import { type AlarmRow, headOf, opens, QUIET_KEY, rowsOf, stepRow } from './alarm-rows.ts';
import { createAlarmView } from './alarm-view.fixture.ts';

const NONE: ReadonlySet<string> = new Set();
const shown = (rows: readonly AlarmRow[]): string[] => rows.map((row) => row.key);
const rows = (alarms: readonly AlarmView[], open: ReadonlySet<string> = NONE) => rowsOf(alarms, open);

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
