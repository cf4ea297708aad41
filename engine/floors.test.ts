import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLOORS_MAX } from '../stream/protocol/floors.ts';
import { LivePicture } from '../stream/protocol/live-picture.ts';
import { at, EngineRun as Run, T0 } from '../test/builders/engine-run.ts';
import { COMPANY, createArea, createFixBatch, createPerson, type FixInput } from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { FrameBuilder, pictureFrom } from './frames.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';
import { SNAPSHOT_VERSION_8 } from './snapshot-version-8.fixture.ts';

const OTHER = '913100002';

function pictureOf(run: Run): LivePicture {
  const picture = new LivePicture();
  const when = { epoch: 'e', term: 1, atMs: run.engine.park.nowMs, liveId: '0-0' };
  picture.load(structuredClone(pictureFrom(run.engine, new FrameBuilder(1_000), when)));
  return picture;
}

/** Floors by subject. */
function floorsOf(run: Run): Record<string, string | null> {
  const picture = pictureOf(run);
  return Object.fromEntries(
    [...picture.bindings].map(([slot, { person }]) => [`${person.personId ?? person.cardNo}`, picture.floorAt(slot)]),
  );
}

/** A building of three floors of 4 m, the topmost open above. */
function building(run: Run): void {
  const storey = (areaId: string, floorNo: string, zMinM: number, zMaxM: number | null) =>
    createArea({ areaId, kind: 'PRODUCTION', floorNo, zMinM, zMaxM, polygons: squareAt(0, 0, 60) });
  run.areas(storey('s1', '1F', 0, 4), storey('s2', '2F', 4, 8), storey('s3', '3F', 8, null));
}

const inside = (atMs: number, more: Partial<FixInput> = {}): FixInput => at(30, 30, atMs, more);

