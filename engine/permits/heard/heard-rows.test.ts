import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PersonRecord } from '../../../stream/protocol/entry.ts';
import { PAGE_APP_ID, pageDateMs } from '../../../stream/protocol/page-records.ts';
import type { HeardRow, HeardRowsBody } from '../../../stream/protocol/permits.ts';
import { EngineRun, T0 } from '../../../test/builders/engine-run.ts';
import { COMPANY, createOrigin, createPerson } from '../../../test/builders/entries.ts';
import { lngLatAt, projection } from '../../../test/builders/plane.ts';
import { loadSnapshot, saveSnapshot } from '../../snapshot.ts';
import { HeardRows } from './heard-rows.ts';
import { RegisterRows, ROWS_MAX, type RowIndex, SHARED_MAX } from './rows.ts';

const OTHER = '913100002';
const UNIT = '91310000MA1FL0000X';
const DAY_MS = 86_400_000;
/** 2026-11-20 is today. */
const endOf = (date: string): number => Date.parse(`${date}T16:00:00Z`);

const row = (key: string, values: HeardRow['values'], more: Partial<HeardRow> = {}): HeardRow => ({
  companyCode: COMPANY,
  rowId: key.replace(/\D/g, '') || '1',
  key,
  version: 1,
  state: null,
  createdAtMs: T0,
  values,
  ...more,
});

class Run extends EngineRun {
  get heard(): HeardRows {
    return this.engine.park.part(HeardRows);
  }
  tell(register: string, rows: readonly HeardRow[], more: Partial<HeardRowsBody> = {}): void {
    this.entry('heardRows', { register, telling: 1, isComplete: true, rows, ...more });
  }
  describe_(record: Partial<PersonRecord>, appId = 'app'): void {
    const body = { origin: createOrigin({ appId }), records: [createPerson(record)] };
    this.entry('persons', body);
  }
  changed(): string[] {
    return [...this.heard.changed].sort();
  }
}

const unit = (state = 'filed', values: object = {}): HeardRow => ({
  ...row(UNIT, { name: '示例检维修有限公司', safetyLicenceTo: null, ...values }, { rowId: '1', state }),
});
const person = (key: string, values: object, more: Partial<HeardRow> = {}): HeardRow =>
  row(key, { name: '王焊工', unit: UNIT, idNumber: 'a'.repeat(64), personId: null, ...values }, more);
const admission = (key: string, values: object, more: Partial<HeardRow> = {}): HeardRow =>
  row(
    key,
    { person: 'P1', validFrom: '2026-11-01', validTo: '2026-11-30', ...values },
    { state: 'certified', ...more },
  );
const said = (name: string, personId: string | null = null) => ({
  companyCode: personId === null ? null : COMPANY,
  personId,
  name,
  saidName: name,
  saidId: personId,
});
const certificate = (number: string, name = '焊接与热切割作业', blind: string | null = null) => ({
  name,
  number,
  blind,
});

