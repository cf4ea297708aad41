import { describe, expect, it } from 'vitest';
import { isGradedSo, SPECIAL_WORK_CODES, SPECIAL_WORK_OPTIONS } from '../standard/special-work.ts';
import { REGISTER_INTERFACES } from '../stream/protocol/vocabulary.ts';
import { commitments } from './commitments.ts';
import { contractorAdmissions } from './contractor-admissions.ts';
import { contractorContracts } from './contractor-contracts.ts';
import { contractorPeople } from './contractor-people.ts';
import { contractorQualifications } from './contractor-qualifications.ts';
import { contractorTrainings } from './contractor-trainings.ts';
import { contractorUnits } from './contractor-units.ts';
import { contractorVehicles } from './contractor-vehicles.ts';
import { contractorViolations } from './contractor-violations.ts';
import type { Field } from './field.ts';
import { REGISTERS } from './index.ts';
import type { AnyRegister } from './register.ts';
import { workBookings } from './work-bookings.ts';

const CONTRACTORS: readonly AnyRegister[] = [
  contractorUnits,
  contractorPeople,
  contractorVehicles,
  contractorQualifications,
  contractorTrainings,
  contractorViolations,
  contractorContracts,
  contractorAdmissions,
];
const ALL = [...CONTRACTORS, commitments, workBookings];
const SENT = REGISTERS.filter(({ vendor }) => vendor !== undefined);
const fieldsOf = ({ fields }: AnyRegister): [string, Field][] => Object.entries<Field>(fields);
const emptyOf = (register: AnyRegister): Record<string, unknown> =>
  Object.fromEntries(fieldsOf(register).map(([name]) => [name, null]));
const problemOf = (register: AnyRegister, values: Record<string, unknown>): string | null =>
  register.problem?.({ ...emptyOf(register), ...values } as never)?.field ?? null;
/** Who may take a row of a register from `from` to `to` at one press. */
const moversOf = (register: AnyRegister, from: string, to: string): readonly string[] =>
  (register.states?.moves ?? []).flatMap((move) => (move.to === to && move.from.includes(from) ? move.by : []));

describe('registers that vendors send', () => {
  it('[VRG-1] are the interfaces of the vocabulary, each under an address of its own', () => {
    expect(SENT.map(({ name }) => name).sort()).toEqual([...REGISTER_INTERFACES].sort());
    expect(new Set(SENT.map(({ vendor }) => vendor?.interface)).size).toBe(SENT.length);
    for (const { scope, vendor, states } of SENT) {
      expect(scope).toBe('company');
      if (vendor?.state !== undefined) expect(Object.keys(states?.titles ?? {})).toContain(vendor.state);
    }
  });

  it.each(SENT)(
    '[VRG-1] $name: each name on the wire once, and the key and whatever is required are sent',
    (register) => {
      const named = fieldsOf(register).flatMap(([, { vendor }]) => (vendor === undefined ? [] : [vendor.name]));
      expect(new Set(named).size).toBe(named.length);
      for (const name of named) expect(name).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
      expect(named).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(COMPANY_CODE|DELETED|UPDATE_DATE)$/)]),
      );
      const unsent = fieldsOf(register).filter(([, { required, vendor }]) => required === true && vendor === undefined);
      expect(unsent).toEqual([]);
      expect((register.fields[register.key] as Field).vendor?.wins).toBe('vendor');
    },
  );
});