describe('floor of a person', () => {
  it('[FLO-1] is what the newest fix said, whatever the areas say; a late fix changes nothing', () => {
    const run = new Run();
    building(run);
    run.fixes([inside(T0, { floorNo: 'B1', heightM: 5 })]);
    expect(floorsOf(run)).toEqual({ p1: 'B1' });
    run.fixes([inside(T0 + 1_000, { floorNo: '夹层', heightM: 5 }), inside(T0 - 5_000, { floorNo: '9F' })], T0 + 1_000);
    expect(floorsOf(run)).toEqual({ p1: '夹层' });
  });

  it.each([
    [0, '1F'],
    [3.9, '1F'],
    [4, '2F'],
    [400, '3F'],
    [-1, null],
    [Number.NaN, null],
  ])('[FLO-2] is that of the area that holds place and height when the fix says none: %s m is %s', (heightM, floor) => {
    const run = new Run();
    building(run);
    run.fixes([inside(T0, { heightM }), at(300, 300, T0, { person: 'p2', heightM })]);
    expect(floorsOf(run)).toEqual({ p1: floor, p2: null });
  });

  it('[FLO-2] of several areas the one with the least between its heights says; one without heights says nothing', () => {
    const run = new Run();
    building(run);
    run.areas(
      createArea({ areaId: 'a0', floorNo: '屋面', polygons: squareAt(0, 0, 60) }),
      createArea({
        areaId: 'z',
        floorNo: '2M',
        zMinM: 5,
        zMaxM: 6,
        companyCode: OTHER,
        polygons: squareAt(20, 20, 20),
      }),
    );
    run.fixes([inside(T0, { heightM: 5.5 }), inside(T0, { person: 'p2', heightM: 7 })]);
    expect(floorsOf(run)).toEqual({ p1: '2M', p2: '2F' });
  });

  it('[FLO-3] is asked again with the tick once such an area came, changed or went; what a fix said stays', () => {
    const run = new Run();
    run.fixes([inside(T0, { heightM: 5 }), inside(T0, { person: 'p2', heightM: 5, floorNo: 'X' })]);
    run.tick(T0 + 1_000);
    const floors = () => {
      run.tick(run.engine.park.nowMs + 1_000);
      return floorsOf(run);
    };
    expect(floors()).toEqual({ p1: null, p2: 'X' });
    building(run);
    expect(floors()).toEqual({ p1: '2F', p2: 'X' });
    run.engine.park.people.clearTouched();
    run.areas(createArea({ areaId: 's2', floorNo: '二层', zMinM: 4, zMaxM: 8, polygons: squareAt(0, 0, 60) }));
    expect(floors()).toEqual({ p1: '二层', p2: 'X' });
    expect(run.engine.park.people.touched).toEqual([run.engine.park.people.slotOf(COMPANY, 'p1', false)]);
    run.areas(createArea({ areaId: 's2', deleted: true }));
    expect(floors()).toEqual({ p1: null, p2: 'X' });
  });

  it('[FLO-4] names beyond the most of a company are no floor, and cost another company none of its own', () => {
    const run = new Run();
    const many = Array.from({ length: FLOORS_MAX + 20 }, (_, n) => inside(T0 + n, { floorNo: `f${n}` }));
    run.fixes(many);
    expect(floorsOf(run)).toEqual({ p1: null });
    run.fixes([inside(T0 + 1_000, { floorNo: 'f7' })]);
    expect(floorsOf(run)).toEqual({ p1: 'f7' });
    const batch = createFixBatch([inside(T0, { person: 'q', floorNo: 'new' })], { companyCode: OTHER });
    run.take(run.sequence.next('fixes', batch, T0 + 1_000));
    expect(floorsOf(run)).toEqual({ p1: 'f7', q: 'new' });
  });

  it('[FLO-4] whoever gets a slot that was freed has the floor of nobody before', () => {
    const run = new Run();
    run.persons(createPerson());
    run.fixes([inside(T0, { floorNo: '2F' })]);
    run.persons(createPerson({ deleted: true }));
    run.tick(T0 + 700_000);
    run.persons(createPerson({ personId: 'p9' }));
    const { people } = run.engine.park;
    expect(people.slotOf(COMPANY, 'p9', false)).toBe(0);
    expect([people.floor[0], people.saysFloor[0]]).toEqual([0, 0]);
  });

  it('[FLO-10] a company is told the names of the floors of its own people, and no others', () => {
    const run = new Run();
    run.persons(createPerson());
    run.fixes([inside(T0, { floorNo: '甲的楼' })]);
    const batch = createFixBatch([inside(T0, { person: 'q', floorNo: '乙的楼' })], { companyCode: OTHER });
    run.take(run.sequence.next('fixes', batch, T0));
    const picture = pictureOf(run);
    const own = new LivePicture();
    own.loadSnapshot(structuredClone(picture.snapshotFor(COMPANY)));
    own.applyFrame(picture.pictureFrameFor(COMPANY));
    expect(own.docsOf('floors')).toEqual([{ companyCode: COMPANY, names: ['甲的楼'] }]);
    expect(own.floorAt(0)).toBe('甲的楼');
    expect(JSON.stringify(picture.snapshotFor(COMPANY))).not.toContain('乙的楼');
  });

  it('[FLO-5] a restored park goes on alike, wherever it was cut', () => {
    const step = fc.oneof(
      fc.record({
        floorNo: fc.constantFrom(undefined, undefined, '1F', '2F', 'X'),
        heightM: fc.constantFrom(undefined, 1, 5, 9),
        who: fc.constantFrom('p1', 'p2', 'p3'),
      }),
      fc.record({ area: fc.constantFrom('s1', 's2'), zMinM: fc.constantFrom(0, 4), gone: fc.boolean() }),
      fc.constant('tick' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.nat(25), (steps, cut) => {
        let run = new Run();
        const whole = new Run();
        steps.forEach((each, n) => {
          const atMs = T0 + n * 1_000;
          if (n === cut) {
            const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
            if (!loaded.ok) throw new Error(loaded.problem);
            run = Object.assign(new Run(), { engine: loaded.engine, sequence: run.sequence });
          }
          for (const one of [run, whole]) {
            if (each === 'tick') one.tick(atMs);
            else if ('who' in each) {
              const { floorNo, heightM, who } = each;
              const said = { ...(floorNo && { floorNo }), ...(heightM !== undefined && { heightM }) };
              one.fixes([inside(atMs, { person: who, ...said })]);
            } else {
              const { area: areaId, zMinM, gone: deleted } = each;
              const polygons = squareAt(0, 0, 60);
              one.areas(createArea({ areaId, floorNo: areaId, zMinM, zMaxM: zMinM + 4, polygons, deleted }));
            }
          }
        });
        const endMs = T0 + 60_000;
        for (const one of [run, whole]) one.tick(endMs);
        expect(digestOf(run.engine)).toBe(digestOf(whole.engine));
        expect(floorsOf(run)).toEqual(floorsOf(whole));
      }),
    );
  });

  it('[FLO-5] a snapshot of engine version 8 knows no floors: with the next tick the areas say them', () => {
    const loaded = loadSnapshot(SNAPSHOT_VERSION_8, projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    expect(loaded.engineVersion).toBe('8');
    const run = Object.assign(new Run(), { engine: loaded.engine });
    run.sequence.seq = loaded.engine.seq;
    expect(floorsOf(run)).toEqual({ p1: null, p2: null });
    run.tick(T0 + 2_000);
    expect(floorsOf(run)).toEqual({ p1: '2F', p2: null });
    expect([...loaded.engine.park.alarms.standing.values()].map(({ rule }) => rule)).toEqual(['sos']);
  });
});
