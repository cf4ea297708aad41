import { describe, expect, it } from 'vitest';
import { alarmsOf, at, EngineRun as Run, T0 } from '../test/builders/engine-run.ts';
import { createArea, createFixBatch, createOrigin, createPerson, type FixInput } from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

const HOUR = 3_600_000;
const square = squareAt(0, 0, 100);
const forbidden = createArea({ polygons: square });
const post = createArea({ areaId: 'post', kind: 'POST', polygons: square, boundPersonIds: ['p1'] });

/** Deep inside the square, or far out of it: one such fix decides at once. */
const inside = (atMs: number, more: Partial<FixInput> = {}): FixInput => at(50, 50, atMs, { accuracyM: 3, ...more });
const outside = (atMs: number, more: Partial<FixInput> = {}): FixInput => at(-60, 50, atMs, { accuracyM: 3, ...more });

const standingOf = (run: Run) => [...run.engine.park.alarms.standing.values()];
const personOf = (run: Run, personId: string) =>
  run.engine.park.people.views[run.engine.park.people.slotOf('913100001', personId, false)];

describe('an alarm lasts no longer than the rule holds for its person', () => {
  it('[ALM-19] ends when the person becomes of an allowed type', () => {
    const run = new Run();
    run.areas(createArea({ polygons: square, allowedTypes: ['staff'] }));
    run.persons(createPerson({ type: 'visitor' }));
    run.fixes([inside(T0)]);
    expect(standingOf(run)).toHaveLength(1);
    expect(alarmsOf(run.persons(createPerson({ type: 'staff' })))).toMatchObject([
      { transition: 'updated' },
      { transition: 'ended', reason: 'withdrawn' },
    ]);
    expect(run.engine.park.bounds.ofSlot(0)).toBeUndefined();
  });

  it('[ALM-19] ends when the area allows the person’s type', () => {
    const run = new Run();
    run.areas(forbidden);
    run.persons(createPerson());
    run.fixes([inside(T0)]);
    expect(alarmsOf(run.areas(createArea({ polygons: square, allowedTypes: ['staff'] })))).toMatchObject([
      { transition: 'ended', reason: 'withdrawn' },
    ]);
  });

  it('[ALM-19] ends when the area binds the person no more, and goes on for those it still binds', () => {
    const run = new Run();
    run.areas({ ...post, boundPersonIds: ['p1', 'p2'] });
    run.persons(createPerson(), createPerson({ personId: 'p2' }));
    run.fixes([outside(T0), outside(T0, { person: 'p2' })]);
    expect(standingOf(run)).toHaveLength(2);
    expect(alarmsOf(run.areas({ ...post, boundPersonIds: ['p2'] }))).toMatchObject([
      { transition: 'ended', person: { personId: 'p1' } },
    ]);
    expect(run.fixes([inside(T0 + 5_000, { person: 'p2' })])).toMatchObject([{ transition: 'cleared' }]);
  });

  it('[ALM-19] ends when a forbidden area becomes a post, also for who is bound to it', () => {
    const run = new Run();
    run.areas({ ...post, kind: 'FORBIDDEN', boundPersonIds: [] });
    run.persons(createPerson());
    run.fixes([inside(T0)]);
    expect(alarmsOf(run.areas(post))).toMatchObject([{ transition: 'ended', reason: 'withdrawn' }]);
    expect(run.fixes([inside(T0 + 2_000)])).toEqual([]);
  });

  it('[ALM-20] who is bound to a forbidden area may be in it; leaving is out of bounds', () => {
    const run = new Run();
    run.areas({ ...forbidden, boundPersonIds: ['p1'] });
    run.persons(createPerson(), createPerson({ personId: 'p2' }));
    expect(run.fixes([inside(T0), inside(T0, { person: 'p2' })])).toMatchObject([{ person: { personId: 'p2' } }]);
    expect(run.fixes([outside(T0 + 5_000)])).toMatchObject([{ transition: 'raised', person: { personId: 'p1' } }]);
    expect(run.fixes([inside(T0 + 10_000)])).toMatchObject([{ transition: 'cleared', person: { personId: 'p1' } }]);
  });

  it('[ALM-21] a tag’s out-of-bounds alarm passes to the person who is found to wear it', () => {
    const run = new Run();
    run.areas(forbidden);
    run.fixes([inside(T0, { card: 'C7' })]);
    expect(alarmsOf(run.persons(createPerson({ cardNo: 'C7' })))).toMatchObject([
      { transition: 'ended', reason: 'identified', person: { cardNo: 'C7', personId: null } },
    ]);
    expect(run.fixes([inside(T0 + 2_000, { card: 'C7' })])).toMatchObject([
      { transition: 'raised', person: { personId: 'p1' } },
    ]);
    expect(run.fixes([outside(T0 + 9_000, { card: 'C7' })])).toMatchObject([{ transition: 'cleared' }]);
  });

  it('[ALM-21] a tag’s SOS stands until somebody resets it, also when its wearer becomes known', () => {
    const run = new Run();
    run.areas(forbidden);
    run.fixes([inside(T0, { card: 'C7', sos: true })]);
    run.persons(createPerson({ cardNo: 'C7' }));
    expect(standingOf(run)).toMatchObject([{ rule: 'sos', active: true }]);
  });
});

