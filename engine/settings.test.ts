import { describe, expect, it } from 'vitest';
import type { DocEffect, Effect, EffectsAt } from '../stream/protocol/effects.ts';
import { LivePicture } from '../stream/protocol/live-picture.ts';
import { EngineRun as Run, T0 } from '../test/builders/engine-run.ts';
import { projection } from '../test/builders/plane.ts';
import { FrameBuilder, pictureFrom } from './frames.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';
import { SNAPSHOT_VERSION_4 } from './snapshot-version-4.fixture.ts';

const docsOf = (item: EffectsAt | null): DocEffect[] =>
  (item?.effects ?? []).filter((effect): effect is DocEffect => effect.t === 'doc');

const margin = (run: Run): number => run.engine.park.settings.outOfBounds.clearMarginM;
const rulesAt = (version: number, value: unknown) =>
  ({ topic: 'rules', key: '', version, value, userId: 'u', userName: '管理员' }) as const;

describe('settings', () => {
  it('[ENG-26] the answer names the version that holds', () => {
    const run = new Run();
    const [answer] = docsOf(run.setting('rules', '', { outOfBounds: { clearMarginM: 1 } }));
    expect(answer).toMatchObject({ doc: 'setting', key: 'rules:', gone: false, value: { version: 1, problem: null } });
    expect(margin(run)).toBe(1);
  });

  it('[ENG-26] one that the check refuses changes nothing, and says why', () => {
    const run = new Run();
    run.setting('rules', '', { outOfBounds: { clearMarginM: 1 } });
    const [answer] = docsOf(run.setting('rules', '', { outOfBounds: { clearMarginM: 99 } }));
    expect(answer?.value).toMatchObject({ version: 1, problem: expect.stringContaining('clearMarginM') });
    expect(margin(run)).toBe(1);
  });

  it('[ENG-26] older versions and repeats are passed over, also behind a withdrawal', () => {
    const run = new Run();
    run.entry('setting', rulesAt(3, { outOfBounds: { clearMarginM: 1 } }), T0);
    expect(run.entry('setting', rulesAt(3, { outOfBounds: { clearMarginM: 0 } }))).toBeNull();
    expect(run.entry('setting', rulesAt(2, { outOfBounds: { clearMarginM: 0 } }))).toBeNull();
    run.entry('setting', rulesAt(4, null));
    expect(margin(run)).toBe(2);
    expect(run.entry('setting', rulesAt(3, { outOfBounds: { clearMarginM: 0 } }))).toBeNull();
    expect(margin(run)).toBe(2);
  });

  it('[ENG-28] a restored engine measures by them, one made to try others does not', () => {
    const run = new Run();
    run.setting('rules', '', { outOfBounds: { clearMarginM: 1 } });
    const bytes = saveSnapshot(run.engine, 'e');
    const restored = loadSnapshot(bytes, projection, 'e');
    if (!restored.ok) throw new Error(restored.problem);
    expect(restored.engine.park.settings.outOfBounds.clearMarginM).toBe(1);
    expect(digestOf(restored.engine)).toBe(digestOf(run.engine));
    const { settings } = new Run().engine.park;
    const tried = loadSnapshot(bytes, projection, 'e', {
      ...settings,
      outOfBounds: { ...settings.outOfBounds, clearMarginM: 0.5 },
    });
    if (!tried.ok) throw new Error(tried.problem);
    expect(tried.engine.park.settings.outOfBounds.clearMarginM).toBe(0.5);
  });
});

describe('documents', () => {
  const load = (atMs: number) => ({ atMs }) as never;

  it('[ENG-27] stand in pictures and snapshots until their last state is told', () => {
    const run = new Run();
    const { docs } = run.engine.park;
    const effects: Effect[] = [];
    docs.put('load', '', load(1), ['913100001'], effects);
    docs.put('load', 'b', load(2), [], effects);
    docs.put('load', '', load(3), ['913100001'], effects);
    docs.end('load', 'b', load(4), effects);
    expect(effects.map((effect) => (effect.t === 'doc' ? [effect.key, effect.gone] : null))).toEqual([
      ['', false],
      ['b', false],
      ['', false],
      ['b', true],
    ]);
    const picture = new LivePicture();
    picture.load(pictureFrom(run.engine, new FrameBuilder(1_000), { epoch: 'e', term: 1, atMs: T0, liveId: '0-0' }));
    expect(picture.docsOf('load')).toEqual([load(3)]);
    expect(picture.snapshotFor('913100001').docs).toHaveLength(1);
    expect(picture.snapshotFor('913100002').docs).toHaveLength(0);
    const restored = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!restored.ok) throw new Error(restored.problem);
    expect(restored.engine.park.docs.all()).toEqual(docs.all());
  });
});

describe('snapshots of engine version 4', () => {
  it('[ENG-29] are taken over, and their alarms get what came later, empty', () => {
    const loaded = loadSnapshot(SNAPSHOT_VERSION_4, projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    const { engine, engineVersion } = loaded;
    expect(engineVersion).toBe('4');
    const alarms = [...engine.park.alarms.standing.values()];
    expect(alarms.map(({ rule, subject, people, under }) => ({ rule, subject, people, under }))).toEqual([
      { rule: 'out-of-bounds', subject: '913100001/p1', people: [], under: null },
      { rule: 'sos', subject: '913100001/p2', people: [], under: null },
    ]);
    expect(engine.park.docs.all()).toEqual([]);
    const again = loadSnapshot(saveSnapshot(engine, 'e'), projection, 'e');
    if (!again.ok) throw new Error(again.problem);
    expect(digestOf(again.engine)).toBe(digestOf(engine));
  });
});
