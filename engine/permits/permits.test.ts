import { describe, expect, it } from 'vitest';
import type { Finding, Judge } from '../../alarms/permits/finding.ts';
import { DEFAULT_RULE_SETTINGS } from '../../alarms/rule-settings.ts';
import { shifted } from '../../geo/shifted-datums.ts';
import type { DocEffect, EffectsAt } from '../../stream/protocol/effects.ts';
import {
  anActivity,
  aPermit,
  aPermitVideo,
  aWord,
  PERMIT_CAMERA,
  PERMIT_COMPANY,
  PERMIT_T0 as T0,
} from '../../stream/protocol/permits.fixture.ts';
import type { PermitRecord } from '../../stream/protocol/permits.ts';
import { createArea, createOrigin, createPerson, EntrySequence } from '../../test/builders/entries.ts';
import { PermitRun } from '../../test/builders/permit-run.ts';
import { lngLatAt, projection, squareAt } from '../../test/builders/plane.ts';
import { Engine } from '../engine.ts';
import { createPark } from '../park.ts';
import { HeardRows } from './heard/heard-rows.ts';
import { Permits } from './permits.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight of the park after T0. */
const MIDNIGHT_MS = T0 + 8 * HOUR_MS;
const KEY = `${PERMIT_COMPANY}/t1`;
const UNBRIEFED = aPermit({ fields: { briefedBy: null, briefedAtMs: null } });

const docsOf = (item: EffectsAt | null, kind: DocEffect['doc']): DocEffect[] =>
  (item?.effects ?? []).flatMap((effect) => (effect.t === 'doc' && effect.doc === kind ? [effect] : []));

