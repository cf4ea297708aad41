import { describe, expect, it } from 'vitest';
import { parseRuleSettings } from '../alarms/rule-settings.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import { CrowdRun, named, onRing, type Place } from '../test/builders/crowd.ts';
import { alarmsOf } from '../test/builders/engine-run.ts';
import {
  COMPANY,
  createArea,
  createFixBatch,
  createHeartbeat,
  createOrigin,
  createPerson,
  type FixInput,
} from '../test/builders/entries.ts';
import { lngLatAt, squareAt } from '../test/builders/plane.ts';
import { FilteredPlaces } from './filtered-places.ts';

/** Annex A of AQ 3064.3 asks for six people; the defaults else. */
function runWith(gathering: Record<string, number> = {}): CrowdRun {
  const settings = parseRuleSettings({ gathering });
  if (!settings.ok) throw new Error(settings.error);
  return new CrowdRun(settings.value);
}
const said = (alarms: readonly AlarmView[]) => alarms.map(({ transition, level, count }) => [transition, level, count]);
const namesOf = (alarm: AlarmView | undefined) => alarm?.people.map(({ personId }) => personId);
const THREE: Place[] = [
  [0, 0],
  [4, 0],
  [0, 4],
]; // prettier-ignore

describe('what is a gathering', () => {
  it('[GAT-10] three people in a circle of 15 m for more than 60 s raise yellow, with circle, people and evidence', () => {
    const run = new CrowdRun().stand(named(THREE));
    expect(run.pass(61)).toEqual([]);
    const [alarm, ...rest] = run.pass(1);
    expect(rest).toEqual([]);
    expect(alarm).toMatchObject({
      rule: 'gathering',
      transition: 'raised',
      level: 3,
      latched: false,
      count: 3,
      limit: 3,
    });
    expect(namesOf(alarm)).toEqual(['p1', 'p2', 'p3']);
    expect(alarm?.radiusM).toBeCloseTo(Math.SQRT2 * 2, 3);
    expect(alarm?.place).toMatchObject({ lastKnown: false, observedAtMs: run.atMs });
    const middle = lngLatAt(2, 2);
    expect([alarm?.place?.lng, alarm?.place?.lat]).toEqual([
      expect.closeTo(middle.lng, 7),
      expect.closeTo(middle.lat, 7),
    ]);
    expect(alarm?.evidence.map(({ depthM }) => depthM)).toEqual([0, 0, 0].map((m) => expect.closeTo(m, 3)));
    expect(alarm?.companyCodes).toEqual([COMPANY]);
    expect(run.pass(120)).toEqual([]);
  });

  it('[GAT-10] not two, not three who part within the minute, not three in a wider circle', () => {
    expect(new CrowdRun().stand(named(THREE.slice(1))).pass(90)).toEqual([]);
    const parting = new CrowdRun().stand(named(THREE));
    expect([...parting.pass(50), ...parting.stand({ p3: [200, 0] }).pass(90)]).toEqual([]);
    expect(new CrowdRun().stand(named(onRing(3, 15.1))).pass(90)).toEqual([]);
    expect(new CrowdRun().stand(named(onRing(3, 14.9))).pass(90)).toHaveLength(1);
  });

  it('[GAT-11] people of any company count together, and each of their companies sees it, and that of the area', () => {
    const run = new CrowdRun();
    run.areas(createArea({ kind: 'WORK', polygons: squareAt(-50, -50, 100), companyCode: '913100009', areaId: 'w' }));
    run.persons(createPerson({ personId: 'x1', companyCode: '913100002', cardNo: 'X1' }));
    run.stand({ p1: [0, 0], p2: [3, 0] });
    const other = { ...lngLatAt(0, 3), card: 'X1' };
    let raised: AlarmView | undefined;
    for (let s = 0; s < 65; s++) {
      run.entry('fixes', batchOf('913100002', { ...other, atMs: run.atMs + 900 }), run.atMs + 900);
      raised ??= run.pass(1)[0];
    }
    expect(raised?.companyCodes).toEqual([COMPANY, '913100002', '913100009']);
    expect(raised?.people.map((person) => person.companyCode)).toEqual([COMPANY, COMPANY, '913100002']);
    expect(raised).toMatchObject({ areaCompanyCode: '913100009', areaId: 'w' });
  });

  it('[GAT-12] level by count: 3 yellow, 4 to 6 orange, more than 6 red; orange and red are latched', () => {
    for (const [count, level] of [
      [3, 3],
      [4, 2],
      [6, 2],
      [7, 1],
      [20, 1],
    ]) {
      const [alarm] = new CrowdRun().stand(named(onRing(count!, 10))).pass(62);
      expect([alarm?.level, alarm?.count, alarm?.latched]).toEqual([level, count, level! < 3]);
    }
  });
});

