/** Simulated permits through the vendor interface's validation into the engine: in order nothing is found, and what is broken is. */
import { describe, expect, it } from 'vitest';
import { Engine } from '../../../engine/engine.ts';
import { createPark } from '../../../engine/park.ts';
import { createProjection, SHANGHAI_2000_B } from '../../../geo/projection.ts';
import { ROUTES } from '../../../ingest/routes.ts';
import { validateAreas } from '../../../ingest/validate/areas.ts';
import { validatePersons } from '../../../ingest/validate/persons.ts';
import { validatePositions } from '../../../ingest/validate/positions.ts';
import { createBlindIndex } from '../../../security/blind-index.ts';
import { createSealer } from '../../../security/gm.ts';
import { PERMIT_RULES, type PermitRuleId, permitRuleOf } from '../../../standard/permit-rules.ts';
import { SPECIAL_WORK_CODES } from '../../../standard/special-work.ts';
import type { AlarmView, EffectsAt } from '../../../stream/protocol/effects.ts';
import { decodeEntry, entryKindName } from '../../../stream/protocol/entry-codec.ts';
import { EntrySequence } from '../../../test/builders/entries.ts';
import { createDemoPark } from '../../park/demo-park.ts';
import { createSimulator } from '../simulator.ts';
import { NOT_SCRIPTED, VIOLATIONS } from './violations.ts';
import type { JobBatch } from './words.ts';

/** Thursday 09:00 in the park. */
const WORKDAY_MS = Date.UTC(2026, 6, 2, 1, 0, 0);
/** Saturday 10:00, and Thursday 21:00. */
const REST_DAY_MS = Date.UTC(2026, 6, 4, 2, 0, 0);
const NIGHT_MS = Date.UTC(2026, 6, 2, 13, 0, 0);

const sealer = createSealer([new Uint8Array(32).fill(7)]);
const blindIndex = createBlindIndex(new Uint8Array(32).fill(7));

interface Run {
  readonly alarms: readonly AlarmView[];
  readonly broken: readonly PermitRuleId[];
  readonly statuses: ReadonlySet<string>;
  readonly mostOpen: number;
}

async function run(startMs: number, seconds: number, permits: number, violationEveryS: number): Promise<Run> {
  const park = createDemoPark({ people: 450 });
  const engine = new Engine(createPark(createProjection(SHANGHAI_2000_B)));
  const sequence = new EntrySequence();
  const alarms: AlarmView[] = [];
  const statuses = new Set<string>();
  const origin = (companyCode: string) => ({ batchId: '', appId: 'app', companyCode, received: 0, refused: 0 });
  const take = (item: EffectsAt | null): void => {
    for (const effect of item?.effects ?? []) if (effect.t === 'alarm') alarms.push(effect.alarm);
  };
  for (const { index, code } of park.plan.companies) {
    const persons = park.people.filter((p) => p.companyIndex === index).map((p) => p.record);
    const areas = park.areas.filter((a) => a.companyIndex === index).map((a) => a.record);
    const records = { areas: validateAreas(areas, code), persons: validatePersons(persons, code, sealer) };
    engine.step(sequence.next('areas', { origin: origin(code), records: [...records.areas.accepted] }, startMs));
    engine.step(sequence.next('persons', { origin: origin(code), records: [...records.persons.accepted] }, startMs));
  }
  const simulator = createSimulator({
    park,
    startMs,
    intervalMs: 2_000,
    sosEveryS: 0,
    intrusionEveryS: 0,
    permits,
    violationEveryS,
  });
  const hear = async ({ companyCode, interfaceName, records }: JobBatch, atMs: number): Promise<void> => {
    const route = ROUTES.find((one) => one.interfaceName === interfaceName);
    if (route === undefined) return;
    const context = { companyCode, receivedAtMs: atMs, sealer, blindIndex, sosOnly: false };
    const checked = await route.check(records, context);
    expect([interfaceName, checked.rejected, checked.aliases]).toEqual([interfaceName, [], 0]);
    for (const record of records) if (interfaceName === 'permits') statuses.add(String(record['TICKET_STATUS']));
    if (interfaceName === 'commitments') {
      take(engine.step(sequence.next('heardRows', commitments(companyCode, records), atMs)));
      return;
    }
    const body = checked.encode(origin(companyCode));
    const raw = { epoch: 'e', kind: route.entryKind, seq: 1, receivedAtMs: atMs, body };
    const kind = entryKindName(route.entryKind);
    if (kind !== undefined) take(engine.step(sequence.next(kind, decodeEntry(raw).body as never, atMs)));
  };
  let mostOpen = 0;
  for (let ms = 0; ms < seconds * 1_000; ms += 1_000) {
    const atMs = startMs + ms;
    for (const { companyCode, atMs: sentAtMs, records } of simulator.step(atMs)) {
      const context = { companyCode, receivedAtMs: sentAtMs, sosOnly: false };
      take(engine.step(sequence.next('fixes', validatePositions(records, context).batch(origin(companyCode)), atMs)));
    }
    for (const batch of simulator.jobs.take()) await hear(batch, atMs);
    take(engine.step(sequence.next('tick', { term: 1 }, atMs)));
    mostOpen = Math.max(mostOpen, simulator.jobs.openCount);
  }
  return { alarms, broken: simulator.jobs.broken, statuses, mostOpen };
}

