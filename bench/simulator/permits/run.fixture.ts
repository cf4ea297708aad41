/**
 * Simulated permits through the vendor interface's validation into the engine, which knows the detectors and the contractors that the
 * demonstration's registers have, and hears that cameras out of order are offline.
 */
import { expect } from 'vitest';
import { Engine } from '../../../engine/engine.ts';
import { createPark } from '../../../engine/park.ts';
import { createProjection, SHANGHAI_2000_B } from '../../../geo/projection.ts';
import { ROUTES } from '../../../ingest/routes.ts';
import { validateAreas } from '../../../ingest/validate/areas.ts';
import { validatePersons } from '../../../ingest/validate/persons.ts';
import { validatePositions } from '../../../ingest/validate/positions.ts';
import { createBlindIndex } from '../../../security/blind-index.ts';
import { createSealer } from '../../../security/gm.ts';
import { type PermitRuleId, permitRuleOf } from '../../../standard/permit-rules.ts';
import { SPECIAL_WORK_CODES } from '../../../standard/special-work.ts';
import type { AlarmView, EffectsAt } from '../../../stream/protocol/effects.ts';
import { decodeEntry, entryKindName } from '../../../stream/protocol/entry-codec.ts';
import { EntrySequence } from '../../../test/builders/entries.ts';
import { OUT_OF_ORDER } from '../../park/cameras.ts';
import { type ContractorRow, contractorRows } from '../../park/contractors.ts';
import { createDemoPark } from '../../park/demo-park.ts';
import { detectorSettings } from '../detectors.ts';
import { createSimulator } from '../simulator.ts';
import type { PermitOptions } from './jobs.ts';
import type { Wire } from './ticket.ts';
import type { JobBatch } from './words.ts';

interface Heard {
  readonly companyCode: string;
  readonly interfaceName: string;
  readonly records: readonly Wire[];
}
const OFFLINE = { online: false, recordedToMs: null };

const sealer = createSealer([new Uint8Array(32).fill(7)]);
const blindIndex = createBlindIndex(new Uint8Array(32).fill(7));

export interface Run {
  /** In the order told, each as often as it changed. */
  readonly alarms: readonly AlarmView[];
  readonly broken: readonly PermitRuleId[];
  readonly statuses: ReadonlySet<string>;
  readonly mostOpen: number;
}

export async function runPermits(
  startMs: number,
  seconds: number,
  options: PermitOptions & { readonly permits: number },
): Promise<Run> {
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
  for (const { topic, key, value } of detectorSettings(park)) {
    const by = { userId: '', userName: '' };
    engine.step(sequence.next('setting', { topic, key, version: 1, value, ...by }, startMs));
  }
  for (const [register, rows] of Object.entries(contractorRows(park))) {
    engine.step(sequence.next('heardRows', tell(register, rows), startMs));
  }
  const simulator = createSimulator({
    park,
    startMs,
    intervalMs: 2_000,
    sosEveryS: 0,
    intrusionEveryS: 0,
    ...options,
  });
  const hear = async ({ companyCode, interfaceName, records }: Heard, atMs: number): Promise<void> => {
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
    if (interfaceName === 'permit-videos') {
      const isOut = (code: unknown): boolean => String(code).endsWith(String(OUT_OF_ORDER));
      const states = records
        .filter(({ VIDEO_CODE }) => isOut(VIDEO_CODE))
        .map(({ VIDEO_CODE }) => ({ companyCode, cameraCode: String(VIDEO_CODE), ...OFFLINE, atMs }));
      if (states.length > 0) take(engine.step(sequence.next('cameras', { states }, atMs)));
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
    const readings = simulator.detectors.take(atMs) as readonly Heard[];
    for (const batch of [...simulator.jobs.take(), ...readings]) await hear(batch, atMs);
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

/** As the relay tells what stands in the registers. */
const tell = (register: string, rows: readonly ContractorRow[]) => ({
  register,
  telling: 1,
  isComplete: false,
  rows: rows.map(({ companyCode, key, state, values }) => {
    const { idNumber: _, ...plain } = values;
    return { companyCode, rowId: `${companyCode}/${key}`, key, version: 1, state, createdAtMs: 0, values: plain };
  }),
});

export const permitRulesIn = (alarms: readonly AlarmView[]): Set<string> =>
  new Set(alarms.map(({ rule }) => rule).filter((rule) => permitRuleOf(rule) !== undefined));