describe('Annex A of AQ 3064.3, as read in the documentation', () => {
  const layout = (outlierM: number): CrowdRun => {
    const run = runWith({ from: 6 });
    return run.stand(named([[0, 0], ...onRing(5, 12).slice(1), [outlierM, 0]]));
  };
  it('[GAT-13] one in the centre and five on a circle of 12 m are six', () => {
    expect(said(layout(12).pass(62))).toEqual([['raised', 2, 6]]);
  });
  it('[GAT-13] with one of the six 25 m from the centre there is none of six; at 18 m six still fit a circle of 15 m', () => {
    expect(layout(25).pass(120)).toEqual([]);
    expect(said(layout(18).pass(62))).toEqual([['raised', 2, 6]]);
    expect(said(layout(18.52).pass(62))).toEqual([['raised', 2, 6]]);
    expect(layout(18.54).pass(120)).toEqual([]);
    const [alarm] = layout(18).pass(62);
    expect(alarm?.radiusM).toBeCloseTo(14.75, 1);
  });
  it('[GAT-13] at the default of three the negative layout is an orange warning of five', () => {
    const run = new CrowdRun().stand(named([[0, 0], ...onRing(5, 12).slice(1), [25, 0]]));
    expect(said(run.pass(62))).toEqual([['raised', 2, 5]]);
  });
  it('[GAT-13] a ring of people round an empty centre is a gathering', () => {
    expect(
      said(
        runWith({ from: 6 })
          .stand(named(onRing(6, 14)))
          .pass(62),
      ),
    ).toEqual([['raised', 2, 6]]);
  });
});

describe('more people than the budget', () => {
  it('[GAT-4] a circle that was counted over crowded cells says coarse, and holds no fewer than there are', () => {
    const people = Array.from({ length: 80 }, (_, i): Place => [(i * 7) % 20, (i * 11) % 19]);
    const [first] = runWith({ budget: 1_000 }).stand(named(people)).pass(62);
    const [exact] = new CrowdRun().stand(named(people)).pass(62);
    expect([first?.detail, exact?.detail]).toEqual(['coarse', null]);
    expect(first?.count).toBeGreaterThanOrEqual(exact?.count ?? Number.NaN);
  });
});

