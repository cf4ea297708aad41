import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToEnd } from '../../core/slices.ts';
import { REGISTERS } from '../../registers/index.ts';
import { registerSecretContext } from '../../security/register-secret.ts';
import type { RegisterRecord } from '../../stream/protocol/entry.ts';
import { REGISTER_INTERFACES, type RegisterInterface } from '../../stream/protocol/vocabulary.ts';
import { blindIndex, COMPANY, START_MS, sealer, startIngestPark } from '../../test/ingest-fixture.ts';
import {
  createCommitment,
  createContractorPerson,
  createContractorUnit,
  SAMPLE_RECORDS,
} from '../../test/sample-records.ts';
import type { Validated } from './records.ts';
import { RegisterRecords } from './register-records.ts';

const validators = new Map(
  REGISTERS.filter(({ vendor }) => vendor !== undefined).map((register) => [
    register.name,
    new RegisterRecords(register),
  ]),
);
const validate = (name: RegisterInterface, ...records: unknown[]): Validated<RegisterRecord> => {
  const validator = validators.get(name);
  if (validator === undefined) throw new Error(name);
  return runToEnd(validator.walk(records, { companyCode: COMPANY, receivedAtMs: START_MS, sealer, blindIndex }));
};
const refusalOf = ({ rejected: [first] }: Validated<unknown>): string => `${first?.field} ${first?.code}`;

