import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlarmView, EffectsAt } from '../stream/protocol/effects.ts';
import { at, EngineRun, T0 } from '../test/builders/engine-run.ts';
import { COMPANY, createFixBatch, createPerson, type FixInput } from '../test/builders/entries.ts';
import { projection } from '../test/builders/plane.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

/** Escalations and the like are not the tags'. */
const OWN: readonly string[] = ['raised', 'cleared', 'ended'];
const RULES = ['low-battery', 'unknown-tag', 'two-tags', 'no-live-tag'];

class Tagged {
  readonly run = new EngineRun();

  /** One fix at a second of the test. */
  fix(second: number, fix: Omit<FixInput, 'atMs'>, batteryPct = 0xff): void {
    const atMs = T0 + second * 1_000;
    const batch = createFixBatch([{ ...fix, atMs }]);
    batch.batteryPct[0] = batteryPct;
    this.run.entry('fixes', batch, atMs);
  }
  tick(second: number): void {
    this.run.tick(T0 + second * 1_000);
  }
  told(): string[] {
    return told(this.run.published);
  }
  alarm(): AlarmView | undefined {
    return alarmsIn(this.run.published)[0];
  }
}
const alarmsIn = (items: readonly EffectsAt[]): AlarmView[] =>
  items.flatMap(({ effects }) =>
    effects.flatMap((effect) =>
      effect.t === 'alarm' && RULES.includes(effect.alarm.rule) && OWN.includes(effect.alarm.transition)
        ? [effect.alarm]
        : [],
    ),
  );
const told = (items: readonly EffectsAt[]): string[] =>
  items.flatMap((item) =>
    alarmsIn([item]).map((alarm) => `${alarm.rule} ${alarm.transition} ${(item.atMs - T0) / 1_000}`),
  );

const place = (east: number, north: number) => {
  const { lng, lat } = at(east, north, T0);
  return { lng: lng as number, lat: lat as number };
};