describe('registers of contractors and work', () => {
  it.each(ALL)('[VRG-2] $name: whom it names is on a register', (register) => {
    for (const [, field] of fieldsOf(register)) {
      if (field.kind !== 'reference' && field.kind !== 'references') continue;
      expect(REGISTERS.map(({ name }) => name)).toContain(field.register);
    }
  });

  it.each([...CONTRACTORS, workBookings])(
    '[VRG-2] $name: a contractor sees the rows of its unit, found by the field that names it',
    (register) => {
      expect(register.rights.read).toEqual(expect.arrayContaining(['park', 'operator', 'enterprise', 'contractor']));
      const field = register.fields[register.contractor as string] as Field;
      expect(field.kind === 'reference' ? field.register : register.name).toBe('contractor-units');
    },
  );

  it.each(ALL)(
    '[VRG-3] $name: nobody but the park files, certifies, restores or releases, and no contractor confirms',
    (register) => {
      const parks = ['filed', 'certified', 'blacklisted'];
      for (const { to, from, by } of register.states?.moves ?? []) {
        if (parks.includes(to)) expect(by).toEqual(['park']);
        if (from.includes('disabled') || from.includes('blacklisted')) expect(by).toEqual(['park']);
        if (['confirmed', 'published', 'upheld', 'revoked'].includes(to))
          expect(by).toEqual(['company-admin', 'enterprise']);
      }
      for (const state of Object.keys(register.states?.titles ?? {})) {
        const reached = register.states?.initial === state || register.states?.moves.some(({ to }) => to === state);
        expect([state, reached]).toEqual([state, true]);
      }
    },
  );

  it('[VRG-4] an admission goes from application over the company’s confirmation to the park’s certificate', () => {
    expect(contractorAdmissions.states?.initial).toBe('applied');
    expect(moversOf(contractorAdmissions, 'applied', 'certified')).toEqual([]);
    expect(moversOf(contractorAdmissions, 'applied', 'confirmed')).toContain('enterprise');
    expect(moversOf(contractorAdmissions, 'confirmed', 'certified')).toEqual(['park']);
    expect(moversOf(contractorAdmissions, 'certified', 'expired')).toContain('park');
    expect(contractorAdmissions.states?.editableIn).toEqual(['applied']);
  });

  it('[VRG-4] who is blacklisted leaves it by the park’s release alone, and then stands disabled', () => {
    const out = contractorAdmissions.states?.moves.filter(({ from }) => from.includes('blacklisted'));
    expect(out).toMatchObject([{ to: 'disabled', by: ['park'], reason: true }]);
  });

  it('[VRG-4] a vehicle counts when the company confirmed it, whoever entered it; changed, it waits again', () => {
    expect(contractorVehicles.states?.initial).toBe('pending');
    expect(moversOf(contractorVehicles, 'pending', 'confirmed')).toEqual(['company-admin', 'enterprise']);
    expect(contractorVehicles.states?.editableIn).not.toContain('confirmed');
    expect(moversOf(contractorVehicles, 'confirmed', 'pending')).toContain('contractor');
  });

  it('[VRG-5] a certificate ends after it begins, and what came of a check says how and when', () => {
    const problem = (values: Record<string, unknown>) => problemOf(contractorQualifications, values);
    expect(problem({ validFrom: '2026-01-02', validTo: '2026-01-01' })).toBe('validTo');
    expect(problem({ validFrom: '2026-01-01', validTo: '2026-01-01' })).toBeNull();
    expect(problem({ validTo: '2026-01-01' })).toBeNull();
    expect(problem({ verified: 'genuine' })).toBe('verifiedBy');
    expect(problem({ verified: 'genuine', verifiedBy: 'website' })).toBe('verifiedOn');
    expect(problem({ verified: 'genuine', verifiedBy: 'website', verifiedOn: '2026-01-01' })).toBeNull();
  });

  it('[VRG-5] contracts, admissions and bookings end after they begin', () => {
    expect(problemOf(contractorContracts, { startsOn: '2026-02-01', endsOn: '2026-01-31' })).toBe('endsOn');
    expect(problemOf(contractorContracts, { startsOn: '2026-02-01', endsOn: '2026-02-01' })).toBeNull();
    expect(problemOf(contractorAdmissions, { validFrom: '2026-02-01', validTo: '2026-01-31' })).toBe('validTo');
    expect(problemOf(contractorAdmissions, { validFrom: '2026-02-01', validTo: '2026-02-01' })).toBeNull();
    const booking = { kind: 'fire', level: 'first', startsAt: 1_000 };
    expect(problemOf(workBookings, { ...booking, endsAt: 1_000 })).toBe('endsAt');
    expect(problemOf(workBookings, { ...booking, endsAt: 1_001 })).toBeNull();
  });
});

describe('special work', () => {
  it('[VRG-6] has the kinds, levels and detail codes of AQ 3064.2 A.2', () => {
    expect(Object.values(SPECIAL_WORK_CODES).sort()).toEqual(
      ['01', '02', '03', '10', '21', '22', '23', '24', '30', '40', '50', '61', '62', '63', '70'].sort(),
    );
    const named = Object.entries(SPECIAL_WORK_OPTIONS).map(([option, { zh }]) => `${SPECIAL_WORK_CODES[option]} ${zh}`);
    expect(named).toEqual(
      expect.arrayContaining(['01 特级动火作业', '24 Ⅳ级高处作业', '63 三级吊装作业', '70 受限空间作业']),
    );
    expect([isGradedSo('fire', 'special'), isGradedSo('fire', 'third'), isGradedSo('height', 'fourth')]).toEqual([
      true,
      false,
      true,
    ]);
    expect([isGradedSo('earth', 'none'), isGradedSo('earth', 'first')]).toEqual([true, false]);
  });

  it('[VRG-6] a commitment names each kind and level once, and no more units than there are', () => {
    const units = { units: 9, unitsRunning: 6, unitsStopped: 2, unitsInRepair: 1 };
    const one = { work: 'fire-first', places: 2 };
    expect(problemOf(commitments, units)).toBeNull();
    expect(problemOf(commitments, { ...units, unitsRunning: 7 })).toBe('units');
    expect(problemOf(commitments, { ...units, specialWork: [one, { work: 'earth', places: 1 }] })).toBeNull();
    expect(problemOf(commitments, { ...units, specialWork: [one, { ...one, places: 1 }] })).toBe('specialWork');
    expect(commitments.key).toBe('day');
  });

  it('[VRG-6] a booking asks for the seven items of AQ 3064.2 5.3.1, its level one of its kind', () => {
    const asked = fieldsOf(workBookings).flatMap(([name, { required }]) => (required === true ? [name] : []));
    expect(asked).toEqual(
      expect.arrayContaining(['applicant', 'worker', 'content', 'site', 'startsAt', 'kind', 'level']),
    );
    expect(problemOf(workBookings, { kind: 'fire', level: 'none', startsAt: 1, endsAt: 2 })).toBe('level');
  });
});