describe('a record of a register', () => {
  test('[VRG-10] is told in the register’s own words, every field that vendors send', () => {
    const sent = createCommitment({
      UPDATE_TIME: START_MS,
      HAZARD_SOURCES: ['HS-1', 'HS-2', 'HS-1'],
      RISK_GRADE: ' RED ',
    });
    expect(validate('commitments', sent).accepted).toEqual([
      {
        key: '2026-07-01',
        values: {
          day: '2026-07-01',
          units: 10,
          unitsRunning: 6,
          unitsStopped: 3,
          unitsInRepair: 1,
          trial: false,
          startOrStop: false,
          contractorWork: true,
          specialWork: [
            { work: 'fire-first', places: 2 },
            { work: 'confined-space', places: 1 },
          ],
          otherRepairs: null,
          hazardSources: ['HS-1', 'HS-2'],
          hazardSourcesSafe: true,
          risk: 'red',
          statement: '今日各装置安全运行，各项安全风险得到有效管控。',
          signedBy: '李示例',
        },
        updatedAtMs: START_MS,
        deleted: false,
      },
    ]);
  });

  test('[VRG-10] choices stand in their own order, decimals with their digits, letters composed', () => {
    const training = {
      ...SAMPLE_RECORDS['/v1/contractors/trainings'],
      TOPICS: ['LAW', 'RULES', 'LAW'],
      SCORE: '92.54',
      TRAINER: 'Rene\u0301',
    };
    expect(validate('contractor-trainings', training).accepted).toMatchObject([
      {
        key: 'T-1',
        values: { topics: ['rules', 'law'], score: 92.5, trainer: 'Ren\u00e9', unit: '91310000MA1FL0000X' },
      },
    ]);
  });

  test('[VRG-10] is withdrawn by DELETED, which may be called IS_DELETED', () => {
    const { DELETED: _, ...unit } = createContractorUnit();
    expect(validate('contractor-units', { ...unit, IS_DELETED: 1 }).accepted).toMatchObject([{ deleted: true }]);
  });

  test('[VRG-11] holds no number in clear; sealed for its row, found by a blind index that does not change', () => {
    const [first, again] = [1, 2].map(() => validate('contractor-people', createContractorPerson()).accepted[0]);
    expect(JSON.stringify(first)).not.toMatch(/31010119900101123X|13800000001/);
    type Sealed = { readonly sealed: string; readonly blind: string };
    const of = (record: RegisterRecord | undefined, field: string) => record?.values[field] as Sealed;
    const context = registerSecretContext('contractor-people', COMPANY, 'CP-1', 'idNumber');
    expect(sealer.open(of(first, 'idNumber').sealed, context)).toBe('31010119900101123X');
    expect(() => sealer.open(of(first, 'idNumber').sealed, context.replace('CP-1', 'CP-2'))).toThrow();
    expect(of(first, 'idNumber').sealed).not.toBe(of(again, 'idNumber').sealed);
    expect(of(first, 'idNumber').blind).toBe(of(again, 'idNumber').blind);
    const spelled = validate(
      'contractor-people',
      createContractorPerson({ IDENTIFY_NUM: '31010119900101123x', MOBILE_NUMBER: '138-0000 0001' }),
    );
    expect(of(spelled.accepted[0], 'idNumber').blind).toBe(of(first, 'idNumber').blind);
    expect(of(spelled.accepted[0], 'phone').blind).toBe(of(first, 'phone').blind);
  });

  test.each<[string, RegisterInterface, Record<string, unknown>]>([
    ['CREDIT_CODE FIELD_RANGE', 'contractor-units', createContractorUnit({ CREDIT_CODE: '91310000MA1FL0000' })],
    ['CREDIT_CODE FIELD_RANGE', 'contractor-units', createContractorUnit({ CREDIT_CODE: '91310000MA1FL0000O' })],
    ['UNIT_NAME FIELD_MISSING', 'contractor-units', createContractorUnit({ UNIT_NAME: ' ' })],
    ['UNIT_KIND CODE_UNKNOWN', 'contractor-units', createContractorUnit({ UNIT_KIND: 'constructor' })],
    ['SAFETY_LICENCE_TO TIME_FORMAT', 'contractor-units', createContractorUnit({ SAFETY_LICENCE_TO: '2027-02-30' })],
    ['PERSON_DUTY CODE_UNKNOWN', 'contractor-people', createContractorPerson({ PERSON_DUTY: '__proto__' })],
    ['COMPANY_CODE COMPANY_MISMATCH', 'contractor-people', createContractorPerson({ COMPANY_CODE: '310000009' })],
    ['UNITS_TOTAL FIELD_RANGE', 'commitments', createCommitment({ UNITS_TOTAL: 9 })],
    [
      'SPECIAL_WORKS FIELD_RANGE',
      'commitments',
      createCommitment({
        SPECIAL_WORKS: [
          { WORK_TYPE: '01', COUNT: 1 },
          { WORK_TYPE: 1, COUNT: 2 },
        ],
      }),
    ],
    [
      'SPECIAL_WORKS[0].WORK_TYPE CODE_UNKNOWN',
      'commitments',
      createCommitment({ SPECIAL_WORKS: [{ WORK_TYPE: '99', COUNT: 1 }] }),
    ],
    [
      'SPECIAL_WORKS[0].COUNT FIELD_RANGE',
      'commitments',
      createCommitment({ SPECIAL_WORKS: [{ WORK_TYPE: '01', COUNT: 0 }] }),
    ],
    [
      'VALID_TO FIELD_RANGE',
      'contractor-qualifications',
      { ...SAMPLE_RECORDS['/v1/contractors/qualifications'], VALID_TO: '2024-06-30' },
    ],
  ])('[VRG-12] is refused as %s, by the register’s own limits', (refusal, name, record) => {
    const validated = validate(name, record);
    expect(refusalOf(validated)).toBe(refusal);
    expect(validated.rejected[0]?.reason).not.toBe('');
  });

  test('[VRG-14] of any shape never throws and is accounted for, and what is accepted has every field and a key', () => {
    const names = fc.constantFrom(...[...validators.values()].flatMap(({ fields }) => fields.map(({ name }) => name)));
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.anything(), fc.string({ unit: 'binary' }));
    const changes = fc.array(fc.tuple(names, odd), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...REGISTER_INTERFACES), changes, fc.anything(), (name, members, stranger) => {
        const register = REGISTERS.find((one) => one.name === name);
        const sample = SAMPLE_RECORDS[`/v1/${register?.vendor?.interface}`];
        const { accepted, rejected } = validate(name, { ...sample, ...Object.fromEntries(members) }, stranger);
        expect(accepted.length + rejected.length).toBe(2);
        expect(() => JSON.stringify([accepted, rejected])).not.toThrow();
        for (const { key, values } of accepted) {
          expect(key).not.toBe('');
          expect(Object.values(values)).not.toContain(undefined);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('[VRG-14] of any kind comes to the log as one entry under its register', async () => {
    const park = await startIngestPark();
    try {
      for (const name of REGISTER_INTERFACES) {
        const register = REGISTERS.find((one) => one.name === name);
        const target = `/v1/${register?.vendor?.interface}`;
        const records = [SAMPLE_RECORDS[target], { ...SAMPLE_RECORDS[target], DELETED: 'maybe' }];
        const { status, body } = await park.send({ target, body: { records } });
        expect([status, body.accepted, body.rejected.length]).toEqual([200, 1, 1]);
      }
      const entries = park.entries();
      expect(entries.map(({ body }) => (body as { register?: string }).register)).toEqual([...REGISTER_INTERFACES]);
      expect(entries).toMatchObject(
        entries.map(() => ({ kind: 'records', body: { origin: { received: 2, refused: 1 } } })),
      );
      expect(JSON.stringify(entries)).not.toMatch(/31010119900101123X|1380000000/);
    } finally {
      await park.close();
    }
  });
});