describe('a permit and its words', () => {
  it('[PMT-1] is kept until the end of the day on which it was closed', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit());
    run.permits(T0 + HOUR_MS, aWord({ updatedAtMs: T0 + HOUR_MS, status: 'accepted' }));
    run.tick(MIDNIGHT_MS - 1_000);
    expect(run.view()?.status).toBe('accepted');
    run.tick(MIDNIGHT_MS);
    expect(run.view()).toBeUndefined();
    expect(run.part.table.size).toBe(0);
    expect(run.published.at(-1)?.effects).toContainEqual(
      expect.objectContaining({ t: 'doc', doc: 'permit', key: KEY, gone: true }),
    );
  });

  it('[PMT-1] an open one stays, day after day; one that comes when its day is over is not shown', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit());
    run.tick(T0 + 3 * DAY_MS);
    expect(run.view()?.status).toBe('working');
    run.permits(T0 + 3 * DAY_MS, aPermit({ permitId: 't2', status: 'accepted' }));
    expect(run.view('t2')).toBeUndefined();
  });

  it('[PMT-3] one that was closed and forgotten is opened by no late part of it, only by a newer word that says so', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit());
    run.permits(T0 + HOUR_MS, aWord({ updatedAtMs: T0 + HOUR_MS, status: 'accepted' }));
    run.tick(MIDNIGHT_MS);
    run.permits(MIDNIGHT_MS + 1_000, aWord({ updatedAtMs: T0 + 60_000, fields: { content: '补报' } }));
    run.permits(MIDNIGHT_MS + 2_000, aWord({ updatedAtMs: T0 + 60_000, status: 'working' }));
    expect(run.view()).toBeUndefined();
    run.permits(MIDNIGHT_MS + 3_000, aWord({ updatedAtMs: MIDNIGHT_MS, status: 'working' }));
    expect(run.view()?.status).toBe('working');
  });

  it('[PMT-2] words of one entry come to what each comes to in an entry of its own, a thousand rows of a crew among them', () => {
    const crew = Array.from({ length: 1_000 }, (_, n) => {
      const worker = { key: `c${n}`, personId: `c${n}`, name: `工${n}`, creditCode: null, fromMs: null, toMs: null };
      const row = { ...worker, certificateName: null, certificateNumber: null, certificateBlind: null };
      return aWord({ updatedAtMs: T0 + n, rows: { workers: [row] } });
    });
    const words = [
      aPermit(),
      ...crew,
      aPermit({ permitId: 't2' }),
      aWord({ updatedAtMs: T0 + 5_000, status: 'paused' }),
    ];
    const [together, apart] = [new PermitRun(), new PermitRun()];
    together.permits(T0 + 10_000, ...words);
    for (let n = 0; n < words.length; n += 100) apart.permits(T0 + 10_000, ...words.slice(n, n + 100));
    expect(together.view()?.people).toHaveLength(apart.view()?.people.length ?? 0);
    expect(together.view()).toEqual(apart.view());
    expect(together.view()?.status).toBe('paused');
    expect(together.view('t2')).toEqual(apart.view('t2'));
  });

  it('[PMT-20] one applied for and never issued is given up 30 days after its time', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit({ status: 'applied' }));
    run.tick(T0 + 30 * DAY_MS);
    expect(run.view()?.status).toBe('applied');
    run.tick(T0 + 31 * DAY_MS);
    expect(run.view()).toBeUndefined();
    expect(run.standing()).toEqual([]);
  });

  it('[PMT-20] of one company so many are kept; words on those go on', () => {
    const run = new PermitRun();
    const words = Array.from({ length: 20_001 }, (_, n) => aWord({ permitId: `t${n}` }));
    run.permits(T0, ...words);
    expect(run.part.table.countOf(PERMIT_COMPANY)).toBe(20_000);
    run.permits(T0 + 1_000, aWord({ updatedAtMs: T0 + 1_000, status: 'issued' }));
    expect(run.view()?.status).toBe('issued');
    run.permits(T0 + 1_000, aWord({ companyCode: '913100002' }));
    expect(run.view('t1', '913100002')).toBeDefined();
  }, 60_000);

  it('[PMT-21] words of a joint test describe nothing', () => {
    const run = new PermitRun();
    run.entry('permits', { origin: createOrigin({ stage: 'joint' }), records: [UNBRIEFED] }, T0);
    expect(run.view()).toBeUndefined();
    expect(run.standing()).toEqual([]);
  });

  it('[PMT-17] screens in scope are told when the card changes, and only then', () => {
    const run = new PermitRun();
    const first = run.entry('permits', { origin: createOrigin(), records: [aPermit()] }, T0);
    expect(docsOf(first, 'permit')).toHaveLength(1);
    expect(docsOf(first, 'permit')[0]).toMatchObject({ key: KEY, companyCodes: [PERMIT_COMPANY], gone: false });
    expect(
      docsOf(run.entry('permits', { origin: createOrigin(), records: [aPermit()] }, T0 + 1_000), 'permit'),
    ).toEqual([]);
    const later = aWord({ updatedAtMs: T0 + 2_000, fields: { content: '另一处焊接' } });
    const told = docsOf(run.entry('permits', { origin: createOrigin(), records: [later] }, T0 + 2_000), 'permit');
    expect(told).toEqual([expect.objectContaining({ value: expect.objectContaining({ content: '另一处焊接' }) })]);
  });
});

describe('when a permit is judged', () => {
  it('[PMT-5] with the word that says what is wrong', () => {
    const run = new PermitRun();
    expect(run.permits(T0, UNBRIEFED).map(({ rule }) => rule)).toContain('no-briefing');
  });

  it('[PMT-5] with the word on a permit beside it', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit({ fields: { inExArea: true } }));
    expect(run.rules()).not.toContain('blind-near-hot-work');
    const blind = {
      number: 'MB-1',
      workCode: '50',
      inExArea: true,
      blindAction: 'insert',
      ...lngLatAt(20, 0),
    } as const;
    const told = run.permits(T0 + 1_000, aPermit({ permitId: 't2', fields: blind }));
    expect(
      told
        .filter(({ rule }) => rule === 'blind-near-hot-work')
        .map(({ subject }) => subject)
        .sort(),
    ).toEqual([KEY, `${PERMIT_COMPANY}/t2`]);
  });

  it('[PMT-5] at the next tick when the calendar says that the day is a holiday', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit());
    run.setting('calendar', '', { holidays: ['2026-11-20'], makeUpDays: [] });
    expect(run.rules()).not.toContain('holiday-not-upgraded');
    run.tick(T0 + 1_000);
    expect(run.rules()).toContain('holiday-not-upgraded');
    run.setting('calendar', '', null);
    run.ticks(T0 + 15_000);
    expect(run.rules()).not.toContain('holiday-not-upgraded');
  });

  it('[PMT-6] when its time comes, to the second', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit());
    const endMs = T0 + 3 * HOUR_MS;
    run.tick(endMs);
    expect(run.rules()).not.toContain('permit-expired');
    run.tick(endMs + 1_000);
    expect(run.rules()).toContain('permit-expired');
    expect(run.standing().find(({ rule }) => rule === 'permit-expired')?.onsetAtMs).toBe(endMs);
  });
});

