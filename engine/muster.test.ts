import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MusterInput } from '../stream/protocol/acts.ts';
import { LivePicture } from '../stream/protocol/live-picture.ts';
import type { MusterPlace } from '../stream/protocol/muster.ts';
import type { Place } from '../test/builders/crowd.ts';
import { at, T0 } from '../test/builders/engine-run.ts';
import { COMPANY, createArea, createFixBatch, createPerson } from '../test/builders/entries.ts';
import { AT_POINT, IN, MusterTestRun, OTHER, OUT, PLANT } from '../test/builders/muster-run.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { Engine } from './engine.ts';
import { createPark } from './park.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

const OF_COMPANY = { role: 'enterprise', companyCode: COMPANY } as const;
const OF_OTHER = { role: 'enterprise', companyCode: OTHER } as const;
const counts = (inside: number, silent: number, left: number, safe: number, confirmed = 0) => ({
  inside,
  silent,
  left,
  safe,
  confirmed,
});
/** p1 and p2 stand in the plant, p3 does not; p4 was heard of in it two minutes ago. */
function atWork(): MusterTestRun {
  const run = new MusterTestRun().people('p1', 'p2', 'p3', 'p4');
  run.stand({ p1: IN, p2: IN, p3: OUT, p4: IN }).pass(20);
  run.places.delete('p4');
  run.pass(120);
  return run;
}

