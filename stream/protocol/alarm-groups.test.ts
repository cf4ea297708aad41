import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarmOf } from '../../test/contract/live-world.ts';
import { type AlarmGroup, alarmsIn, GROUP_LIMITS, groupAlarms } from './alarm-groups.ts';
import type { AlarmView } from './effects.ts';

const create = (alarmId: string, change: Partial<AlarmView> = {}): AlarmView =>
  alarmOf(alarmId, ['c1'], { rule: 'signal-lost', level: 3, latched: false, ...change });

const alarm = (id: number): fc.Arbitrary<AlarmView> =>
  fc
    .record({
      rule: fc.constantFrom('sos' as const, 'signal-lost' as const, 'signal-lost' as const, 'dwell' as const),
      level: fc.constantFrom(1 as const, 3 as const, 3 as const),
      acknowledged: fc.boolean(),
      shelfId: fc.constantFrom(null, null, 's'),
      onsetAtMs: fc.constantFrom(0, 1, 300_000, 900_000, 5_000_000),
      areaId: fc.constantFrom('a1', 'a2'),
      under: fc.constantFrom(null, null, 'x0', 'x1', 'x2', 'gone'),
    })
    .map((change) => create(`x${id}`, { areaCompanyCode: 'c1', ...change }));
const alarms = fc
  .integer({ min: 0, max: 30 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, id) => alarm(id))))
  .map((list) => list as AlarmView[]);

const groupsIn = (rows: readonly AlarmGroup[]): Extract<AlarmGroup, { kind: 'group' }>[] =>
  rows.flatMap((row) => (row.kind === 'group' ? [row, ...groupsIn(row.members)] : groupsIn(row.under)));

describe('groups of alarms', () => {
  it('[LIF-50] no alarm is lost or shown twice, whatever explains what, in circles too', () => {
    fc.assert(
      fc.property(alarms, (list) => {
        const shown = alarmsIn(groupAlarms(list)).map(({ alarmId }) => alarmId);
        expect(shown.sort()).toEqual(list.map(({ alarmId }) => alarmId).sort());
      }),
    );
  });

  it('[LIF-51] an SOS is a row of its own at the top, and a red alarm that asks is in no group', () => {
    fc.assert(
      fc.property(alarms, (list) => {
        const rows = groupAlarms(list);
        const calls = list.filter(({ rule }) => rule === 'sos');
        const first = rows.slice(0, calls.length).map((row) => row.kind === 'alarm' && row.alarm.rule);
        expect(first).toEqual(calls.map(() => 'sos'));
        for (const { members } of groupsIn(rows)) {
          for (const row of members) {
            if (row.kind !== 'alarm') continue;
            expect(row.alarm.level === 1 && !row.alarm.acknowledged && row.alarm.shelfId === null).toBe(false);
          }
        }
      }),
    );
  });

  it('[LIF-52] the rows hang on what stands, not on the order it comes in; keys are not given twice', () => {
    fc.assert(
      fc.property(
        alarms.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const rows = groupAlarms(list);
          expect(groupAlarms(shuffled)).toEqual(rows);
          const keys = [...groupsIn(rows), ...alarmsIn(rows).map(({ alarmId: key }) => ({ key }))].map(
            ({ key }) => key,
          );
          expect(new Set(keys).size).toBe(keys.length);
        },
      ),
    );
  });

  it('[LIF-53] beyond three of a rule at a place within the window they are one line, with level and counts', () => {
    const of = (count: number) =>
      Array.from({ length: count }, (_, i) => create(`x${i}`, { onsetAtMs: i, acknowledged: i === 0 }));
    expect(groupAlarms(of(GROUP_LIMITS.alone)).map(({ kind }) => kind)).toEqual(['alarm', 'alarm', 'alarm']);
    expect(groupAlarms(of(5))).toMatchObject([
      { kind: 'group', key: 'group x0', rule: 'signal-lost', place: 'c1', level: 3, count: 5, unacknowledged: 4 },
    ]);
    const late = create('late', { onsetAtMs: GROUP_LIMITS.windowMs * 3 });
    expect(
      groupAlarms([...of(5), late])
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['alarm', 'group']);
    const elsewhere = create('elsewhere', { areaCompanyCode: 'c1', areaId: 'a1' });
    expect(groupAlarms([...of(5), elsewhere])).toHaveLength(2);
  });

  it('[LIF-54] what an alarm explains stands below it, grouped alike', () => {
    const cause = create('silent', { rule: 'reporting-silent' });
    const lost = Array.from({ length: 40 }, (_, i) => create(`x${i}`, { under: 'silent', onsetAtMs: i }));
    expect(groupAlarms([...lost, cause])).toMatchObject([
      { kind: 'alarm', key: 'silent', under: [{ kind: 'group', count: 40 }] },
    ]);
  });
});