describe('a judge that fails', () => {
  it('[PMT-22] what it found stands on, the other judges are heard, and whoever runs the engine is told', () => {
    let isFailing = false;
    const found = (rule: Finding['rule']): Finding[] => [{ rule, about: '', onsetAtMs: T0, facts: [] }];
    const judges: Judge[] = [
      function first() {
        if (isFailing) throw new Error('cannot be read');
        return found('no-video');
      },
      function second({ fields }) {
        return fields.content === '好' ? [] : found('not-booked');
      },
    ];
    const permits = new Permits(judges);
    const engine = new Engine(createPark(projection, DEFAULT_RULE_SETTINGS, [new HeardRows(), permits]));
    const entries = new EntrySequence();
    const say = (fields: PermitRecord['fields'], atMs: number) => {
      const records = [aWord({ updatedAtMs: atMs, status: 'working', fields })];
      engine.step(entries.next('permits', { origin: createOrigin(), records }, atMs));
    };
    const rules = () =>
      [...engine.park.alarms.standing.values()]
        .filter(({ conditionGoneAtMs }) => conditionGoneAtMs === null)
        .map(({ rule }) => rule);
    say({}, T0);
    expect(rules()).toEqual(['no-video', 'not-booked']);
    isFailing = true;
    say({ content: '好' }, T0 + 1_000);
    expect(rules()).toEqual(['no-video']);
    expect([...permits.takeUnjudged()]).toEqual([[KEY, 'first: cannot be read']]);
    expect(permits.takeUnjudged().size).toBe(0);
  });
});

describe('who is on it', () => {
  const worker = (run: PermitRun) => run.view()?.people.find(({ role }) => role === 'worker');

  it('[PMT-7] is found by id, else by the name that one person of the company bears, and marked so', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit({ fields: { workerIds: [] } }));
    expect(worker(run)).toMatchObject({ name: '王焊工', match: 'none', personId: null });
    run.persons(createPerson({ personId: 'w7', name: '王焊工' }));
    run.tick(T0 + 1_000);
    expect(worker(run)).toMatchObject({ match: 'name', personId: 'w7' });
    run.persons(createPerson({ personId: 'w8', name: '王焊工' }));
    run.tick(T0 + 2_000);
    expect(worker(run)).toMatchObject({ match: 'ambiguous', personId: null });
    run.permits(T0 + 3_000, aWord({ updatedAtMs: T0 + 3_000, fields: { workerIds: ['w8'] } }));
    expect(worker(run)).toMatchObject({ match: 'id', personId: 'w8', name: '王焊工' });
    run.persons(createPerson({ personId: 'w8', name: '王大' }));
    run.tick(T0 + 4_000);
    expect(worker(run)).toMatchObject({ match: 'id', personId: 'w8', name: '王大' });
    run.persons(createPerson({ personId: 'w8', deleted: true }));
    run.tick(T0 + 5_000);
    expect(worker(run)).toMatchObject({ match: 'name', personId: 'w7' });
  });

  it('[PMT-7] a name of another company is nobody here', () => {
    const run = new PermitRun();
    run.persons(createPerson({ personId: 'w7', name: '王焊工', companyCode: '913100002' }));
    run.permits(T0, aPermit({ fields: { workerIds: [] } }));
    expect(worker(run)).toMatchObject({ match: 'none' });
  });

  it('[PMT-8] a guardian is on duty from his hand-over until the next, and the card says so at its time', () => {
    const run = new PermitRun();
    const guardian = (key: string, name: string, fromMs: number | null, toMs: number | null) =>
      ({ key, personId: null, name, fromMs, toMs, certificateNumber: null, certificateBlind: null }) as const;
    const overMs = T0 + HOUR_MS;
    const guardians = [guardian('1', '李监护', null, overMs), guardian('2', '孙监护', overMs, null)];
    run.permits(T0, aPermit({ fields: { guardianNames: ['李监护', '孙监护'] }, rows: { guardians } }));
    const onDuty = () =>
      run
        .view()
        ?.people.filter(({ role, onDuty: is }) => role === 'guardian' && is)
        .map(({ name }) => name);
    expect(onDuty()).toEqual(['李监护']);
    run.tick(overMs - 1_000);
    expect(onDuty()).toEqual(['李监护']);
    run.tick(overMs);
    expect(onDuty()).toEqual(['孙监护']);
  });
});