describe('as people come and go', () => {
  it('[GAT-14] a higher count is told within 5 s of the fix that completes it, a lower one after 30 s; the alarm stays', () => {
    const run = new CrowdRun().stand(named(onRing(3, 5)));
    const [raised] = run.pass(62);
    const rise = run.stand(named(onRing(4, 5, [1, 1]), 4)).pass(5);
    expect(said(rise)).toEqual([['level', 1, 7]]);
    expect(rise[0]).toMatchObject({ alarmId: raised?.alarmId, latched: true, acknowledged: false });
    expect(namesOf(rise[0])).toHaveLength(7);
    run.stand({ p4: [300, 0], p5: [320, 0], p6: [340, 0], p7: [360, 0] });
    const fall = run.pass(45);
    expect(fall.filter(({ transition }) => transition === 'level')).toMatchObject([
      { level: 3, count: 3, latched: true },
    ]);
    expect(run.standing).toMatchObject([{ alarmId: raised?.alarmId, active: true, conditionGoneAtMs: null }]);
  });

  it('[GAT-14] somebody who hovers on the rim makes one rise of it', () => {
    const run = new CrowdRun().stand(named(onRing(6, 2)));
    run.pass(62);
    const changes = run.pass(200, (s) => void run.stand({ p7: s % 20 < 10 ? [0, 0] : [100, 0] }));
    expect(changes.filter(({ transition }) => transition === 'level')).toHaveLength(1);
  });

  it('[GAT-15] members come and go without a new alarm; who they are is told at most each 10 s', () => {
    const run = new CrowdRun().stand(named(onRing(5, 5)));
    const [raised] = run.pass(62);
    const changes = run.pass(100, (s) => {
      if (s % 4 !== 0) return;
      run.places.delete(`p${1 + s / 4}`);
      run.stand({ [`p${1 + s / 4}`]: [500 + s * 40, 0], [`p${6 + s / 4}`]: [s % 3, s % 2] });
    });
    expect(changes.every(({ alarmId }) => alarmId === raised?.alarmId)).toBe(true);
    expect(changes.length).toBeLessThanOrEqual(12);
    expect(changes.length).toBeGreaterThan(5);
    const [standing] = run.standing;
    expect(namesOf(standing)).not.toContain('p1');
    expect(standing?.active).toBe(true);
  });

  it('[GAT-16] two that become one: the graver alarm goes on, the other is over', () => {
    const run = new CrowdRun().stand({ ...named(onRing(3, 3)), ...named(onRing(5, 3, [100, 0]), 4) });
    const raised = run.pass(62);
    const orange = raised.find(({ level }) => level === 2);
    const changes = run.stand(named(onRing(3, 3, [104, 0]))).pass(40);
    expect(changes.filter(({ transition }) => transition === 'level')).toMatchObject([
      { alarmId: orange?.alarmId, level: 1, count: 8 },
    ]);
    expect(run.standing.filter(({ active }) => active)).toMatchObject([{ alarmId: orange?.alarmId }]);
  });

  it('[GAT-16] of one that parts in two both stand: the part speaks when it held for 10 s, with the time it had', () => {
    const run = new CrowdRun().stand({ ...named(onRing(4, 2)), ...named(onRing(3, 2), 5) });
    const [raised] = run.pass(62);
    const changes = run.stand(named(onRing(3, 2, [60, 0]), 5)).pass(50);
    const part = changes.find(({ transition }) => transition === 'raised');
    expect(part).toMatchObject({ level: 3, count: 3, onsetAtMs: raised?.onsetAtMs });
    expect(part?.raisedAtMs ?? 0).toBeLessThan(run.atMs - 30_000);
    expect(run.standing.map(({ alarmId }) => alarmId)).toContain(raised?.alarmId);
    expect(run.standing).toHaveLength(2);
  });

  it('[GAT-16] the part that has its first person is another alarm, and what the larger part was stays', () => {
    const run = new CrowdRun().stand(named(onRing(8, 3)));
    const [raised] = run.pass(62);
    const changes = run.stand(named(onRing(3, 2, [60, 0]))).pass(50);
    const part = changes.filter(({ transition }) => transition === 'raised');
    expect(part).toMatchObject([{ level: 3, subject: raised?.subject, onsetAtMs: raised?.onsetAtMs }]);
    expect(run.standing.map(({ alarmId }) => alarmId)).toEqual([raised?.alarmId, part[0]?.alarmId]);
    expect(run.standing[0]).toMatchObject({ active: true, latched: true, level: 2, count: 5 });
    expect(run.pass(30)).toEqual([]);
  });

  it('[GAT-16] a crowd wider than a circle keeps its alarms, though every place trembles', () => {
    const run = new CrowdRun();
    const places: Place[] = Array.from({ length: 60 }, (_, i) => [(i * 37) % 60, (i * 23) % 61]);
    const tremble = (s: number) =>
      run.stand(named(places.map(([e, n], i) => [e + Math.sin(s * i), n + Math.cos(s + i)])));
    const raised = run.pass(62, tremble).filter(({ transition }) => transition === 'raised');
    expect(raised.length).toBeGreaterThan(2);
    const later = run.pass(120, tremble);
    expect(later.filter(({ transition }) => transition === 'raised').length).toBeLessThanOrEqual(2);
    expect(run.standing.filter(({ level, active }) => level === 1 && active).length).toBeGreaterThan(2);
  });
});

