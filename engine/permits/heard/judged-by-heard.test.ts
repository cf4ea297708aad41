import { describe, expect, it } from 'vitest';
import {
  aPermit,
  aPermitVideo,
  aWord,
  PERMIT_CAMERA,
  PERMIT_COMPANY,
  PERMIT_T0,
} from '../../../stream/protocol/permits.fixture.ts';
import type { HeardRow } from '../../../stream/protocol/permits.ts';
import { createArea, createPerson } from '../../../test/builders/entries.ts';
import { PermitRun } from '../../../test/builders/permit-run.ts';
import { lngLatAt, squareAt } from '../../../test/builders/plane.ts';

const UNIT = '91310000MA1FL0000X';
const MINUTE_MS = 60_000;
const T0 = PERMIT_T0;
/** The park's day ends eight hours after T0. */
const MIDNIGHT = T0 + 8 * 60 * MINUTE_MS;
const BY_CONTRACTOR = { isContractorWork: true, creditCodes: [UNIT], validToMs: MIDNIGHT + 60 * MINUTE_MS };

class Run extends PermitRun {
  #versions = 0;
  tell(register: string, key: string, values: HeardRow['values'], state: string | null = null): void {
    const version = ++this.#versions;
    const row = {
      companyCode: PERMIT_COMPANY,
      rowId: key.replace(/\D/g, ''),
      key,
      version,
      state,
      createdAtMs: T0,
      values,
    };
    this.entry('heardRows', { register, telling: 1, isComplete: true, rows: [row] });
  }
  /** Rules of the permit after the next look. */
  after(atMs: number, permitId = 't1'): string[] {
    this.tick(atMs);
    return this.rules(permitId);
  }
}
/** Longer than a permit waits for what registers say of it. */
const HEARD_MS = 6_000;

/** The permit in progress, its people known to the park. */
const working = (change: Parameters<typeof aPermit>[0] = {}): Run => {
  const run = new Run();
  run.tick(T0 - MINUTE_MS);
  run.persons(
    createPerson({ personId: 'w1', name: '王焊工', type: 'contractor', companyCode: PERMIT_COMPANY }),
    createPerson({ personId: 'gu1', name: '李监护', type: 'staff', companyCode: PERMIT_COMPANY }),
  );
  run.permits(T0 - HEARD_MS, aPermit(change));
  run.tick(T0);
  return run;
};
const has = (rules: readonly string[], ...wanted: readonly string[]): string[] =>
  wanted.filter((rule) => rules.includes(rule));