describe('where it is', () => {
  const ground = createArea({ areaId: 'g', kind: 'COMPANY_BOUNDARY', polygons: squareAt(-100, -100, 200) });
  const kept = (run: PermitRun) => run.part.table.get(KEY);

  it('[PMT-9] metres outside the boundary of its company, as soon as that is known', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit({ fields: lngLatAt(150, 0) }));
    expect(kept(run)?.outsideM).toBeNull();
    run.areas(ground);
    run.tick(T0 + 1_000);
    expect(kept(run)?.outsideM).toBeCloseTo(50, 3);
    expect(kept(run)?.suspectDatum).toBeNull();
  });

  it('[PMT-9] a coordinate system that would explain it is named', () => {
    const run = new PermitRun();
    run.areas(ground);
    const { lng, lat } = lngLatAt(0, 0);
    const [gcjLng, gcjLat] = shifted('gcj-02', lng, lat);
    const [bdLng, bdLat] = shifted('bd-09', lng, lat);
    const cases = [
      { said: { lng: gcjLng, lat: gcjLat }, datum: 'gcj02' },
      { said: { lng: bdLng, lat: bdLat }, datum: 'bd09' },
      { said: { lng: lat, lat: lng }, datum: 'swapped' },
      { said: { lng: 0, lat: 0 }, datum: 'zero' },
      { said: lngLatAt(3_000, 0), datum: null },
      { said: { lng, lat }, datum: null },
    ];
    cases.forEach(({ said, datum }, n) => {
      const updatedAtMs = T0 + n * 1_000;
      run.permits(updatedAtMs, aPermit({ updatedAtMs, fields: said }));
      expect(kept(run)?.suspectDatum).toBe(datum);
    });
  });

  it('[PMT-9] whether it lies in an explosive area: the permit says so, else its area, else the areas there, else nobody', () => {
    const run = new PermitRun();
    const inEx = () => run.view()?.inExArea;
    const unit = createArea({ areaId: 'u', kind: 'PRODUCTION', polygons: squareAt(-20, -20, 40) });
    run.permits(T0, aPermit({ fields: { inExArea: null } }));
    expect(inEx()).toBeNull();
    run.areas({ ...unit, inExArea: true });
    run.tick(T0 + 1_000);
    expect(inEx()).toBe(true);
    run.areas(createArea({ areaId: 'far', inExArea: false, polygons: squareAt(500, 500, 10) }));
    run.permits(T0 + 2_000, aWord({ updatedAtMs: T0 + 2_000, fields: { areaId: 'far' } }));
    expect(inEx()).toBe(false);
    run.permits(T0 + 3_000, aWord({ updatedAtMs: T0 + 3_000, fields: { inExArea: true } }));
    expect(inEx()).toBe(true);
  });
});