describe('rows of registers in the engine', () => {
  it('[GBP-10] the last word holds, a version told again says nothing new, a row that is gone is gone', () => {
    const run = new Run();
    run.tell('contractor-units', [unit('confirmed')]);
    expect([run.heard.unit(COMPANY, UNIT)?.state, run.changed()]).toEqual(['confirmed', [COMPANY]]);
    run.tell('contractor-units', [unit('confirmed')]);
    expect(run.changed()).toEqual([]);
    run.tell('contractor-units', [{ ...unit('filed'), version: 2 }]);
    expect([run.heard.unit(COMPANY, UNIT)?.isFiled, run.changed()]).toEqual([true, [COMPANY]]);
    expect(run.heard.unit(OTHER, UNIT)).toBeUndefined();
    run.tick(T0 + 1_000);
    expect(run.changed()).toEqual([]);
    run.tell('contractor-units', [{ ...unit(), version: 3, values: null }]);
    expect([run.heard.unit(COMPANY, UNIT), run.changed()]).toEqual([undefined, [COMPANY]]);
  });

  it('[GBP-10] a telling in full takes away what it did not tell, at its end and not before', () => {
    const run = new Run();
    run.tell('cameras', [row('1', { name: '一' }), row('2', { name: '二' })]);
    run.tell('cameras', [row('1', { name: '一' })], { telling: 2, isComplete: false });
    expect([run.heard.camera(COMPANY, '2')?.name, run.changed()]).toEqual(['二', []]);
    run.tell('cameras', [row('3', { name: '三' })], { telling: 2 });
    expect(['1', '2', '3'].map((code) => run.heard.camera(COMPANY, code)?.name)).toEqual(['一', undefined, '三']);
    expect(run.changed()).toEqual([COMPANY]);
  });

  it('[GBP-11] a unit may work until the first of its kinds of paper is over, of each kind the one that holds longest', () => {
    const run = new Run();
    run.tell('contractor-units', [unit('filed', { safetyLicenceTo: '2026-12-31' })]);
    const validTo = () => run.heard.unit(COMPANY, UNIT)?.validToMs;
    expect(validTo()).toBe(endOf('2026-12-31'));
    const paper = (key: string, kind: string, validToDay: string | null, ofPerson: string | null = null) =>
      row(key, { unit: UNIT, person: ofPerson, kind, certificate: null, validTo: validToDay, verified: null });
    run.tell('contractor-qualifications', [
      paper('1', 'unit-qualification', '2026-11-20'),
      paper('2', 'special-operation', '2020-01-01', 'P1'),
      paper('3', 'professional', '2020-01-01'),
    ]);
    expect(validTo()).toBe(endOf('2026-11-20'));
    run.tell('contractor-qualifications', [paper('4', 'unit-qualification', '2027-11-20')]);
    expect(validTo()).toBe(endOf('2026-12-31'));
    run.tell('contractor-qualifications', [paper('5', 'safety-licence', null)]);
    expect(validTo()).toBe(endOf('2027-11-20'));
    expect(run.heard.unitByName(COMPANY, '示例检维修有限公司')?.creditCode).toBe(UNIT);
    run.tell('contractor-units', [{ ...unit(), rowId: '9', key: '91310000MA1FL0009X' }]);
    expect(run.heard.unitByName(COMPANY, '示例检维修有限公司')).toBeUndefined();
  });

  it('[GBP-12] a worker is found by PERSON_ID, by a name that nobody shares, and by ID number where another company has him', () => {
    const run = new Run();
    run.describe_({ personId: 'w1', name: '王焊工', idNumberBlind: 'b'.repeat(64) });
    run.tell('contractor-people', [
      person('1', { name: '陈电工', personId: 'w7' }),
      person('2', { name: '同名' }),
      person('3', { name: '同名' }),
      person('4', { idNumber: 'b'.repeat(64) }, { companyCode: OTHER }),
    ]);
    const name = (found: { number: string } | undefined) => found?.number;
    expect(name(run.heard.worker(COMPANY, said('谁', 'w7'), T0))).toBe('1');
    expect(name(run.heard.worker(COMPANY, said('陈电工'), T0))).toBe('1');
    expect(name(run.heard.worker(COMPANY, said('同名'), T0))).toBeUndefined();
    expect(run.heard.worker(COMPANY, said('王焊工'), T0)).toBeUndefined();
    const elsewhere = run.heard.worker(COMPANY, said('王焊工', 'w1'), T0);
    expect(elsewhere).toMatchObject({ number: '4', state: 'none', isCertified: false, admittedAt: [] });
  });

  it('[GBP-12] an admission holds from the first instant of its first day until its last day is over', () => {
    const run = new Run();
    run.tell('contractor-people', [person('P1', {})]);
    run.tell('contractor-admissions', [admission('1', {})]);
    const at = (atMs: number) => run.heard.worker(COMPANY, said('王焊工'), atMs);
    const [from, to] = [endOf('2026-10-31'), endOf('2026-11-30')];
    expect([from - 1, from, to - 1, to].map((ms) => at(ms)?.isCertified)).toEqual([false, true, true, false]);
    expect([at(T0)?.state, at(to)?.state]).toEqual(['certified', 'expired']);
    expect(at(T0)).toMatchObject({ validFromMs: from, validToMs: to, creditCode: UNIT, isBlacklisted: false });
    run.tell('contractor-admissions', [admission('2', { validTo: '2027-11-30' }, { state: 'confirmed' })]);
    expect(at(T0)?.isCertified).toBe(true);
    run.tell('contractor-admissions', [{ ...admission('1', {}), state: 'disabled', version: 2 }]);
    expect(at(T0)).toMatchObject({ isCertified: false, state: 'confirmed' });
  });

  it('[GBP-12] who is admitted elsewhere is said so, who is blacklisted anywhere is everywhere, and all his companies hear of it', () => {
    const run = new Run();
    run.tell('contractor-people', [person('P1', {}), person('P2', {}, { companyCode: OTHER })]);
    run.tell('contractor-admissions', [admission('1', { person: 'P2' }, { companyCode: OTHER })]);
    expect(run.changed()).toEqual([COMPANY, OTHER]);
    const found = () => run.heard.worker(COMPANY, said('王焊工'), T0);
    expect(found()).toMatchObject({ number: 'P1', state: 'none', admittedAt: [OTHER], isBlacklisted: false });
    run.tell('contractor-admissions', [
      { ...admission('1', { person: 'P2' }, { companyCode: OTHER }), version: 2, state: 'blacklisted' },
    ]);
    expect(found()).toMatchObject({ admittedAt: [], isBlacklisted: true });
  });

  it('[GBP-13] a certificate is found by number in person records, and by its blind index in the register; the name tells which', () => {
    const run = new Run();
    const own = [
      { NAME: '焊接与热切割作业', NUMBER: 't3101', VALID_TO: '2026-11-30' },
      { certi_name: '高处作业', certi_num: 'T3101', valid_to: '2027年1月5日' },
      'nothing',
    ];
    run.describe_({ personId: 'w1', name: '王焊工', certificates: own });
    const find = (name: string, number = 'T3101', blind: string | null = null) =>
      run.heard.certificate(COMPANY, certificate(number, name, blind));
    expect(find('焊接与热切割')).toMatchObject({
      holderName: '王焊工',
      holderPersonId: 'w1',
      validToMs: endOf('2026-11-30'),
    });
    expect(find('高处作业')?.validToMs).toBe(endOf('2027-01-05'));
    expect(find('低压电工作业')?.validToMs).toBe(endOf('2027-01-05'));
    expect(find('高处作业', 'T9')).toBeUndefined();
    const qualification = (key: string, values: object) =>
      row(key, { unit: UNIT, person: 'P1', kind: 'special-operation', category: '低压电工作业', ...values });
    run.tell('contractor-people', [person('P1', { name: '陈电工' })]);
    run.tell('contractor-qualifications', [
      qualification('1', { certificate: 'blind', validTo: '2028-01-01', reviewDue: '2026-12-01', verified: null }),
    ]);
    const electric = find('低压电工作业', 'T7', 'blind');
    expect(electric).toMatchObject({
      number: 'T7',
      holderName: '陈电工',
      validToMs: endOf('2026-12-01'),
      isRefuted: false,
    });
    run.tell('contractor-qualifications', [
      { ...qualification('1', { certificate: 'blind', verified: 'not-found' }), version: 2 },
    ]);
    expect(find('低压电工作业', 'T7', 'blind')?.isRefuted).toBe(true);
  });

  it('[GBP-13] of a person’s certificates a page has the last word, an older record none, and a withdrawn person has none', () => {
    const run = new Run();
    const cert = (number: string) => [{ NAME: '焊工', NUMBER: number, VALID_TO: '2027-01-01' }];
    const has = (number: string) => run.heard.certificate(COMPANY, certificate(number)) !== undefined;
    run.describe_({ personId: 'w1', certificates: cert('V1'), updatedAtMs: T0 });
    run.describe_({ personId: 'w1', certificates: cert('V0'), updatedAtMs: T0 - 1 });
    expect([has('V0'), has('V1')]).toEqual([false, true]);
    run.describe_({ personId: 'w1', certificates: cert('P1'), updatedAtMs: pageDateMs(T0) }, PAGE_APP_ID);
    expect([has('V1'), has('P1'), run.changed()]).toEqual([false, true, [COMPANY]]);
    run.describe_({ personId: 'w1', certificates: cert('V2'), updatedAtMs: T0 + 1 });
    expect([has('V2'), has('P1'), run.changed()]).toEqual([false, true, []]);
    run.describe_({ personId: 'w1', updatedAtMs: T0 + 2, deleted: true });
    expect([has('V2'), has('P1')]).toEqual([false, false]);
  });

  it('[GBP-14] commitments are those published, by code of A.2, for a week', () => {
    const run = new Run();
    run.tick(T0);
    const of = (day: string, state: string, more: Partial<HeardRow> = {}) =>
      row(
        day,
        {
          specialWork: [
            { work: 'fire-special', places: 1 },
            { work: 'earth', places: 2 },
          ],
        },
        { state, ...more },
      );
    run.tell('commitments', [of('2026-11-20', 'published'), of('2026-11-19', 'draft'), of('2026-11-12', 'published')]);
    expect(run.heard.commitment(COMPANY, T0)).toEqual({ day: '2026-11-20', places: { '01': 1, '30': 2 } });
    expect(run.heard.commitment(COMPANY, endOf('2026-11-20'))).toBeNull();
    expect(run.heard.commitment(COMPANY, T0 - DAY_MS)).toBeNull();
    expect(run.heard.commitment(COMPANY, T0 - 8 * DAY_MS)).toBeNull();
    expect(run.heard.commitment(OTHER, T0)).toBeNull();
    run.tick(T0 + 8 * DAY_MS);
    expect(run.heard.commitment(COMPANY, T0)).toBeNull();
  });

  it('[GBP-14] bookings are kept until two days after they end, by when they begin', () => {
    const run = new Run();
    run.tick(T0);
    const of = (key: string, fromMs: number, values: object = {}) =>
      row(
        key,
        {
          kind: 'fire',
          level: 'second',
          startsAt: fromMs,
          endsAt: fromMs + 3_600_000,
          site: '罐区',
          urgent: false,
          ...values,
        },
        { state: 'filed' },
      );
    run.tell('work-bookings', [
      of('B3', T0 + DAY_MS, { spot: { lng: 121.4, lat: 30.8, heightM: null }, unit: UNIT }),
      of('B2', T0),
      of('B1', T0 - 3 * DAY_MS),
    ]);
    const numbers = () => run.heard.bookings(COMPANY).map(({ number }) => number);
    expect(numbers()).toEqual(['B2', 'B3']);
    expect(run.heard.bookings(COMPANY)[1]).toMatchObject({
      workCode: '03',
      lng: 121.4,
      creditCode: UNIT,
      bookedAtMs: T0,
    });
    run.tick(T0 + 3 * DAY_MS);
    expect(numbers()).toEqual(['B3']);
  });

  it('[GBP-15] cameras lie in the plane; a hazard source is found by its area, its cameras by it', () => {
    const run = new Run();
    const { lng, lat } = lngLatAt(10, 20);
    run.tell('cameras', [
      row('1', { name: '一', place: { lng, lat, heightM: null }, hazardSource: 'H1', area: null }),
      row('2', { name: '二', place: null }, { companyCode: OTHER }),
    ]);
    run.tell('hazard-sources', [row('H1', { name: '罐区', level: '1', area: 'a1' })]);
    const { easting, northing } = projection.eastingNorthingFromLngLat(lng, lat);
    expect(run.heard.camera(COMPANY, '1')).toMatchObject({ name: '一', easting, northing, hazardSourceCode: 'H1' });
    expect(run.heard.camera(COMPANY, '2')).toMatchObject({ companyCode: OTHER, easting: Number.NaN });
    expect(run.heard.hazardSourceOfArea(COMPANY, 'a1')).toMatchObject({ code: 'H1', level: '1' });
    expect(run.heard.camerasOfHazardSource(COMPANY, 'H1').map(({ code }) => code)).toEqual(['1']);
    expect(run.heard.hazardSource(OTHER, 'H1')).toBeUndefined();
  });

  it('[GBP-16] of one company in one register no more than so many rows are taken', () => {
    const index: RowIndex = { register: 'cameras', put: () => {}, drop: () => {} };
    const rows = new RegisterRows(index);
    const many = Array.from({ length: ROWS_MAX + 5 }, (_, n) => row(`${n + 1}`, {}));
    rows.take({ register: 'cameras', telling: 1, isComplete: true, rows: many }, T0, () => {});
    expect(rows.size).toBe(ROWS_MAX);
    const gone = { ...many[0]!, values: null, version: 2 };
    const last = { ...many.at(-1)!, version: 2 };
    rows.take({ register: 'cameras', telling: 1, isComplete: true, rows: [gone, last] }, T0, () => {});
    expect(rows.size).toBe(ROWS_MAX);
  });

  it('[GBP-16] an ID number, a name or a certificate number that too many share names none of them', () => {
    const run = new Run();
    const shared = (n: number) => person(`${n}`, { name: '无名', idNumber: 'c'.repeat(64) });
    const certificates = [{ NUMBER: '无' }];
    const describe_ = (n: number) =>
      run.describe_({ personId: `w${n}`, name: '王焊工', idNumberBlind: 'c'.repeat(64), certificates });
    const many = Array.from({ length: SHARED_MAX }, (_, n) => shared(n + 1));
    run.tell('contractor-people', many);
    for (let n = 1; n <= SHARED_MAX; n++) describe_(n);
    const found = () => [
      run.heard.worker(COMPANY, said('王焊工', 'w1'), T0)?.number,
      run.heard.certificate(COMPANY, certificate('无'))?.number,
    ];
    expect(found()).toEqual(['1', '无']);
    run.tell('contractor-people', [shared(SHARED_MAX + 1)]);
    describe_(SHARED_MAX + 1);
    expect(found()).toEqual([undefined, undefined]);
  });

  it('[GBP-17] after a restart it goes on byte for byte alike, and answers the same, whatever was told', () => {
    const word = fc.record({
      register: fc.constantFrom('contractor-people', 'contractor-admissions', 'commitments', 'persons'),
      id: fc.integer({ min: 1, max: 4 }),
      company: fc.constantFrom(COMPANY, OTHER),
      isGone: fc.boolean(),
      telling: fc.constantFrom(1, 2),
      blind: fc.constantFrom('a'.repeat(64), 'b'.repeat(64)),
    });
    type Word = typeof word extends fc.Arbitrary<infer W> ? W : never;
    const tell = (run: Run, { register, id, company, isGone, telling, blind }: Word, version: number): void => {
      if (register === 'persons') {
        const certificates = [{ NUMBER: blind.slice(0, 3), VALID_TO: '20270101' }];
        run.describe_({
          personId: `w${id}`,
          companyCode: company,
          idNumberBlind: blind,
          certificates,
          deleted: isGone,
        });
        return;
      }
      const key = register === 'commitments' ? `2026-11-2${id}` : `P${id}`;
      const values = {
        name: `人${id}`,
        idNumber: blind,
        personId: `w${id}`,
        person: `P${id}`,
        validFrom: '2026-01-01',
        validTo: '2026-12-31',
        specialWork: [{ work: 'earth', places: id }],
      };
      const state = register === 'commitments' ? 'published' : 'certified';
      const rowId = `${id}${company}`;
      const one = { companyCode: company, rowId, key, version, state, createdAtMs: T0, values: isGone ? null : values };
      run.tell(register, [one], { telling });
    };
    const answers = ({ heard }: Run): unknown =>
      [COMPANY, OTHER].map((company) => [
        [1, 2, 3, 4].map((id) => heard.worker(company, said(`人${id}`, `w${id}`), T0)),
        [0, 1, 2, 3, 4].map((days) => heard.commitment(company, T0 + days * DAY_MS)),
        ['aaa', 'bbb'].map((number) => heard.certificate(company, certificate(number))),
      ]);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), fc.nat(30), (words, cut) => {
        const [whole, first] = [new Run(), new Run()];
        for (const [n, one] of words.entries()) {
          tell(whole, one, n);
          // What a snapshot packed once is packed anew after it changed.
          saveSnapshot(whole.engine, 'e');
        }
        for (const [n, one] of words.slice(0, cut).entries()) tell(first, one, n);
        const loaded = loadSnapshot(saveSnapshot(first.engine, 'e'), projection, 'e');
        if (!loaded.ok) throw new Error(loaded.problem);
        const second = new Run();
        Object.assign(second, { engine: loaded.engine, sequence: first.sequence });
        for (const [n, one] of words.slice(cut).entries()) tell(second, one, Math.min(cut, words.length) + n);
        expect(answers(second)).toEqual(answers(whole));
        expect(Buffer.from(saveSnapshot(second.engine, 'e')).equals(saveSnapshot(whole.engine, 'e'))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