describe('how it ends', () => {
  it('[GAT-17] an area that is withdrawn takes no gathering with it, neither while they stand there nor while it waits', () => {
    const run = new CrowdRun();
    const area = createArea({ kind: 'PRODUCTION', polygons: squareAt(-30, -30, 60) });
    run.areas(area);
    const [raised] = run.stand(named(onRing(5, 3))).pass(62);
    expect(raised).toMatchObject({ areaId: 'a1', level: 2 });
    run.areas({ ...area, deleted: true });
    expect(run.pass(30)).toEqual([]);
    run.areas({ ...area, name: '再来' });
    run.stand(named(onRing(5, 100))).pass(60);
    run.areas({ ...area, deleted: true });
    expect(run.standing).toMatchObject([{ alarmId: raised?.alarmId, active: true }]);
    run.act('acknowledge', raised!.alarmId);
    run.act('reset', raised!.alarmId);
    expect(run.standing).toEqual([]);
  });

  it('[GAT-17] yellow is over by itself when they have parted, seen or not', () => {
    const run = new CrowdRun().stand(named(THREE));
    const [raised] = run.pass(62);
    const ends = run.stand({ p3: [100, 100] }).pass(40);
    expect(ends.at(-1)).toMatchObject({
      alarmId: raised?.alarmId,
      transition: 'cleared',
      latched: false,
      reason: 'condition',
      acknowledged: false,
      endedAtMs: expect.any(Number),
    });
    expect(run.standing).toEqual([]);
    const again = run.stand(named(THREE)).pass(90);
    expect(again.filter(({ transition }) => transition === 'raised')).toHaveLength(1);
  });

  it('[GAT-17] red is not reset while they stand there, and stays after they parted until a person confirms', () => {
    const run = new CrowdRun().stand(named(onRing(8, 5)));
    const [raised] = run.pass(62);
    const id = raised!.alarmId;
    run.act('acknowledge', id);
    expect(run.act('reset', id)).toEqual([]);
    const parted = run.stand(named(onRing(8, 200))).pass(60);
    expect(parted.at(-1)).toMatchObject({
      transition: 'returned',
      active: true,
      conditionGoneAtMs: expect.any(Number),
    });
    expect(run.standing[0]).toMatchObject({ active: true, level: 1 });
    expect(run.act('reset', id)).toMatchObject([{ transition: 'reset', active: false, endedAtMs: run.atMs }]);
    expect(run.pass(30)).toEqual([]);
  });

  it('[GAT-17] what was once orange stays latched, and those who come back within 5 min are the same alarm', () => {
    const run = new CrowdRun().stand(named(onRing(4, 3)));
    const [raised] = run.pass(62);
    run.stand({ p4: [300, 0] }).pass(40);
    expect(run.standing[0]).toMatchObject({ level: 3, latched: true });
    run.stand(named(onRing(4, 200))).pass(60);
    expect(run.standing[0]?.conditionGoneAtMs).not.toBeNull();
    const back = run.stand(named(onRing(4, 3))).pass(30);
    expect(back.find(({ transition }) => transition === 'returned')).toMatchObject({
      alarmId: raised?.alarmId,
      conditionGoneAtMs: null,
    });
    expect(run.standing).toHaveLength(1);
  });

  it('[GAT-18] a justified gathering keeps its warning on, and a rise speaks again', () => {
    const run = new CrowdRun().stand(named(onRing(4, 5)));
    const [raised] = run.pass(62);
    const act = { actId: 'j', act: 'justify' as const, alarmId: raised!.alarmId, userId: 'u', userName: '值班员' };
    const [justified] = alarmsOf(run.entry('act', { ...act, companyCode: null, comment: '换班，已设监护' }, run.atMs));
    expect(justified).toMatchObject({ transition: 'justified', active: true, level: 2 });
    run.act('acknowledge', raised!.alarmId);
    run.pass(30);
    expect(run.standing[0]).toMatchObject({ active: true, justified: { text: '换班，已设监护' } });
    const rise = run
      .stand(named(onRing(4, 5, [1, 0]), 5))
      .pass(5)
      .find(({ transition }) => transition === 'level');
    expect(rise).toMatchObject({ transition: 'level', level: 1, acknowledged: false });
  });
});