describe('a muster', () => {
  it('[MUS-2] begins with who is inside, told apart who is silent; who is outside is not concerned', () => {
    const run = atWork();
    const id = run.declare();
    expect(run.doc(id)).toMatchObject({
      kind: 'drill',
      place: PLANT,
      areaName: '加氢装置',
      declaredAtMs: run.atMs,
      declaredBy: '值班员',
      counts: counts(2, 1, 0, 0),
      atStart: 3,
      silentAtStart: 1,
      entered: 0,
    });
    expect(run.list(id)).toEqual(['p1:inside', 'p2:inside', 'p4:silent']);
    const [piece] = run.engine.park.docs.values('muster-people');
    expect(piece?.sinceS[2]).toBe(-120);
  });

  it('[MUS-3] who reaches an assembly point and stays is safe since he came; who walks across it, or out of the place, is not', () => {
    const run = atWork();
    const id = run.declare();
    run.stand({ p1: AT_POINT, p2: OUT }).pass(5);
    expect(run.doc(id)?.counts).toEqual(counts(0, 1, 2, 0));
    run.pass(20);
    expect(run.doc(id)).toMatchObject({
      counts: counts(0, 1, 1, 1),
      points: [{ area: `${COMPANY}/point`, name: '1# 集合点', count: 1 }],
    });
    run.stand({ p1: OUT, p2: AT_POINT }).pass(7);
    run.stand({ p2: OUT }).pass(30);
    expect(run.doc(id)?.counts).toEqual(counts(0, 1, 2, 0));
  });

  it('[MUS-3] nobody is safe at the assembly point for which the emergency is declared', () => {
    const run = atWork();
    run.stand({ p1: AT_POINT }).pass(30);
    const id = run.declare({ of: 'area', area: `${COMPANY}/point` });
    run.pass(30);
    expect(run.list(id)).toEqual(['p1:inside']);
    expect(run.doc(id)?.points).toEqual([]);
  });

  it('[MUS-3] who stood at an assembly point before is safe since the declaration', () => {
    const run = atWork();
    run.stand({ p1: AT_POINT }).pass(60);
    const id = run.declare({ of: 'park' });
    run.pass(5);
    expect(run.list(id)).toContain('p1:safe');
    const [piece] = run.engine.park.docs.values('muster-people');
    expect(piece?.sinceS[piece.ids.indexOf('p1')]).toBe(0);
  });

  it('[MUS-3] a fix that jumps off the point for a moment changes nothing', () => {
    const run = atWork();
    const id = run.declare();
    run.stand({ p1: AT_POINT }).pass(30);
    run.stand({ p1: [296, 20] }).pass(1);
    run.stand({ p1: AT_POINT }).pass(1);
    expect(run.list(id)).toContain('p1:safe');
  });

  it('[MUS-4] silence takes nobody off the missing; who is heard of again is where he is; who was safe stays safe', () => {
    const run = atWork();
    const id = run.declare();
    run.stand({ p1: AT_POINT }).pass(30);
    run.places.clear();
    run.pass(100);
    expect(run.list(id)).toEqual(['p1:safe', 'p2:silent', 'p4:silent']);
    run.stand({ p4: IN, p2: OUT }).pass(10);
    expect(run.list(id)).toEqual(['p1:safe', 'p2:left', 'p4:inside']);
    run.tick(run.atMs + 13 * 3_600_000);
    expect(run.list(id)).toEqual(['p1:safe', 'p2:left', 'p4:silent']);
  });

  it('[MUS-4] nor does the end of the area, another shape of it, or a record that withdraws the person', () => {
    const run = atWork();
    const id = run.declare();
    run.areas(createArea({ areaId: 'plant', kind: 'PRODUCTION', polygons: squareAt(900, 0, 50) }));
    run.places.delete('p2');
    run.tick(run.atMs + 1_000);
    expect(run.list(id)).toEqual(['p1:inside', 'p2:inside', 'p4:silent']);
    run.areas(createArea({ areaId: 'plant', deleted: true }));
    run.atMs += 1_000;
    run.pass(10);
    run.persons(createPerson({ personId: 'p2', deleted: true }));
    run.pass(1);
    expect(run.list(id)).toEqual(['p1:inside', 'p2:silent', 'p4:silent']);
    run.stand({ p1: AT_POINT }).pass(30);
    expect(run.list(id)).toContain('p1:safe');
    run.muster({ step: 'end', musterId: id }, '演练结束');
    expect(run.ended().at(-1)?.missing).toMatchObject([
      { personId: 'p2', name: '姓名p2', state: 'silent' },
      { personId: 'p4', state: 'silent' },
    ]);
  });

  it('[MUS-5] who comes in afterwards is listed apart; who was there by his own time and is heard of late is not', () => {
    const run = atWork();
    const id = run.declare();
    const declaredAtMs = run.atMs;
    run.stand({ p3: IN }).pass(10);
    expect(run.doc(id)).toMatchObject({ entered: 1, atStart: 3, counts: counts(3, 1, 0, 0) });
    run.fixes([at(50, 50, declaredAtMs - 20_000, { person: 'late' })], run.atMs);
    run.fixes([at(50, 50, declaredAtMs - 10_000, { person: 'late' })], run.atMs);
    run.pass(1);
    expect(run.doc(id)).toMatchObject({ entered: 1, atStart: 4, counts: counts(4, 1, 0, 0) });
    expect(run.doc(id)?.byType).toEqual([
      { type: 'staff', ...counts(3, 1, 0, 0) },
      { type: 'unidentified', ...counts(1, 0, 0, 0) },
    ]);
  });

  it('[MUS-5] a tag whose wearer becomes known is that person on the list', () => {
    const run = new MusterTestRun();
    const seen = () => run.fixes([at(50, 50, run.atMs, { card: 'C1' })], run.atMs);
    for (let s = 0; s < 5; s++) {
      run.pass(1);
      seen();
    }
    const id = run.declare();
    expect(run.list(id)).toEqual(['card:C1:inside']);
    run.persons(createPerson({ personId: 'p9', cardNo: 'C1' }));
    run.pass(1);
    expect(run.list(id)).toEqual(['p9:silent']);
    run.pass(1);
    seen();
    run.pass(1);
    expect(run.list(id)).toEqual(['p9:inside']);
    expect(run.doc(id)?.counts).toEqual(counts(1, 0, 0, 0));
  });

  it('[MUS-6] somebody confirmed by hand is safe whatever his tag says, with who said it, until that is taken back', () => {
    const run = atWork();
    const id = run.declare();
    const who = { musterId: id, companyCode: COMPANY, id: 'p4' };
    run.muster({ step: 'confirm', ...who }, '在消防车旁');
    expect(run.doc(id)?.counts).toEqual(counts(2, 0, 0, 0, 1));
    const note = () => run.engine.park.docs.values('muster-people')[0]?.notes;
    expect(note()).toEqual([{ at: 2, by: '值班员', atMs: run.atMs, text: '在消防车旁' }]);
    run.stand({ p4: IN }).pass(5);
    expect(run.list(id)).toContain('p4:confirmed');
    run.muster({ step: 'unconfirm', ...who });
    expect(run.list(id)).toContain('p4:inside');
    expect(note()).toEqual([]);
    const told = run.published.length;
    run.muster({ step: 'unconfirm', ...who });
    expect(run.list(id)).toContain('p4:inside');
    expect(run.published.slice(told).flatMap(({ effects }) => effects)).toEqual([]);
    run.muster({ step: 'confirm', ...who, id: 'nobody' });
    expect(run.doc(id)?.counts).toEqual(counts(3, 0, 0, 0));
  });

  it('[MUS-7] says when the first, half and all of those inside were safe, by their own times, since when nobody is missing, and each minute', () => {
    const run = new MusterTestRun().people('p1', 'p2', 'p3').stand({ p1: IN, p2: IN, p3: IN });
    run.pass(20);
    const id = run.declare();
    const startMs = run.atMs;
    run.pass(30);
    for (const person of ['p1', 'p2', 'p3']) run.stand({ [person]: AT_POINT }).pass(30);
    const muster = run.doc(id)!;
    const afterS = (atMs: number | null) => Math.floor(((atMs ?? Number.NaN) - startMs) / 1_000);
    expect([muster.firstSafeAtMs, muster.halfSafeAtMs, muster.allSafeAtMs].map(afterS)).toEqual([31, 61, 91]);
    expect(muster.noneMissingAtMs).not.toBeNull();
    expect(muster.minutes).toEqual([
      [2, 0, 1],
      [0, 0, 3],
    ]);
    run.stand({ p3: IN }).pass(10);
    expect(run.doc(id)).toMatchObject({
      firstSafeAtMs: muster.firstSafeAtMs,
      allSafeAtMs: null,
      noneMissingAtMs: null,
    });
  });

  it('[MUS-8] ends with a word, and says then who was missing, where and when he was last seen', () => {
    const run = atWork();
    const id = run.declare();
    run.stand({ p1: AT_POINT }).pass(30);
    run.muster({ step: 'end', musterId: id });
    run.muster({ step: 'end', musterId: id }, '  ');
    expect(run.doc(id)).toBeDefined();
    run.muster({ step: 'end', musterId: id }, '全部到位');
    expect(run.doc(id)).toBeUndefined();
    expect(run.list(id)).toEqual([]);
    const [park, company] = run.ended();
    expect(park).toMatchObject({
      companyCode: null,
      endedBy: '值班员',
      endedWith: '全部到位',
      counts: counts(1, 1, 0, 1),
      missing: [],
    });
    expect(company).toMatchObject({
      companyCode: COMPANY,
      missing: [
        { personId: 'p2', state: 'inside', areaName: '加氢装置', hasEntered: false },
        { personId: 'p4', state: 'silent', areaName: '加氢装置' },
      ],
      missingUnlisted: 0,
    });
    expect(company?.missing[1]?.seenAtMs).toBe(T0 + 20_000);
  });

  it('[MUS-1] one a place: another for the same place is none, one for another place stands beside it, the same id declares once', () => {
    const run = atWork();
    const id = run.declare();
    run.muster({ step: 'declare', kind: 'real', place: PLANT });
    expect(run.engine.park.docs.values('muster').filter((one) => one.companyCode === null)).toHaveLength(1);
    const all = run.declare({ of: 'park' });
    expect(run.doc(all)?.counts).toEqual(counts(3, 1, 0, 0));
    expect(run.doc(id)?.counts).toEqual(counts(2, 1, 0, 0));
    run.muster({ step: 'end', musterId: id }, '结束');
    run.muster({ step: 'declare', kind: 'drill', place: PLANT }, null, undefined, id);
    expect(run.doc(id)).toBeUndefined();
  });

  it('[MUS-1] for the boundary of a company, where it has one; nobody leaves the whole park', () => {
    const run = atWork();
    run.muster({ step: 'declare', kind: 'drill', place: { of: 'company', companyCode: COMPANY } });
    expect(run.engine.park.docs.values('muster')).toEqual([]);
    run.areas(createArea({ areaId: 'site', kind: 'COMPANY_BOUNDARY', polygons: squareAt(-10, -10, 400) }));
    run.pass(5);
    const site = run.declare({ of: 'company', companyCode: COMPANY });
    const all = run.declare({ of: 'park' });
    run.stand({ p1: AT_POINT, p2: [900, 0] }).pass(30);
    expect(run.doc(site)?.counts).toEqual(counts(1, 1, 1, 1));
    expect(run.doc(all)?.counts).toEqual(counts(2, 1, 0, 1));
  });

  it('[MUS-9] a company declares, ends and confirms for its own places and people only', () => {
    const run = atWork();
    const declares = (place: MusterPlace, by: typeof OF_COMPANY | typeof OF_OTHER) => {
      run.muster({ step: 'declare', kind: 'drill', place }, null, by);
      return run.engine.park.docs.values('muster').length;
    };
    expect(declares(PLANT, OF_OTHER)).toBe(0);
    expect(declares({ of: 'park' }, OF_COMPANY)).toBe(0);
    const id = run.declare();
    const confirm: MusterInput = { step: 'confirm', musterId: id, companyCode: COMPANY, id: 'p4' };
    run.muster(confirm, null, OF_OTHER);
    run.muster({ step: 'end', musterId: id }, '结束', OF_OTHER);
    run.muster({ step: 'end', musterId: id }, '结束', { role: 'ops' as never, companyCode: null });
    expect(run.doc(id)?.counts).toEqual(counts(2, 1, 0, 0));
    run.muster(confirm, null, OF_COMPANY);
    expect(run.doc(id)?.counts.confirmed).toBe(1);
    run.muster({ step: 'end', musterId: id }, '结束', OF_COMPANY);
    expect(run.doc(id)).toBeUndefined();
  });

  it('[MUS-10] a company is told of its own people and of nobody else; whose place it is, also when none of its own is inside', () => {
    const run = new MusterTestRun();
    run.persons(createPerson({ personId: 'x', companyCode: OTHER, companyName: '乙' }));
    const batch = createFixBatch([at(50, 50, run.atMs + 1_000, { person: 'x' })], { companyCode: OTHER });
    run.entry('fixes', batch, run.atMs + 1_000);
    run.atMs += 1_000;
    run.pass(3);
    const id = run.declare();
    expect(run.doc(id, COMPANY)?.counts).toEqual(counts(0, 0, 0, 0));
    expect(run.doc(id, OTHER)?.counts).toEqual(counts(1, 0, 0, 0));
    const picture = new LivePicture();
    picture.applyEffects(run.published);
    const seen = (companyCode: string) => {
      const own = new LivePicture();
      own.loadSnapshot(picture.snapshotFor(companyCode));
      return JSON.stringify([own.docsOf('muster'), own.docsOf('muster-people')]);
    };
    expect(seen(COMPANY)).not.toContain(OTHER);
    expect(seen(COMPANY)).not.toContain('"x"');
    expect(seen(OTHER)).toContain('"x"');
    expect(seen(OTHER)).not.toContain('byCompany":[{');
  });
});

