/** The whole chain without I/O: simulated people, the vendor interface's validation, the engine. */
import { describe, expect, it } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { validateAreas } from '../../ingest/validate/areas.ts';
import { validatePersons } from '../../ingest/validate/persons.ts';
import { validatePositions } from '../../ingest/validate/positions.ts';
import { createSealer } from '../../security/gm.ts';
import type { AlarmView, EffectsAt } from '../../stream/protocol/effects.ts';
import { EntrySequence } from '../../test/builders/entries.ts';
import { createDemoPark } from '../park/demo-park.ts';
import { SCRIPTED } from './people-state.ts';
import { createSimulator } from './simulator.ts';

const START_MS = Date.UTC(2026, 6, 2, 1, 0, 0);

describe('scripted incidents', () => {
  it('[SIM-29] raise in the engine, each on the right person, and nothing else does in twelve minutes', () => {
    const park = createDemoPark({ people: 500 });
    const engine = new Engine(createPark(createProjection(SHANGHAI_2000_B)));
    const sequence = new EntrySequence();
    const sealer = createSealer([new Uint8Array(32).fill(7)]);
    const origin = (companyCode: string, received: number) => ({
      batchId: `b${Math.random()}`,
      appId: 'app',
      companyCode,
      received,
      refused: 0,
    });
    for (const company of park.plan.companies) {
      const persons = park.people.filter((p) => p.companyIndex === company.index).map((p) => p.record);
      const areas = park.areas.filter((a) => a.companyIndex === company.index).map((a) => a.record);
      const validPersons = validatePersons(persons, company.code, sealer).accepted;
      const validAreas = validateAreas(areas, company.code).accepted;
      engine.step(
        sequence.next('areas', { origin: origin(company.code, areas.length), records: [...validAreas] }, START_MS),
      );
      engine.step(
        sequence.next(
          'persons',
          { origin: origin(company.code, persons.length), records: [...validPersons] },
          START_MS,
        ),
      );
    }

    const simulator = createSimulator({
      park,
      startMs: START_MS,
      intervalMs: 2_000,
      sosEveryS: 60,
      intrusionEveryS: 40,
    });
    const scripted = new Set<string>();
    const inside = new Set<string>();
    const raised: AlarmView[] = [];
    const take = (item: EffectsAt | null): void => {
      for (const effect of item?.effects ?? []) {
        if (effect.t === 'alarm' && effect.alarm.transition === 'raised') raised.push(effect.alarm);
      }
    };
    for (let ms = 0; ms < 720_000; ms += 1_000) {
      for (const batch of simulator.step(START_MS + ms)) {
        const context = { companyCode: batch.companyCode, receivedAtMs: batch.atMs, sosOnly: false };
        const fixes = validatePositions(batch.records, context).batch(origin(batch.companyCode, batch.records.length));
        take(engine.step(sequence.next('fixes', fixes, START_MS + ms)));
      }
      take(engine.step(sequence.next('tick', { term: 1 }, START_MS + ms)));
      for (const { index, personId } of park.people) {
        if (simulator.state.scripted[index] === SCRIPTED.none) continue;
        scripted.add(personId);
        if (simulator.state.scripted[index] === SCRIPTED.inside && ms < 710_000) inside.add(personId);
      }
    }
    const out = raised.filter((a) => a.rule === 'out-of-bounds');
    const sos = raised.filter((a) => a.rule === 'sos');
    expect(sos).toHaveLength(simulator.script.sosCount);
    const alarmed = new Set(out.map((a) => a.person?.personId ?? ''));
    expect(inside.size).toBeGreaterThan(6);
    expect([...inside].filter((personId) => !alarmed.has(personId))).toEqual([]);
    expect([...alarmed].filter((personId) => !scripted.has(personId))).toEqual([]);
  }, 60_000);
});