describe('tags that lie', () => {
  test('[TAG-1] a battery below 20 % is told once a tag, and is good again above 30 %', () => {
    const park = new Tagged();
    park.run.persons(createPerson());
    for (const [second, pct] of [20, 19, 5, 25, 30, 19, 31, 10].entries()) park.fix(second, place(0, 0), pct);
    park.fix(9, place(0, 0));
    expect(park.told()).toEqual(['low-battery raised 1', 'low-battery cleared 6', 'low-battery raised 7']);
    expect(park.alarm()).toMatchObject({
      level: 4,
      count: 19,
      limit: 20,
      subject: `${COMPANY}/p1`,
      companyCodes: [COMPANY],
    });
  });

  test('[TAG-2] a tag that nobody is known to wear and that moves is told after a minute; one at rest is not', () => {
    const park = new Tagged();
    for (let second = 0; second <= 90; second++) {
      park.fix(second, { ...place(second, 0), card: 'moving' });
      park.fix(second, { ...place(0, 50), card: 'resting' });
    }
    expect(park.told()).toEqual(['unknown-tag raised 61']);
    expect(park.alarm()).toMatchObject({ level: 4, subject: `${COMPANY}/card:moving`, onsetAtMs: T0 });
  });

  test("[TAG-2] it is over when the tag is somebody's, or was not heard for ten minutes", () => {
    const park = new Tagged();
    for (let second = 0; second <= 61; second++) {
      park.fix(second, { ...place(second, 0), card: 'C1' });
      park.fix(second, { ...place(second, 9), card: 'C2' });
    }
    park.run.persons(createPerson({ cardNo: 'C1' }));
    for (let second = 62; second <= 665; second++) park.tick(second);
    expect(park.told().slice(2)).toEqual(['unknown-tag ended 61', 'unknown-tag cleared 662']);
  });

  test('[TAG-2] the noise of a tag at rest moves nothing: 3 m at 68 %, white, for an hour', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const park = new Tagged();
        let state = seed >>> 0;
        const uniform = () => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
          return (state + 0.5) / 2 ** 32;
        };
        const noise = () => 2 * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
        for (let second = 0; second < 3_600; second += 5) park.fix(second, { ...place(noise(), noise()), card: 'C1' });
        expect(park.told()).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  test('[TAG-3] two sources that place one person far apart at once are told, and it ends when they agree or one is still', () => {
    const park = new Tagged();
    park.run.persons(createPerson());
    for (let second = 0; second < 60; second++) {
      park.fix(second, { ...place(0, 0), source: second % 2 === 0 ? 'uwb' : 'gnss' });
    }
    for (let second = 60; second < 100; second++) {
      park.fix(second, { ...place(second % 2 === 0 ? 0 : 200, 0), source: second % 2 === 0 ? 'uwb' : 'gnss' });
    }
    expect(park.told()).toEqual(['two-tags raised 71']);
    expect(park.alarm()).toMatchObject({ level: 4, subject: `${COMPANY}/p1`, detail: 'person/gnss | person/uwb' });
    for (let second = 100; second < 170; second++) {
      park.fix(second, { ...place(0, 0), source: second % 2 === 0 ? 'uwb' : 'gnss' });
      park.tick(second);
    }
    expect(park.told().slice(1)).toEqual(['two-tags cleared 160']);
  });

  test('[TAG-3] a card of the person far from where the person is said to be is the other tag', () => {
    const park = new Tagged();
    park.run.persons(createPerson({ cardNo: 'C1' }));
    for (let second = 0; second < 30; second++) {
      if (second % 2 === 0) park.fix(second, { ...place(0, 0), source: 's' });
      else park.fix(second, { ...place(300, 0), card: 'C1', source: 't' });
    }
    expect(park.told()).toEqual(['two-tags raised 12']);
  });

  test('[TAG-3] sources that take turns, differ by their accuracy, or follow a vehicle are one tag', () => {
    const park = new Tagged();
    park.run.persons(createPerson());
    for (let second = 0; second < 100; second++) {
      // Indoors by one, then outdoors by the other; then both, 20 m apart, at 14 m/s.
      const source = second < 30 ? 'uwb' : second < 60 ? 'gnss' : second % 2 === 0 ? 'uwb' : 'gnss';
      const east = second < 60 ? second * 3 : second * 14 + (second % 2) * 20;
      park.fix(second, { ...place(east, 0), source });
    }
    expect(park.told()).toEqual([]);
  });

  test('[TAG-4] who is on duty and has no live tag ten minutes into the shift is told until heard or the shift is over', () => {
    const park = new Tagged();
    // T0 is 16:00 in the park.
    const post = {
      name: '中控室',
      areas: [`${COMPANY}/a1`],
      personIds: ['p1', 'p2', 'p3'],
      shifts: [{ name: '中班', from: '16:00', to: '16:30' }],
    };
    park.run.tick(T0);
    park.run.persons(createPerson());
    park.run.setting('post', `${COMPANY}/k1`, post);
    for (let second = 1; second <= 1_810; second++) {
      if (second % 20 === 0) park.fix(second, { ...place(0, 0), person: 'p3' });
      if (second === 1_000) park.fix(second, { ...place(0, 0), person: 'p1' });
      park.tick(second);
    }
    expect(park.told()).toEqual([
      'no-live-tag raised 610',
      'no-live-tag raised 610',
      'no-live-tag cleared 1000',
      'no-live-tag cleared 1800',
    ]);
    expect(alarmsIn(park.run.published)[1]).toMatchObject({
      level: 3,
      slot: -1,
      person: null,
      subject: `${COMPANY}/p2`,
      people: [{ personId: 'p2', companyCode: COMPANY }],
      onsetAtMs: T0,
    });
    expect(alarmsIn(park.run.published)[0]).toMatchObject({ person: { personId: 'p1' }, subject: `${COMPANY}/p1` });
  });

  test('[TAG-4] when his post is withdrawn and set again within the shift he is told again', () => {
    const park = new Tagged();
    park.run.tick(T0);
    const shifts = [{ name: '中班', from: '16:00', to: '17:00' }];
    const post = { name: '中控室', areas: [`${COMPANY}/a1`], personIds: ['p2'], shifts };
    park.run.setting('post', `${COMPANY}/k1`, post);
    for (let second = 1; second <= 700; second++) park.tick(second);
    park.run.setting('post', `${COMPANY}/k1`, null);
    for (let second = 701; second <= 730; second++) park.tick(second);
    park.run.setting('post', `${COMPANY}/k1`, post);
    for (let second = 731; second <= 1_400; second++) park.tick(second);
    expect(park.told()).toEqual(['no-live-tag raised 610', 'no-live-tag cleared 710', 'no-live-tag raised 1340']);
    const ids = alarmsIn(park.run.published).map(({ alarmId }) => alarmId);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test('[TAG-4] a park that begins in the midst of a shift, or was away, waits the ten minutes anew', () => {
    const park = new Tagged();
    const shifts = [{ name: '中班', from: '14:00', to: '20:00' }];
    park.run.tick(T0);
    park.run.setting('post', `${COMPANY}/k1`, { name: '中控室', areas: [`${COMPANY}/a1`], personIds: ['p2'], shifts });
    for (let second = 1; second <= 300; second++) park.tick(second);
    const awayMs = 500_000;
    park.run.entry('downtime', { fromMs: T0 + 300_000, toMs: T0 + 300_000 + awayMs, reason: 'away' }, T0 + 800_000);
    for (let second = 801; second <= 1_500; second++) park.tick(second);
    expect(park.told()).toEqual(['no-live-tag raised 1401']);
  });

  test('[TAG-4] while the whole company is silent nobody of it is said to have no tag', () => {
    const park = new Tagged();
    park.run.tick(T0);
    park.fix(1, { ...place(0, 0), person: 'p3' });
    const shifts = [{ name: '中班', from: '16:00', to: '16:30' }];
    park.run.setting('post', `${COMPANY}/k1`, { name: '中控室', areas: [`${COMPANY}/a1`], personIds: ['p2'], shifts });
    for (let second = 2; second <= 1_200; second++) park.tick(second);
    expect(park.told()).toEqual([]);
    for (let second = 1_201; second <= 1_300; second++) {
      park.fix(second, { ...place(0, 0), person: 'p3' });
      park.tick(second);
    }
    expect(park.told()).toEqual(['no-live-tag raised 1270']);
  });

  test('[TAG-5] restored at any entry the same is said, and the state is the same', () => {
    const step = fc.record({
      subject: fc.constantFrom({ person: 'p1' }, { person: 'p2' }, { card: 'C1' }, { card: 'C9' }),
      source: fc.constantFrom('a', 'b'),
      east: fc.constantFrom(0, 5, 200),
      pct: fc.constantFrom(10, 25, 50, 0xff),
      pause: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 20, maxLength: 80 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (steps, cut) => {
          const park = new Tagged();
          park.run.persons(createPerson({ cardNo: 'C1' }));
          park.run.setting('post', `${COMPANY}/k1`, {
            name: 'k',
            areas: [`${COMPANY}/a1`],
            personIds: ['p1', 'p7'],
            shifts: [{ name: 'd', from: '15:50', to: '16:10' }],
          });
          let second = 0;
          for (const { subject, source, east, pct, pause } of steps) {
            second += pause;
            park.fix(second, { ...place(east, 0), ...subject, source }, pct);
            park.tick(second);
          }
          const { entries } = park.run;
          const from = Math.floor(cut * entries.length);
          const before = new EngineRun();
          for (const entry of entries.slice(0, from)) before.take(entry);
          const loaded = loadSnapshot(saveSnapshot(before.engine, 'e'), projection, 'e');
          if (!loaded.ok) throw new Error(loaded.problem);
          for (const entry of entries.slice(from)) {
            expect(loaded.engine.step(entry)).toEqual(before.engine.step(entry));
          }
          expect(digestOf(loaded.engine)).toBe(digestOf(park.run.engine));
        },
      ),
      { numRuns: 10 },
    );
  });
});