// --- whatever comes ------------------------------------------------------------------------------------------------------

const PEOPLE = ['p1', 'p2', 'p3', 'p4', 'p5'];
const PLACES: readonly (Place | null)[] = [IN, AT_POINT, OUT, [98, 50], [102, 50], null];
/** Nobody is heard of meanwhile. */
const SILENCE_S = 100;
type Scene = { readonly places: readonly number[]; readonly seconds: number; readonly act: number };
const scene: fc.Arbitrary<Scene> = fc.record({
  places: fc.array(fc.nat(PLACES.length - 1), { minLength: PEOPLE.length, maxLength: PEOPLE.length }),
  seconds: fc.constantFrom(1, 3, 14, SILENCE_S),
  act: fc.nat(5),
});

function act(run: MusterTestRun, n: number): void {
  const [standing] = run.engine.park.docs.values('muster');
  if (n === 0) run.declare();
  if (n === 1) run.declare({ of: 'park' }, 'real');
  if (standing === undefined) return;
  const { musterId } = standing;
  if (n === 2) run.muster({ step: 'confirm', musterId, companyCode: COMPANY, id: 'p2' });
  if (n === 3) run.muster({ step: 'unconfirm', musterId, companyCode: COMPANY, id: 'p2' });
  if (n === 4) run.muster({ step: 'end', musterId }, '结束');
}
/** `order` rearranges the people of a second, each with an entry of their own. */
function play(scenes: readonly Scene[], order: (people: readonly string[]) => readonly string[]): MusterTestRun {
  const run = new MusterTestRun().people(...PEOPLE);
  run.declare();
  for (const { places, seconds, act: n } of scenes) {
    if (seconds === SILENCE_S) {
      run.atMs += SILENCE_S * 1_000;
      run.tick(run.atMs);
    } else
      for (let s = 0; s < seconds; s++) {
        run.atMs += 1_000;
        for (const person of order(PEOPLE)) {
          const place = PLACES[places[PEOPLE.indexOf(person)]!];
          if (place != null) run.fixes([at(...place, run.atMs, { person })], run.atMs);
        }
        run.tick(run.atMs);
      }
    act(run, n);
  }
  return run;
}
const docsOf = (run: MusterTestRun) => [
  run.engine.park.docs.values('muster'),
  run.engine.park.docs
    .values('muster-people')
    .flatMap(({ ids, states, sinceS, entered }) => ids.map((id, i) => [id, states[i], sinceS[i], entered[i]].join(' ')))
    .sort(),
];