describe('who counts', () => {
  it('[GAT-19] who was not heard of for 90 s does not count; a resting tag of a change-only sender does', () => {
    const run = new CrowdRun().stand(named(THREE));
    run.pass(5);
    run.places.clear();
    expect(run.pass(95)).toMatchObject([{ transition: 'raised' }]);
    expect(run.pass(40).at(-1)).toMatchObject({ transition: 'cleared' });

    const resting = new CrowdRun().stand(named(THREE));
    resting.pass(5);
    resting.places.clear();
    const raised = resting.pass(400, (s) => {
      if (s % 30 === 0) resting.heartbeats(resting.atMs, createHeartbeat());
    });
    expect(said(raised)).toEqual([['raised', 3, 3]]);
  });

  it('[GAT-19] fixes each 30 s at phases of their own are enough', () => {
    const run = new CrowdRun();
    let raised: AlarmView[] = [];
    for (let s = 0; s < 130; s++) {
      run.places.clear();
      if (s % 10 === 0) run.stand(named([THREE[(s / 10) % 3]!], 1 + ((s / 10) % 3)));
      raised = [...raised, ...run.pass(1)];
    }
    expect(said(raised)).toEqual([['raised', 3, 3]]);
  });

  it('[GAT-20] offices and canteens by setting; an area may ask for more; vehicles do not count', () => {
    const canteen = (gathering: object): CrowdRun => {
      const run = new CrowdRun();
      run.areas(createArea({ kind: 'WORK', polygons: squareAt(-50, -50, 100) }));
      run.setting('area', `${COMPANY}/a1`, { gathering });
      return run.stand(named(onRing(5, 5)));
    };
    expect(canteen({ watched: false }).pass(90)).toEqual([]);
    expect(canteen({ watched: true, from: 6 }).pass(90)).toEqual([]);
    expect(said(canteen({ watched: true, from: 5 }).pass(62))).toEqual([['raised', 2, 5]]);
    const bus = new CrowdRun();
    expect(bus.pass(90, (s) => void bus.stand(named(onRing(5, 2, [s * 10, 0]))))).toEqual([]);
    const walkers = new CrowdRun();
    expect(walkers.pass(62, (s) => void walkers.stand(named(onRing(5, 2, [s * 1.4, 0]))))).toHaveLength(1);
  });

  it('[GAT-21] noise is filtered: the place is an exponential mean of 5 s, and begins anew after 10 s without a fix', () => {
    const run = new CrowdRun().stand(named(THREE));
    const wild = (s: number) => void run.stand({ p1: [s % 2 === 0 ? 20 : -20, 0] });
    expect(said(run.pass(62, wild))).toEqual([['raised', 3, 3]]);
  });

  it('[GAT-21] the mean takes 63 % of a step in 5 s, all of it after 10 s without a fix or when it is more than 30 m', () => {
    const eastAfter = (eastM: number, pauseS: number, seconds: number): number => {
      const run = new CrowdRun().stand({ p1: [0, 0] });
      run.pass(60);
      const places = run.engine.park.part(FilteredPlaces);
      const from = places.easting[0]!;
      run.places.clear();
      run.pass(pauseS);
      run.stand({ p1: [eastM, 0] }).pass(seconds);
      return places.easting[0]! - from;
    };
    expect(eastAfter(20, 0, 5)).toBeCloseTo(20 * (1 - Math.exp(-1)), 1);
    expect(eastAfter(20, 12, 1)).toBeCloseTo(20, 3);
    expect(eastAfter(31, 0, 1)).toBeCloseTo(31, 3);
  });

  it('[GAT-11] somebody described otherwise is named so on the alarm', () => {
    const run = new CrowdRun().stand(named(THREE));
    run.pass(62);
    run.persons(createPerson({ personId: 'p2', name: '李四' }));
    run.pass(12);
    expect(run.standing[0]?.people.map(({ name }) => name)).toEqual(['', '李四', '']);
  });
});

describe('near gas', () => {
  it('[GAT-22] when a detector near sounds, the alarm says withdraw, until it is silent, and each of its people is told once', () => {
    const run = new CrowdRun().stand(named(THREE));
    run.setting('detector', `${COMPANY}/g1`, { name: '1# 可燃气', ...lngLatAt(60, 0), radiusM: 65 });
    run.setting('detector', `${COMPANY}/far`, { name: '2#', ...lngLatAt(300, 0) });
    run.pass(62);
    const gas = (pointId: string, isOver: boolean) => {
      const reading = {
        pointId,
        value: 25,
        alarmType: '1',
        alarmAtMs: run.atMs,
        alarmEndAtMs: isOver ? run.atMs : null,
      };
      const report = { companyCode: COMPANY, identifier: 'DATA', dataId: 'd', gatewayId: 'g', collectedAtMs: run.atMs };
      const records = [{ ...report, connected: true, reportType: 'A', readings: [reading] }];
      run.entry('sensorReadings', { origin: createOrigin(), records }, run.atMs);
    };
    gas('far', false);
    expect(run.pass(2)).toEqual([]);
    gas('g1', false);
    expect(run.pass(1)).toMatchObject([{ transition: 'updated', detail: 'withdraw', count: 3 }]);
    const told = () => run.engine.park.docs.values('delivery').filter(({ text }) => text === 'withdraw');
    run.pass(3);
    const people = told().flatMap(({ recipient }) => (recipient?.kind === 'person' ? [recipient.id] : []));
    expect([...new Set(people)].sort()).toEqual(['p1', 'p2', 'p3'].map((id) => `${COMPANY}/${id}`));
    expect(new Set(told().map(({ alarmId }) => alarmId)).size).toBe(1);
    const before = told().length;
    run.pass(5);
    expect(told()).toHaveLength(before);
    gas('g1', true);
    expect(run.pass(1)).toMatchObject([{ transition: 'updated', detail: null }]);
  });
});

function batchOf(companyCode: string, fix: FixInput) {
  return createFixBatch([fix], { companyCode });
}
