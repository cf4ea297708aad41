/** Alarms of which something is due, held against a walk over all that stand. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changeAlarm, escalateAlarm, leaveUnder, raiseAlarm, withdrawAlarm } from '../alarms/life-cycle.ts';
import { createProjection, SHANGHAI_2000_B } from '../geo/projection.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import type { AlarmLevel } from '../stream/protocol/vocabulary.ts';
import { NOBODY } from './alarm-table.ts';
import { DueAlarms } from './due-alarms.ts';
import { createPark, type Park } from './park.ts';

const projection = createProjection(SHANGHAI_2000_B);
const IDS = 8;

const dueAtMs = ({ acknowledged, active, under, askedAtMs, escalations, level }: AlarmView, { settings }: Park) =>
  acknowledged || !active || under !== null
    ? null
    : askedAtMs! + settings.outOfBounds.recordAfterMs * level * (escalations + 1);

const raised = (id: number, level: AlarmLevel, atMs: number): AlarmView =>
  raiseAlarm({
    alarmId: `alarm-${id}`,
    rule: 'gathering',
    ruleVersion: 1,
    level,
    latched: false,
    companyCodes: [],
    slot: NOBODY,
    generation: 0,
    person: null,
    subject: `s${id}`,
    areaCompanyCode: null,
    areaId: null,
    areaName: null,
    areaVersion: null,
    onsetAtMs: atMs,
    raisedAtMs: atMs,
    place: null,
    evidence: [],
  });

const op = fc.record({
  id: fc.nat(IDS - 1),
  what: fc.constantFrom('raise', 'end', 'level', 'under', 'leave', 'settings', 'wait'),
  level: fc.constantFrom<AlarmLevel>(1, 2, 3, 4),
  waitS: fc.nat(20),
});

function act(park: Park, { id, what, level }: { id: number; what: string; level: AlarmLevel }, n: number): void {
  const alarm = park.alarms.standing.get(`alarm-${id}`);
  if (what === 'settings') {
    const { outOfBounds } = park.settings;
    park.settings = { ...park.settings, outOfBounds: { ...outOfBounds, recordAfterMs: 1_000 * (1 + (n % 9)) } };
  } else if (what === 'raise') park.alarms.apply(raised(id, level, park.nowMs), []);
  if (alarm === undefined) return;
  if (what === 'end') park.alarms.apply(withdrawAlarm(alarm, park.nowMs, 'over'), []);
  else if (what === 'level') park.alarms.apply(changeAlarm(alarm, park.nowMs, { level }), []);
  else if (what === 'under') park.alarms.apply(changeAlarm(alarm, park.nowMs, { under: 'other' }), []);
  else if (what === 'leave') park.alarms.apply(leaveUnder(alarm, park.nowMs), []);
}

it('[LIF-30] only alarms whose time is over are looked at, each of them, in the order in which they stand, whatever happened before', () => {
  fc.assert(
    fc.property(fc.array(op, { maxLength: 60 }), fc.nat(2), (ops, leftAlone) => {
      const park = createPark(projection);
      const due = new DueAlarms(dueAtMs);
      park.nowMs = 1_000;
      for (const [n, one] of ops.entries()) {
        act(park, one, n);
        park.nowMs += 1_000 * one.waitS;
        const expected = [...park.alarms.standing.values()].filter((alarm) => {
          const atMs = dueAtMs(alarm, park);
          return atMs !== null && atMs <= park.nowMs;
        });
        const looked: AlarmView[] = [];
        due.each(park, (alarm) => {
          looked.push(alarm);
          if (looked.length % 3 !== leftAlone) park.alarms.apply(escalateAlarm(alarm), []);
        });
        expect(looked).toEqual(expected);
      }
    }),
    { numRuns: 60 },
  );
});