let versions = 0;
/** As the relay tells the rows that the store makes of them. */
const commitments = (companyCode: string, records: JobBatch['records']) => ({
  register: 'commitments',
  telling: 1,
  isComplete: false,
  rows: records.map((record) => ({
    companyCode,
    rowId: `${companyCode}/${record['COMMIT_DATE']}`,
    key: String(record['COMMIT_DATE']),
    version: ++versions,
    state: 'published',
    createdAtMs: 0,
    values: {
      specialWork: (record['SPECIAL_WORKS'] as { WORK_TYPE: string; COUNT: number }[]).map(({ WORK_TYPE, COUNT }) => ({
        work: Object.entries(SPECIAL_WORK_CODES).find(([, code]) => code === WORK_TYPE)?.[0],
        places: COUNT,
      })),
    },
  })),
});

const rulesIn = (alarms: readonly AlarmView[]): Set<string> =>
  new Set(alarms.map(({ rule }) => rule).filter((rule) => permitRuleOf(rule) !== undefined));

describe('simulated permits', () => {
  it('[SIM-38] every rule is broken by a script, or it is said why not', () => {
    const named = [...Object.keys(VIOLATIONS), ...Object.keys(NOT_SCRIPTED)];
    expect(named.sort()).toEqual([...PERMIT_RULES].sort());
  });

  it('[SIM-38] in order they live through all they go through, and nothing is found', async () => {
    const { alarms, statuses, mostOpen } = await run(WORKDAY_MS, 24 * 60, 16, 0);
    expect([...statuses].sort()).toEqual(['0', '1', '2', '3', '6', 'undefined']);
    expect(mostOpen).toBe(16);
    expect([...rulesIn(alarms)]).toEqual([]);
  }, 120_000);

  it('[SIM-38] each script raises the alarm of its rule', async () => {
    const scripts = Object.values(VIOLATIONS).filter(({ when }) => when === undefined).length;
    const { alarms, broken } = await run(WORKDAY_MS, 60 + scripts * 8 + 14 * 60, 1, 8);
    const wanted = (Object.keys(VIOLATIONS) as PermitRuleId[]).filter((rule) => VIOLATIONS[rule]?.when === undefined);
    expect(wanted.filter((rule) => !broken.includes(rule))).toEqual([]);
    const raised = rulesIn(alarms);
    expect(wanted.filter((rule) => !raised.has(rule))).toEqual([]);
  }, 240_000);

  it.each([
    ['rest-day-not-upgraded', REST_DAY_MS],
    ['night-not-upgraded', NIGHT_MS],
    ['night-work', NIGHT_MS],
  ] as const)(
    '[SIM-38] %s is broken when it can be',
    async (rule, startMs) => {
      const scripts = Object.keys(VIOLATIONS).length;
      const { alarms } = await run(startMs, 60 + scripts * 6, 1, 5);
      expect(rulesIn(alarms)).toContain(rule);
    },
    120_000,
  );
});