describe('cameras and work without a permit', () => {
  const state = (more: object) => ({
    companyCode: PERMIT_COMPANY,
    cameraCode: PERMIT_CAMERA,
    online: true,
    recordedToMs: null,
    atMs: T0,
    ...more,
  });
  const camera = (run: PermitRun) => run.engine.park.docs.get('camera', PERMIT_CAMERA);

  it('[PMT-13] a link that comes before its permit holds; a camera is told while a job in progress is linked to it', () => {
    const run = new PermitRun();
    run.videos(T0, aPermitVideo());
    run.cameras(T0, state({}));
    expect(camera(run)).toBeUndefined();
    run.permits(T0, aPermit());
    expect(run.view()?.cameraCodes).toEqual([PERMIT_CAMERA]);
    expect(camera(run)).toMatchObject({ online: true });
    run.cameras(T0 + 1_000, state({ online: false, atMs: T0 + 1_000 }));
    run.cameras(T0 + 2_000, state({ online: true, atMs: T0 }));
    expect(camera(run)).toMatchObject({ online: false });
    run.permits(T0 + 3_000, aWord({ updatedAtMs: T0 + 3_000, status: 'accepted' }));
    expect(camera(run)).toBeUndefined();
  });

  it('[PMT-13] a link that is taken back, or put to another permit, is no more', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit(), aPermit({ permitId: 't2' }));
    run.videos(T0, aPermitVideo());
    run.videos(T0 + 1_000, aPermitVideo({ permitId: 't2', updatedAtMs: T0 + 1_000 }));
    expect([run.view()?.cameraCodes, run.view('t2')?.cameraCodes]).toEqual([[], [PERMIT_CAMERA]]);
    run.videos(T0 + 2_000, aPermitVideo({ permitId: 't2', deleted: true, updatedAtMs: T0 + 2_000 }));
    run.videos(T0 + 3_000, aPermitVideo({ permitId: 't2', updatedAtMs: T0 + 1_500 }));
    expect(run.view('t2')?.cameraCodes).toEqual([]);
  });

  it('[PMT-14] a booking of today is on the map until its permit comes; one that is cancelled is marked', () => {
    const run = new PermitRun();
    const booking = (number: string, state: string, startsAt: number, kind = 'fire') => ({
      companyCode: PERMIT_COMPANY,
      rowId: number,
      key: number,
      version: 1,
      state,
      createdAtMs: T0 - DAY_MS,
      values: {
        kind,
        level: 'second',
        startsAt,
        endsAt: startsAt + HOUR_MS,
        site: '一号装置管廊',
        content: '',
        worker: '检修部',
      },
    });
    const rows = [
      booking('1', 'filed', T0),
      booking('2', 'cancelled', T0),
      booking('3', 'filed', T0 + DAY_MS),
      booking('4', 'filed', T0, 'lifting'),
    ];
    run.entry('heardRows', { register: 'work-bookings', telling: 1, isComplete: true, rows }, T0);
    run.tick(T0 + 1_000);
    const shown = () =>
      run.engine.park.docs.values('booking').map(({ id, isCancelled }) => (isCancelled ? `${id} cancelled` : id));
    expect(shown()).toEqual(['1', '2 cancelled', '4']);
    run.permits(T0 + 2_000, aPermit());
    run.tick(T0 + 3_000);
    expect(shown()).toEqual(['2 cancelled', '4']);
    run.permits(T0 + 4_000, aPermit({ permitId: 't2', fields: { number: '4', workCode: '62' } }));
    run.tick(T0 + 5_000);
    expect(shown()).toEqual(['2 cancelled']);
    run.tick(MIDNIGHT_MS);
    expect(shown()).toEqual(['3']);
  });

  it('[PMT-14] an activity of today is on the map until its permit comes, or its day is over', () => {
    const run = new PermitRun();
    const key = `activity/${PERMIT_COMPANY}/j1`;
    const booking = () => run.engine.park.docs.get('booking', key);
    run.activities(T0, anActivity());
    run.tick(T0 + 1_000);
    expect(booking()).toMatchObject({ from: 'activity', workCode: '03', isCancelled: false });
    run.permits(T0 + 2_000, aPermit({ fields: { activityId: 'j1' } }));
    run.tick(T0 + 3_000);
    expect(booking()).toBeUndefined();
    run.activities(T0 + 4_000, anActivity({ activityId: 'j2' }));
    run.tick(T0 + 5_000);
    expect(run.engine.park.docs.values('booking')).toHaveLength(1);
    run.tick(MIDNIGHT_MS);
    expect(run.engine.park.docs.values('booking')).toEqual([]);
  });
});
