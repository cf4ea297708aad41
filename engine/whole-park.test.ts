/** The park with all its parts at work: what the test of no single part shows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineRun } from '../test/builders/engine-run.ts';
import { projection } from '../test/builders/plane.ts';
import { wholeParkOp, wholeParkRun } from '../test/builders/whole-park.ts';
import type { Engine } from './engine.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

const ops = fc.array(wholeParkOp, { minLength: 15, maxLength: 50 });

function restored(engine: Engine): Engine {
  const loaded = loadSnapshot(saveSnapshot(engine, 'e'), projection, 'e');
  if (!loaded.ok) throw new Error(loaded.problem);
  return loaded.engine;
}

/** By slot: gravest level, and whether a call for help stands; as the alarms say, and as the table of people does. */
function levelsOf({ park: { people, alarms } }: Engine) {
  const said = Array.from({ length: people.slotCount }, (_, slot) => {
    const active = [...alarms.standing.values()].filter((alarm) => alarm.slot === slot && alarm.active);
    const level = active.reduce((gravest, alarm) => Math.min(gravest, alarm.level), 5);
    return [level % 5, active.some((alarm) => alarm.rule === 'sos') ? 1 : 0];
  });
  const kept = said.map((_, slot) => [people.level[slot], people.sos[slot]]);
  return { said, kept };
}

describe('the whole park', () => {
  it('[ENG-11] restored after every entry it says the same as one that never was, with the same digests', () => {
    fc.assert(
      fc.property(ops, (each) => {
        const { entries, published } = wholeParkRun(each);
        const said = new Map(published.map((item) => [item.seq, JSON.stringify(item)]));
        const whole = new EngineRun().engine;
        let { engine } = new EngineRun();
        for (const entry of entries) {
          whole.step(entry);
          const item = engine.step(entry);
          expect(item === null ? undefined : JSON.stringify(item)).toBe(said.get(entry.seq));
          engine = restored(engine);
          expect([entry.seq, digestOf(engine)]).toEqual([entry.seq, digestOf(whole)]);
        }
      }),
      { numRuns: 12 },
    );
  }, 240_000);

  it('[ENG-20] whatever comes: people have the level of their active alarms, and an id is raised once', () => {
    fc.assert(
      fc.property(ops, (each) => {
        const { entries } = wholeParkRun(each);
        const { engine } = new EngineRun();
        const raised = new Set<string>();
        for (const entry of entries) {
          for (const effect of engine.step(entry)?.effects ?? []) {
            if (effect.t !== 'alarm') continue;
            const { alarm } = effect;
            if (alarm.transition === 'raised') {
              expect([alarm, raised.has(alarm.alarmId)]).toEqual([alarm, false]);
              raised.add(alarm.alarmId);
            } else if (alarm.rule === 'sos' && alarm.transition === 'ended') raised.delete(alarm.alarmId);
          }
          const { said, kept } = levelsOf(engine);
          expect([entry.seq, kept]).toEqual([entry.seq, said]);
        }
      }),
      { numRuns: 25 },
    );
  }, 240_000);
});
