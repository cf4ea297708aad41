/**
 * Contractors of each demonstration company, as registers have them: units in good and in bad standing, and of the good one a worker in
 * each standing that an admission may have. They wear no tags. Read by the demo set-up, and by the simulator, whose permits name them.
 */
import type { DemoPark } from './demo-park.ts';
import { identityNumber } from './people.ts';
import type { CompanyPlan } from './site-plan.ts';

export const UNIT_STANDINGS = ['filed', 'papers-expired', 'not-filed', 'blacklisted'] as const;
export type UnitStanding = (typeof UNIT_STANDINGS)[number];
export const WORKER_STANDINGS = ['certified', 'expired', 'disabled', 'not-certified', 'blacklisted'] as const;
export type WorkerStanding = (typeof WORKER_STANDINGS)[number];

export interface DemoUnit {
  readonly creditCode: string;
  readonly name: string;
  readonly licenceTo: string;
}
export interface DemoWorker {
  readonly number: string;
  readonly name: string;
  readonly unit: string;
  readonly idNumber: string;
  readonly validTo: string;
}

const UNIT_NAMES: Readonly<Record<UnitStanding, string>> = {
  filed: '桦榭检修工程(演示)',
  'papers-expired': '垚溪土建(演示)',
  'not-filed': '砥澜仪电安装(演示)',
  blacklisted: '岑砾防腐安装(演示)',
};
const WORKER_NAMES: Readonly<Record<WorkerStanding, string>> = {
  certified: '万里行',
  expired: '龙在田',
  disabled: '段思远',
  'not-certified': '侯启明',
  blacklisted: '石敢当',
};
const LONG_OVER = '2025-12-31';
const LONG_TO_COME = '2035-12-31';

export const demoUnit = (companyIndex: number, standing: UnitStanding): DemoUnit => ({
  // Eighteen characters as GB 32100 writes them, of no registered unit.
  creditCode: `91990000DEM${String(companyIndex).padStart(3, '0')}${String(UNIT_STANDINGS.indexOf(standing) + 1).padStart(4, '0')}`,
  name: UNIT_NAMES[standing],
  licenceTo: standing === 'papers-expired' ? LONG_OVER : LONG_TO_COME,
});

export function demoWorker(companyIndex: number, standing: WorkerStanding): DemoWorker {
  const serial = WORKER_STANDINGS.indexOf(standing);
  return {
    number: `CW-${String(companyIndex).padStart(3, '0')}-${serial + 1}`,
    name: WORKER_NAMES[standing],
    unit: demoUnit(companyIndex, 'filed').creditCode,
    // Older than anybody of the park, so that nobody has the same.
    idNumber: identityNumber('1960-05-06', companyIndex * 10 + serial, false),
    validTo: standing === 'expired' ? LONG_OVER : LONG_TO_COME,
  };
}

/** Of a register, as its store keeps it but for what is sealed: ID numbers stand in clear under `idNumber`. */
export interface ContractorRow {
  readonly companyCode: string;
  readonly key: string;
  readonly state: string | null;
  readonly values: Readonly<Record<string, string | null>>;
}

const UNIT_STATES: Readonly<Record<UnitStanding, string>> = {
  filed: 'filed',
  'papers-expired': 'filed',
  'not-filed': 'confirmed',
  blacklisted: 'blacklisted',
};
const ADMISSION_STATES: Readonly<Record<WorkerStanding, string>> = {
  certified: 'certified',
  expired: 'certified',
  disabled: 'disabled',
  'not-certified': 'confirmed',
  blacklisted: 'blacklisted',
};

/** By register, in the order in which their rows name each other. */
export function contractorRows({ plan }: Pick<DemoPark, 'plan'>) {
  const of = (rowsOf: (company: CompanyPlan) => Omit<ContractorRow, 'companyCode'>[]): ContractorRow[] =>
    plan.companies.flatMap((company) => rowsOf(company).map((row) => ({ companyCode: company.code, ...row })));
  const contractOf = (companyIndex: number): string => `HT-${String(companyIndex).padStart(3, '0')}`;
  return {
    'contractor-units': of(({ index }) =>
      UNIT_STANDINGS.map((standing) => {
        const { creditCode, name, licenceTo } = demoUnit(index, standing);
        const values = { creditCode, name, kind: 'maintenance', safetyLicenceTo: licenceTo, contact: '演示联系人' };
        return { key: creditCode, state: UNIT_STATES[standing], values };
      }),
    ),
    'contractor-people': of(({ index }) =>
      WORKER_STANDINGS.map((standing) => {
        const { number, name, unit, idNumber } = demoWorker(index, standing);
        return { key: number, state: null, values: { number, name, unit, idNumber, duty: 'worker', personId: number } };
      }),
    ),
    'contractor-contracts': of(({ index, name }) => {
      const number = contractOf(index);
      const { creditCode: unit } = demoUnit(index, 'filed');
      const dates = { startsOn: '2025-01-01', endsOn: LONG_TO_COME };
      const values = {
        number,
        name: '年度检维修(演示)',
        unit,
        ...dates,
        site: name.zh,
        scope: '装置检维修',
        leader: '万里行',
      };
      return [{ key: number, state: 'active', values }];
    }),
    'contractor-admissions': of(({ index }) =>
      WORKER_STANDINGS.map((standing) => {
        const { number: person, unit, validTo } = demoWorker(index, standing);
        const number = `ZR-${person}`;
        const values = { number, unit, person, contract: contractOf(index), validFrom: '2025-01-01', validTo };
        return { key: number, state: ADMISSION_STATES[standing], values };
      }),
    ),
  } satisfies Record<string, ContractorRow[]>;
}