describe('musters of any kind', () => {
  it('[MUS-11] in whatever order the positions of a second come, and come again, all are where they would be', () => {
    fc.assert(
      fc.property(
        fc.array(scene, { minLength: 1, maxLength: 5 }),
        fc.shuffledSubarray(PEOPLE, { minLength: 5 }),
        (scenes, order) => {
          const other = play(scenes, () => order);
          expect(docsOf(other)).toEqual(docsOf(play(scenes, (people) => people)));
          const before = docsOf(other);
          for (const entry of other.entries.filter(({ kind }) => kind === 'fixes').slice(-8)) {
            other.entry('fixes', entry.body as never, other.atMs);
          }
          other.tick(other.atMs);
          expect(docsOf(other)).toEqual(before);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('[MUS-11] everybody is counted once, by company and type alike, and the pieces say what the figures say', () => {
    fc.assert(
      fc.property(fc.array(scene, { minLength: 1, maxLength: 5 }), (scenes) => {
        const run = play(scenes, (people) => people);
        for (const muster of run.engine.park.docs.values('muster')) {
          const sum = (of: readonly { readonly [state: string]: unknown }[], state: string) =>
            of.reduce((total, one) => total + (one[state] as number), 0);
          const codes = muster.companyCode === null ? [COMPANY] : [muster.companyCode];
          const listed = codes.flatMap((code) => run.list(muster.musterId, code));
          for (const [state, count] of Object.entries(muster.counts)) {
            expect(sum(muster.byType, state)).toBe(count);
            if (muster.companyCode === null) expect(sum(muster.byCompany, state)).toBe(count);
            expect(listed.filter((line) => line.endsWith(`:${state}`))).toHaveLength(count);
          }
          expect(muster.atStart + muster.entered).toBe(listed.length);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('[MUS-12] an engine restored in the midst of it goes on as if undisturbed', () => {
    fc.assert(
      fc.property(fc.array(scene, { minLength: 2, maxLength: 5 }), fc.nat(1_000), (scenes, cut) => {
        const run = play(scenes, (people) => people);
        const until = cut % run.entries.length;
        const before = new Engine(createPark(projection));
        for (const entry of run.entries.slice(0, until)) before.step(entry);
        const loaded = loadSnapshot(saveSnapshot(before, 'e'), projection, 'e');
        if (!loaded.ok) throw new Error(loaded.problem);
        const said = run.entries.slice(until).flatMap((entry) => loaded.engine.step(entry) ?? []);
        expect(said).toEqual(run.published.filter(({ seq }) => seq > until));
        expect(digestOf(loaded.engine)).toBe(digestOf(run.engine));
      }),
      { numRuns: 15 },
    );
  });
});