describe('registers', () => {
  it('[ENG-5] a person withdrawn by a dated record is not brought back by an older one', () => {
    const run = new Run();
    run.persons(createPerson({ updatedAtMs: 200 }));
    run.persons(createPerson({ updatedAtMs: 300, deleted: true }));
    expect(run.persons(createPerson({ updatedAtMs: 250 }))).toBeNull();
    expect(run.persons(createPerson({ updatedAtMs: 300 }))).toBeNull();
    expect(run.persons(createPerson({ updatedAtMs: 400 }))?.effects).toHaveLength(1);
  });

  it('[ENG-5] a withdrawal that overtakes the record it withdraws holds', () => {
    const run = new Run();
    run.persons(createPerson({ updatedAtMs: 300, deleted: true }));
    run.areas(createArea({ polygons: square, updatedAtMs: 300, deleted: true }));
    expect(run.persons(createPerson({ updatedAtMs: 200 }))).toBeNull();
    expect(run.areas(createArea({ polygons: square, updatedAtMs: 200 }))).toBeNull();
  });

  it('[ENG-5] a withdrawn area is not brought back by an older record, also after a restart', () => {
    const run = new Run();
    run.areas(createArea({ polygons: square, updatedAtMs: 200 }));
    run.areas(createArea({ polygons: square, updatedAtMs: 300, deleted: true }));
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    const older = createArea({ polygons: square, updatedAtMs: 250 });
    expect(loaded.engine.step(run.sequence.next('areas', { origin: createOrigin(), records: [older] }, T0))).toBeNull();
  });

  it('[ENG-14] area versions count every record that stands, withdrawals too, and no repeats', () => {
    const run = new Run();
    const versions = () => run.engine.areaViews().map((area) => area.version);
    run.areas(forbidden);
    expect(run.areas(createArea({ polygons: squareAt(0, 0, 100) }))).toBeNull();
    expect(versions()).toEqual([1]);
    run.areas(createArea({ polygons: square, name: '新名' }));
    expect(versions()).toEqual([2]);
    run.areas(createArea({ polygons: square, deleted: true }));
    expect(run.areas(createArea({ polygons: square, deleted: true }))).toBeNull();
    run.areas(createArea({ polygons: square, name: '新名' }));
    expect(versions()).toEqual([4]);
  });

  it('[ALM-22] an area sent again and again, or renamed, does not take back the evidence gathered at it', () => {
    const run = new Run();
    run.areas(forbidden);
    run.persons(createPerson());
    const raised = [];
    for (let i = 0; i < 6; i++) {
      raised.push(...run.fixes([at(6, 50, T0 + i * 1_000, { accuracyM: 3 })]));
      run.areas(createArea({ polygons: squareAt(0, 0, 100), name: `第${i}次` }));
    }
    expect(raised).toHaveLength(1);
  });

  it('[ENG-15] a card is worn by the last who is recorded with it, and by nobody else', () => {
    const run = new Run();
    run.persons(createPerson({ cardNo: 'C7' }));
    const taken = run.persons(createPerson({ personId: 'p2', cardNo: 'C7' }));
    expect(taken?.effects).toMatchObject([
      { t: 'bind', person: { personId: 'p1', cardNo: null } },
      { t: 'bind', person: { personId: 'p2', cardNo: 'C7' } },
    ]);
    run.persons(createPerson({ cardNo: 'C7' }));
    expect(personOf(run, 'p2')?.cardNo).toBeNull();
    run.fixes([inside(T0, { card: 'C7' })]);
    expect(run.engine.park.people.placed[run.engine.park.people.slotOf('913100001', 'p1', false)]).toBe(1);
  });

  it('[ENG-16] a subject that nobody described and that was never placed is forgotten after 12 h of silence', () => {
    const run = new Run();
    run.tick(T0);
    run.fixes([{ person: 'ghost', atMs: T0, sos: true }], T0);
    const [alarm] = standingOf(run);
    run.tick(T0 + 13 * HOUR);
    expect(run.engine.park.people.views[0]).not.toBeNull();
    run.act('acknowledge', alarm?.alarmId ?? '');
    run.act('reset', alarm?.alarmId ?? '');
    run.tick(T0 + 13 * HOUR + 1_000);
    expect(run.engine.park.people.views[0]).toBeNull();
  });

  it('[ENG-11] the digest does not depend on which companies’ cards came and went', () => {
    const run = new Run();
    const other = { companyCode: '900000002', personId: 'q1' };
    run.persons(createPerson({ cardNo: 'C1' }));
    run.persons(createPerson({ cardNo: null }));
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    run.persons(createPerson({ ...other, cardNo: 'C2' }));
    run.persons(createPerson({ cardNo: 'C1' }));
    for (const entry of run.entries.slice(2)) loaded.engine.step(entry);
    expect(digestOf(loaded.engine)).toBe(digestOf(run.engine));
  });
});

