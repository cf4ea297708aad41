/** Scenes through the vendor interface's validation into the engine: each is seen for what it is, and that is all there is. */
import { describe, expect, it } from 'vitest';
import { SETTING_CHECKS } from '../../alarms/settings/topics.ts';
import { runToEnd } from '../../core/slices.ts';
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { walkPersonAlarms } from '../../ingest/validate/alarms.ts';
import { validateAreas } from '../../ingest/validate/areas.ts';
import { validatePersons } from '../../ingest/validate/persons.ts';
import { validatePositions } from '../../ingest/validate/positions.ts';
import { createSealer } from '../../security/gm.ts';
import type { AlarmView, EffectsAt } from '../../stream/protocol/effects.ts';
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import { EntrySequence } from '../../test/builders/entries.ts';
import { createDemoPark } from '../park/demo-park.ts';
import { SCENES, sceneSettings } from './scenes.ts';
import { createSimulator } from './simulator.ts';

const START_MS = Date.UTC(2026, 6, 2, 1, 0, 0);
const SCENE_EVERY_S = 180;
/** Each scene to its end: people walk there in waves across a wide company. */
const SECONDS = SCENE_EVERY_S * (SCENES.length + 1) + 2_000;

describe('scenes of the demonstration', () => {
  it('[SIM-37] the settings they need are settings of the park, on areas that there are', () => {
    const park = createDemoPark({ people: 300 });
    const areas = new Set(park.areas.map(({ record }) => `${record.COMPANY_CODE}/${record.ID}`));
    const settings = sceneSettings(park);
    expect(settings.map(({ topic }) => topic).sort()).toEqual(['alarm-code', 'area', 'area', 'area', 'post']);
    for (const { topic, key, value } of settings) {
      expect(SETTING_CHECKS[topic](value, key)).toMatchObject({ ok: true });
      if (topic === 'area') expect(areas).toContain(key);
    }
    expect(sceneSettings(createDemoPark({ people: 2_000 }))).toEqual(settings);
  });

  it('[SIM-37] each raises its class of alarm where it is played, and ends; nobody walks into a forbidden area for it', () => {
    const park = createDemoPark({ people: 300 });
    const engine = new Engine(createPark(createProjection(SHANGHAI_2000_B)));
    const sequence = new EntrySequence();
    const sealer = createSealer([new Uint8Array(32).fill(7)]);
    const origin = (companyCode: string, received: number) => {
      return { batchId: '', appId: 'app', companyCode, received, refused: 0 };
    };
    const told: AlarmView[] = [];
    const take = (item: EffectsAt | null): void => {
      for (const effect of item?.effects ?? []) {
        if (effect.t === 'alarm') told.push(effect.alarm);
      }
    };
    for (const { index, code } of park.plan.companies) {
      const persons = park.people.filter((p) => p.companyIndex === index).map((p) => p.record);
      const areas = park.areas.filter((a) => a.companyIndex === index).map((a) => a.record);
      const records = { areas: validateAreas(areas, code), persons: validatePersons(persons, code, sealer) };
      const of = origin(code, 0);
      engine.step(sequence.next('areas', { origin: of, records: [...records.areas.accepted] }, START_MS));
      engine.step(sequence.next('persons', { origin: of, records: [...records.persons.accepted] }, START_MS));
    }
    for (const { topic, key, value } of sceneSettings(park)) {
      const by = { userId: '', userName: '' };
      engine.step(sequence.next('setting', { topic, key, version: 1, value, ...by }, START_MS));
    }
    const simulator = createSimulator({
      park,
      startMs: START_MS,
      intervalMs: 2_000,
      sosEveryS: 0,
      intrusionEveryS: 0,
      sceneEveryS: SCENE_EVERY_S,
    });
    for (let ms = 0; ms < SECONDS * 1_000; ms += 1_000) {
      const atMs = START_MS + ms;
      for (const { companyCode, atMs: sentAtMs, records } of simulator.step(atMs)) {
        const context = { companyCode, receivedAtMs: sentAtMs, sosOnly: false };
        const fixes = validatePositions(records, context).batch(origin(companyCode, records.length));
        take(engine.step(sequence.next('fixes', fixes, atMs)));
      }
      for (const { companyCode, record } of simulator.scenes.takeAlarms()) {
        const checked = runToEnd(walkPersonAlarms([record], { companyCode, receivedAtMs: atMs, sosOnly: false }));
        expect(checked.rejected).toEqual([]);
        const body = { origin: origin(companyCode, 1), records: [...checked.accepted] };
        take(engine.step(sequence.next('personAlarms', body, atMs)));
      }
      take(engine.step(sequence.next('tick', { term: 1 }, atMs)));
    }
    const codes = park.plan.companies.map(({ code }) => code);
    const seen = (rule: RuleId, company: number): AlarmView[] =>
      told.filter((alarm) => alarm.rule === rule && alarm.companyCodes.includes(codes[company]!));
    for (const { name, company } of SCENES) expect(seen(name, company).length, name).toBeGreaterThan(0);
    const [fall] = seen('stillness', 9);
    expect(fall).toMatchObject({ level: 2, sources: [{ by: 'vendor', localCode: 'FALL' }] });
    // It forms, grows to red, and waits for a person when all have gone.
    const crowd = seen('gathering', SCENES[0]!.company).filter(({ areaName }) => areaName?.startsWith('紧急集合点'));
    expect([...new Set(crowd.map(({ level }) => level))]).toEqual([3, 2, 1]);
    expect(Math.max(...crowd.map(({ people }) => people.length))).toBe(8);
    expect(
      crowd.some(({ active, latched, conditionGoneAtMs }) => active && latched && conditionGoneAtMs !== null),
    ).toBe(true);
    for (const rule of ['dwell', 'over-capacity', 'post-vacant', 'stillness'] as const) {
      const own = told.filter((alarm) => alarm.rule === rule);
      const rounds = Math.ceil(SECONDS / SCENE_EVERY_S / (SCENES.length + 1));
      const each = rule === 'stillness' ? 2 : 1;
      expect(new Set(own.map(({ alarmId }) => alarmId)).size, rule).toBeLessThanOrEqual(each * rounds);
      expect(
        own.some(({ active }) => !active),
        rule,
      ).toBe(true);
    }
    expect(told.filter(({ rule }) => rule === 'out-of-bounds' || rule === 'sos')).toEqual([]);
  }, 120_000);
});
