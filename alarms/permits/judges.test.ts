import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WORK_TYPES } from '../../standard/special-work.ts';
import { mergePermit, type PermitState } from '../../stream/protocol/permit-merge.ts';
import { aPermit, PERMIT_T0 } from '../../stream/protocol/permits.fixture.ts';
import { PERMIT_STATUS_BY_CODE, type PermitFields, type PermitRecord } from '../../stream/protocol/permits.ts';
import { type Calendar, NO_CALENDAR } from '../shifts.ts';
import { contextFor } from './context.fixture.ts';
import type { JudgeContext } from './finding.ts';
import { JUDGES } from './judges.ts';

const HOUR = 3_600_000;
/** Two days around the fixture's start, on whole and on odd instants. */
const atMs = fc.oneof(
  fc.integer({ min: -96, max: 192 }).map((quarters) => PERMIT_T0 + (quarters * HOUR) / 4),
  fc.integer({ min: PERMIT_T0 - 24 * HOUR, max: PERMIT_T0 + 48 * HOUR }),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(fc.option(value, { nil: null }), { nil: undefined, freq: 3 });
const given = (fields: object): Partial<PermitFields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const fields = fc
  .record({
    workCode: fc.constantFrom(...Object.keys(WORK_TYPES), '99'),
    baseWorkCode: maybe(fc.constantFrom('01', '02', '03', '21', '63', '77')),
    content: fc.option(fc.constantFrom('焊接', '罐内焊接', ''), { nil: undefined }),
    site: fc.option(fc.constantFrom('管廊', 'V-101'), { nil: undefined }),
    lng: maybe(fc.constantFrom(121.48, 121.49, 0)),
    lat: maybe(fc.constantFrom(30.8, 30.80005, 90)),
    plannedFromMs: maybe(atMs),
    plannedToMs: maybe(atMs),
    issuedAtMs: maybe(atMs),
    validFromMs: maybe(atMs),
    validToMs: maybe(atMs),
    startedAtMs: maybe(atMs),
    endedAtMs: maybe(atMs),
    acceptedAtMs: maybe(atMs),
    inExArea: maybe(fc.boolean()),
    isOpenAir: maybe(fc.boolean()),
    riskAnalysis: maybe(fc.constantFrom('', '已辨识')),
    briefedBy: maybe(fc.constantFrom('', '张')),
    briefedAtMs: maybe(atMs),
    isChanged: maybe(fc.boolean()),
    isLinked: maybe(fc.boolean()),
    relatedCodes: fc.option(fc.subarray(['70', '1', '', '90']), { nil: undefined }),
    blindAction: maybe(fc.constantFrom('insert' as const, 'remove' as const, 'both' as const)),
  })
  .map(given);
const gas = fc.record({
  key: fc.constantFrom('1', '2', '3', '4', '5'),
  gas: fc.constantFrom('甲烷', '氧气', 'H2S', '可燃气体', '某气体'),
  value: fc.double({ min: 0, max: 30, noNaN: true }),
  unit: fc.constantFrom('vol%' as const, '%LEL' as const, 'ppm' as const, 'mg/m3' as const, null),
  lelPct: fc.constantFrom(null, 0, 5),
  point: fc.constantFrom(null, '底部'),
  analyst: fc.constant(null),
  atMs,
});
const word: fc.Arbitrary<PermitRecord> = fc
  .record({
    updatedAtMs: atMs,
    status: fc.option(fc.constantFrom(...Object.values(PERMIT_STATUS_BY_CODE)), { nil: undefined }),
    fields,
    gas: fc.array(gas, { maxLength: 3 }),
    links: fc.subarray(['s1', 's9']),
    measure: fc.option(fc.constantFrom(null, '张'), { nil: undefined }),
  })
  .map(({ updatedAtMs, status, fields: said, gas: rows, links, measure }) => ({
    permitId: 't1',
    companyCode: 'c',
    updatedAtMs,
    ...(status === undefined ? {} : { status }),
    fields: said,
    rows: {
      gas: rows,
      links: links.map((permitId) => ({ key: permitId, permitId })),
      measures:
        measure === undefined ? [] : [{ key: 'm', content: 'm', isInvolved: null, confirmedBy: measure, atMs: null }],
    },
  }));
const states = fc
  .array(word, { minLength: 1, maxLength: 5 })
  .map(
    (words) => words.reduce<PermitState | null>((state, one) => mergePermit(state, one, PERMIT_T0 - 20 * HOUR), null)!,
  );
const calendars: fc.Arbitrary<Calendar> = fc.constantFrom(
  NO_CALENDAR,
  { ...NO_CALENDAR, holidays: ['2026-11-21'] },
  { ...NO_CALENDAR, events: [{ name: '进博会', from: '2026-11-20', to: '2026-11-20' }], makeUpDays: ['2026-11-21'] },
);
const SPACE = mergePermit(null, aPermit({ permitId: 's1', fields: { workCode: '70' } }), PERMIT_T0);
const contexts = fc
  .record({
    calendar: calendars,
    weather: fc.subarray([{ windForce: 6, isBad: false, sinceMs: PERMIT_T0 - 30 * HOUR }]),
    related: fc.subarray([SPACE]),
  })
  .map(
    ({ calendar, weather, related }): Partial<JudgeContext> => ({
      calendar,
      weather,
      permitBy: (reference) => related.find(({ permitId }) => permitId === reference),
      sameActivity: () => related,
    }),
  );

const findingsOf = (state: PermitState, nowMs: number, known: Partial<JudgeContext>) => {
  const { context, again } = contextFor(state, nowMs, known);
  return { findings: JUDGES.flatMap((judge) => judge(state, context)), again };
};

describe('judges of permits', () => {
  it('[GBS-21] take any permit, find nothing that began later than now, and each thing once', () => {
    fc.assert(
      fc.property(states, atMs, contexts, (state, nowMs, known) => {
        const { findings, again } = findingsOf(state, nowMs, known);
        for (const { onsetAtMs } of findings) expect(onsetAtMs).toBeLessThanOrEqual(nowMs);
        for (const askedMs of again) expect(askedMs).toBeGreaterThan(nowMs);
        const names = findings.map(({ rule, about }) => `${rule} ${about}`);
        expect(names).toEqual([...new Set(names)]);
      }),
      { numRuns: 300 },
    );
  }, 30_000);

  it('[GBS-21] until the next instant that they ask for they find the same, since the same instants', () => {
    const said = (nowMs: number, state: PermitState, known: Partial<JudgeContext>) =>
      findingsOf(state, nowMs, known).findings;
    const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(states, atMs, contexts, part, (state, nowMs, known, share) => {
        // Suppliers whose clocks run ahead say times that are still to come; what they said counts once it has come.
        const words = [...state.statuses, ...Object.values(state.firstSaid).flat()];
        fc.pre(words.every((one) => one.atMs <= nowMs));
        const nextMs = Math.min(nowMs + 100 * HOUR, ...findingsOf(state, nowMs, known).again);
        const between = Math.min(nextMs - 1, Math.floor(nowMs + (nextMs - nowMs) * share));
        expect(said(between, state, known)).toEqual(said(nowMs, state, known));
      }),
      { numRuns: 300 },
    );
  }, 30_000);

  it('[GBS-21] of a permit that is withdrawn, void or accepted nothing is wrong any more', () => {
    fc.assert(
      fc.property(states, contexts, fc.constantFrom('void', 'withdrawn', 'accepted', null), (state, known, status) => {
        const last: PermitRecord = {
          permitId: 't1',
          companyCode: 'c',
          updatedAtMs: PERMIT_T0 + 60 * HOUR,
          fields: {},
          rows: {},
        };
        const over = mergePermit(state, status === null ? { ...last, deleted: true } : { ...last, status }, PERMIT_T0);
        expect(findingsOf(over, PERMIT_T0 + 61 * HOUR, known).findings).toEqual([]);
      }),
    );
  });
});