describe('permits judged by what registers say', () => {
  it('[GBP-44] what registers say of a permit may come some seconds after it: nothing is told before, and nothing of what came', () => {
    const wrong = ['contractor-not-certified', 'worker-not-certified', 'not-identifiable'];
    const run = new Run();
    run.permits(T0, aPermit({ fields: BY_CONTRACTOR }));
    expect(has(run.after(T0 + 4_999), ...wrong)).toEqual([]);
    expect(has(run.after(T0 + 5_000), ...wrong)).toEqual(['not-identifiable']);
    const told = new Run();
    told.permits(T0, aPermit({ fields: BY_CONTRACTOR }));
    told.tell('contractor-units', UNIT, { name: '示例检维修有限公司' }, 'confirmed');
    expect(has(told.after(T0 + 5_000), 'contractor-not-certified')).toEqual(['contractor-not-certified']);
  });

  it('[GBP-30] a certificate that ends while the work goes on is told at that instant, and its renewal ends the alarm', () => {
    const run = working({ fields: { validToMs: MIDNIGHT + 60 * MINUTE_MS } });
    const until = (validTo: string) => {
      const certificates = [{ NAME: '焊接与热切割作业', NUMBER: 'T310000198001010011', VALID_TO: validTo }];
      run.persons(createPerson({ personId: 'w1', name: '王焊工', type: 'contractor', certificates }));
    };
    until('2026-11-20');
    expect(has(run.after(MIDNIGHT - 1), 'certificate-expired')).toEqual([]);
    expect(has(run.after(MIDNIGHT), 'certificate-expired')).toEqual(['certificate-expired']);
    const [alarm] = run.standing().filter(({ rule }) => rule === 'certificate-expired');
    expect(alarm?.onsetAtMs).toBe(MIDNIGHT);
    expect(JSON.stringify(alarm)).not.toContain('T310000198001010011');
    until('2027-11-20');
    run.ticks(MIDNIGHT + MINUTE_MS);
    expect(has(run.rules(), 'certificate-expired')).toEqual([]);
  });

  it('[GBP-31] a certificate in the register under the blind index of the permit, held by somebody else, is another’s', () => {
    const run = working({ fields: { certificateBlinds: ['b'.repeat(64)] } });
    run.tell('contractor-people', 'CP-7', { name: '周电工', unit: UNIT, idNumber: null, personId: null });
    expect(has(run.after(T0 + 1_000), 'certificate-mismatch')).toEqual([]);
    const qualification = { unit: UNIT, person: 'CP-7', kind: 'special-operation', certificate: 'b'.repeat(64) };
    run.tell('contractor-qualifications', 'Q-1', qualification);
    expect(has(run.after(T0 + 2_000), 'certificate-mismatch')).toEqual(['certificate-mismatch']);
  });

  it('[GBP-32] [GBP-34] a unit and a worker that nobody registered are not identifiable on arrival; registered, filed and admitted nothing is wrong', () => {
    const run = working({ fields: BY_CONTRACTOR });
    const wrong = ['contractor-not-certified', 'worker-not-certified', 'not-identifiable'];
    expect(run.standing().filter(({ rule }) => rule === 'not-identifiable').length).toBe(2);
    run.tell('contractor-units', UNIT, { name: '示例检维修有限公司', safetyLicenceTo: '2026-11-20' }, 'confirmed');
    run.tell('contractor-people', 'CP-1', { name: '王焊工', unit: UNIT, idNumber: null, personId: 'w1' });
    run.ticks(T0 + MINUTE_MS);
    expect(has(run.rules(), ...wrong)).toEqual(['contractor-not-certified', 'worker-not-certified']);
    run.tell('contractor-units', UNIT, { name: '示例检维修有限公司', safetyLicenceTo: '2026-11-20' }, 'filed');
    const admission = { person: 'CP-1', validFrom: '2026-11-01', validTo: '2026-11-20' };
    run.tell('contractor-admissions', 'A-1', admission, 'certified');
    run.ticks(T0 + 2 * MINUTE_MS);
    expect(has(run.rules(), ...wrong)).toEqual([]);
    run.tick(MIDNIGHT);
    expect(has(run.rules(), ...wrong)).toEqual(['contractor-not-certified', 'worker-not-certified']);
    run.tell('contractor-admissions', 'A-1', { ...admission, validTo: '2027-01-01' }, 'blacklisted');
    run.tick(MIDNIGHT + 1_000);
    const [banned] = run.standing().filter(({ rule }) => rule === 'worker-not-certified');
    expect([banned?.level, banned?.person?.personId]).toEqual([1, 'w1']);
  });

  it('[GBP-33] who is admitted at another company alone is told so, found by his ID number', () => {
    const run = working({ fields: BY_CONTRACTOR });
    run.tell('contractor-units', UNIT, { name: '示例检维修有限公司' }, 'filed');
    const idNumber = 'a'.repeat(64);
    run.persons(createPerson({ personId: 'w1', name: '王焊工', type: 'contractor', idNumberBlind: idNumber }));
    const elsewhere = { companyCode: '913100002', version: 1, createdAtMs: T0 };
    const person = {
      ...elsewhere,
      rowId: '1',
      key: 'X-1',
      state: null,
      values: { name: '王焊工', unit: UNIT, idNumber, personId: null },
    };
    const values = { person: 'X-1', validFrom: '2026-11-01', validTo: '2026-12-01' };
    const admission = { ...elsewhere, rowId: '2', key: 'A-1', state: 'certified', values };
    for (const [register, row] of [
      ['contractor-people', person],
      ['contractor-admissions', admission],
    ] as const) {
      run.entry('heardRows', { register, telling: 1, isComplete: true, rows: [row] });
    }
    run.ticks(T0 + MINUTE_MS);
    const [alarm] = run.standing().filter(({ rule }) => rule === 'worker-not-certified');
    expect(alarm?.permit?.facts).toContainEqual({ name: 'unit', value: '913100002', unit: 'text', limit: null });
  });

  it('[GBP-35] [GBP-36] a commitment and a booking that come end what was told of their absence', () => {
    const run = working();
    expect(has(run.rules(), 'not-declared', 'not-booked')).toEqual(['not-declared', 'not-booked']);
    run.tell('commitments', '2026-11-20', { specialWork: [{ work: 'fire-second', places: 1 }] }, 'published');
    const booking = {
      kind: 'fire',
      level: 'second',
      startsAt: T0,
      endsAt: T0 + 60 * MINUTE_MS,
      site: '',
      urgent: true,
    };
    run.tell('work-bookings', 'B1', booking, 'filed');
    run.ticks(T0 + MINUTE_MS);
    expect(has(run.rules(), 'not-declared', 'not-booked')).toEqual([]);
    run.permits(T0 + MINUTE_MS + 1, aPermit({ permitId: 't2', fields: { number: 'N2' } }));
    run.tick(T0 + MINUTE_MS + HEARD_MS);
    expect([has(run.rules(), 'not-declared'), has(run.rules('t2'), 'not-declared')]).toEqual([[], ['not-declared']]);
  });

  it('[GBP-37] outside the company’s ground by how far, or, where another coordinate system explains it, a doubt in its place', () => {
    const place = lngLatAt(500, 50);
    const swapped = { lng: lngLatAt(50, 50).lat, lat: lngLatAt(50, 50).lng };
    const run = working({ fields: place });
    const ground = createArea({
      areaId: 'g',
      kind: 'COMPANY_BOUNDARY',
      polygons: squareAt(0, 0, 100),
      companyCode: PERMIT_COMPANY,
    });
    run.areas(ground);
    expect(has(run.after(T0 + 1_000), 'outside-boundary', 'suspect-coordinates')).toEqual(['outside-boundary']);
    const [alarm] = run.standing().filter(({ rule }) => rule === 'outside-boundary');
    const [distance] = alarm?.permit?.facts ?? [];
    expect(distance).toMatchObject({ name: 'distanceM', unit: 'm', limit: 10 });
    expect(Math.abs(Number(distance?.value) - 400)).toBeLessThanOrEqual(1);
    run.permits(T0 + 2_000, aWord({ updatedAtMs: T0 + 2_000, fields: swapped }));
    run.ticks(T0 + MINUTE_MS);
    expect(has(run.rules(), 'outside-boundary', 'suspect-coordinates')).toEqual(['suspect-coordinates']);
  });

  it('[GBP-38] [GBP-39] hot work beside a blind, and jobs on top of each other, are told to both, until one of them ends', () => {
    const run = working({ fields: lngLatAt(0, 0) });
    const blind = { workCode: '50', baseWorkCode: '50', inExArea: true, number: 'MB-1', ...lngLatAt(20, 0) };
    run.permits(T0 + 1_000, aPermit({ permitId: 't2', fields: blind }));
    run.permits(
      T0 + 1_000,
      aPermit({ permitId: 't3', fields: { workCode: '30', number: 'DT-1', ...lngLatAt(-5, 0) } }),
    );
    run.tick(T0 + 2_000);
    const near = (permitId: string) => has(run.rules(permitId), 'blind-near-hot-work', 'stacked-jobs');
    expect(['t1', 't2', 't3'].map(near)).toEqual([
      ['blind-near-hot-work', 'stacked-jobs'],
      ['blind-near-hot-work'],
      ['stacked-jobs'],
    ]);
    run.permits(T0 + 3_000, aWord({ updatedAtMs: T0 + 3_000, status: 'paused' }));
    run.ticks(T0 + MINUTE_MS);
    expect(['t1', 't2', 't3'].map(near)).toEqual([[], [], []]);
  });

  it('[GBP-40] [GBP-41] no camera ten minutes after the start is told, a link ends it; at a hazard source it has to record', () => {
    const run = working();
    const due = T0 + 10 * MINUTE_MS;
    expect(has(run.after(due - 1), 'no-video')).toEqual([]);
    expect(has(run.after(due), 'no-video')).toEqual(['no-video']);
    run.tell('hazard-sources', 'H1', { name: '罐区', level: '1', area: 'a1' });
    run.areas(createArea({ areaId: 'a1', polygons: squareAt(-50, -50, 200), companyCode: PERMIT_COMPANY }));
    run.tick(due + 1_000);
    expect(run.standing().find(({ rule }) => rule === 'no-video')?.level).toBe(2);
    run.videos(due + 2_000, aPermitVideo());
    const state = { companyCode: PERMIT_COMPANY, cameraCode: PERMIT_CAMERA, recordedToMs: null };
    run.cameras(due + 2_000, { ...state, online: true, atMs: due + 2_000 });
    run.ticks(due + MINUTE_MS);
    expect(has(run.rules(), 'no-video', 'video-gap')).toEqual([]);
    run.cameras(due + MINUTE_MS, { ...state, online: false, atMs: due + MINUTE_MS });
    run.tick(due + MINUTE_MS + 30_000);
    expect(has(run.rules(), 'video-gap')).toEqual([]);
    run.tick(due + MINUTE_MS + 31_000);
    expect(has(run.rules(), 'video-gap')).toEqual(['video-gap']);
  });
});