describe('somebody who was withdrawn and comes back', () => {
  const place = (atMs: number) => at(50, 50, atMs, { accuracyM: 1 });
  const withdrawn = (): Run => {
    const run = new Run();
    run.areas(createArea({ areaId: 'forbidden', polygons: squareAt(0, 0, 100) }));
    run.persons(createPerson());
    expect(run.fixes([place(T0)])).toMatchObject([{ rule: 'out-of-bounds', transition: 'raised' }]);
    run.persons(createPerson({ deleted: true }));
    return run;
  };

  it('[ALM-24] raises nothing by a fix that came before, and a new alarm by the next one', () => {
    const run = withdrawn();
    const [ended] = alarmsOf(run.published.at(-1) ?? null);
    expect(ended).toMatchObject({ transition: 'ended', reason: 'withdrawn' });
    expect(run.fixes([place(T0)], T0 + 1_000)).toEqual([]);
    const [again] = run.fixes([place(T0 + 2_000)]);
    expect(again).toMatchObject({ transition: 'raised', onsetAtMs: T0 + 2_000 });
    expect(again?.alarmId).not.toBe(ended?.alarmId);
  });

  it('[ALM-24] also behind a restart', () => {
    const run = withdrawn();
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    const entry = run.sequence.next('fixes', createFixBatch([place(T0)]), T0 + 1_000);
    expect(alarmsOf(loaded.engine.step(entry))).toEqual([]);
    run.take(entry);
    expect(digestOf(loaded.engine)).toBe(digestOf(run.engine));
  });

  it('[ALM-24] forgets what ended longer ago than a fix may come again', () => {
    const run = withdrawn();
    const day = 86_400_000;
    run.tick(T0 + 9 * day);
    run.persons(createPerson());
    run.fixes([place(T0 + 9 * day)]);
    run.persons(createPerson({ deleted: true }));
    expect(run.engine.park.alarms.saveEnded()).toHaveLength(1);
  });
});
