/**
 * The people of the demonstration park: who they are, what they do, and where their day takes place. Person k is the
 * same whatever the number of people, so a bigger park keeps everyone of a smaller one.
 */
import { createRandom, type Random } from '../random.ts';
import type { CellKind } from './cells.ts';
import { CONTRACTOR_NAMES, GIVEN_FEMALE, GIVEN_MALE, SURNAMES } from './names.ts';
import type { CompanyPlan, SitePlan } from './site-plan.ts';
import type { PersonVendorRecord } from './vendor-records.ts';

export type Habit = 'operator' | 'patrol' | 'office' | 'guard' | 'driver' | 'crew' | 'visitor';

export interface DemoPerson {
  /** Index over the whole park. */
  readonly index: number;
  readonly personId: string;
  readonly cardNo: string;
  readonly companyIndex: number;
  readonly type: 'staff' | 'contractor' | 'visitor';
  readonly habit: Habit;
  /** Indices of the places of the company where this person works. */
  readonly workPlaces: readonly number[];
  /** Stays in a binding area for good (set by areas.ts). */
  readonly bound: boolean;
  readonly record: PersonVendorRecord;
}

interface Job {
  readonly post: string;
  readonly department: string;
  readonly habit: Habit;
  readonly weight: number;
}

const STAFF_JOBS: readonly Job[] = [
  { post: '外操', department: '生产运行部', habit: 'operator', weight: 0.36 },
  { post: '内操', department: '生产运行部', habit: 'office', weight: 0.08 },
  { post: '班长', department: '生产运行部', habit: 'patrol', weight: 0.05 },
  { post: '设备维修工', department: '设备管理部', habit: 'patrol', weight: 0.12 },
  { post: '仪表工', department: '设备管理部', habit: 'patrol', weight: 0.06 },
  { post: '化验员', department: '质量检验部', habit: 'office', weight: 0.06 },
  { post: '安全员', department: '安全环保部', habit: 'patrol', weight: 0.04 },
  { post: '仓储管理员', department: '储运部', habit: 'operator', weight: 0.06 },
  { post: '叉车司机', department: '储运部', habit: 'driver', weight: 0.03 },
  { post: '门卫', department: '保卫部', habit: 'guard', weight: 0.02 },
  { post: '工程师', department: '技术中心', habit: 'office', weight: 0.07 },
  { post: '行政专员', department: '综合管理部', habit: 'office', weight: 0.05 },
];
const CONTRACTOR_JOBS: readonly Job[] = [
  { post: '检修钳工', department: '检修项目部', habit: 'crew', weight: 0.34 },
  { post: '架子工', department: '检修项目部', habit: 'crew', weight: 0.18 },
  { post: '电焊工', department: '检修项目部', habit: 'crew', weight: 0.18 },
  { post: '防腐工', department: '检修项目部', habit: 'crew', weight: 0.12 },
  { post: '保洁员', department: '后勤服务部', habit: 'patrol', weight: 0.08 },
  { post: '危货运输司机', department: '运输队', habit: 'driver', weight: 0.1 },
];
const VISITOR_JOBS: readonly Job[] = [
  { post: '参观人员', department: '外来访客', habit: 'visitor', weight: 0.6 },
  { post: '供应商代表', department: '外来访客', habit: 'visitor', weight: 0.4 },
];

const UNIT_KINDS: readonly CellKind[] = ['process', 'tankFarm', 'sphereFarm', 'warehouse', 'utility'];

export function createPeople(plan: SitePlan, count: number): DemoPerson[] {
  const weights = plan.companies.map((c) => ((c.rect.u1 - c.rect.u0) * (c.rect.v1 - c.rect.v0)) ** 0.8);
  const total = weights.reduce((a, b) => a + b, 0);
  const serials = new Array<number>(plan.companies.length).fill(0);
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(Math.imul(plan.seed + 1, 7_919) + index * 104_729);
    let at = random() * total;
    let companyIndex = 0;
    while (companyIndex < weights.length - 1 && at >= weights[companyIndex]!) at -= weights[companyIndex++]!;
    serials[companyIndex]!++;
    return createPerson(index, plan.companies[companyIndex]!, serials[companyIndex]!, random);
  });
}

function createPerson(index: number, company: CompanyPlan, serial: number, random: Random): DemoPerson {
  const share = random();
  const type = share < 0.75 ? 'staff' : share < 0.95 ? 'contractor' : 'visitor';
  const job = pickJob(type === 'staff' ? STAFF_JOBS : type === 'contractor' ? CONTRACTOR_JOBS : VISITOR_JOBS, random());
  const female = random() < 0.24;
  const year = 1966 + Math.floor(random() * 38);
  const birthday = `${year}-${two(1 + Math.floor(random() * 12))}-${two(1 + Math.floor(random() * 28))}`;
  const personId = `90000000-0000-4000-8${String(company.index).padStart(3, '0')}-${String(serial).padStart(12, '0')}`;
  const cardNo = `${String(900_000 + company.index).slice(1)}${String(serial).padStart(5, '0')}`;
  const contractor = CONTRACTOR_NAMES[Math.floor(random() * CONTRACTOR_NAMES.length)]!;
  const record: PersonVendorRecord = {
    ID: personId,
    COMPANY_CODE: company.code,
    COMPANY_NAME: company.name.zh,
    PERSON_NAME: personName(random, female),
    IDENTIFY_NUM: identityNumber(birthday, index, female),
    PERSON_TYPE: type === 'staff' ? '01' : type === 'contractor' ? '02' : '03',
    BIRTHDAY: birthday,
    GENDER: female ? '0' : '1',
    POSITION_NAME: job.post,
    MOBILE_NUMBER: `1990000${String(index % 10_000).padStart(4, '0')}`,
    AFFILIATED_DEPARTMENT: type === 'contractor' ? `${contractor.zh}${job.department}` : job.department,
    DELETED: '0',
    CARD_NO: cardNo,
    ...(type === 'contractor' ? { CONTRACTOR_CODE: contractor.code } : {}),
  };
  const workPlaces = pickWorkPlaces(company, job.habit, random);
  return {
    index,
    personId,
    cardNo,
    companyIndex: company.index,
    type,
    habit: job.habit,
    workPlaces,
    bound: false,
    record,
  };
}

function pickJob(jobs: readonly Job[], at: number): Job {
  let sum = 0;
  for (const job of jobs) {
    sum += job.weight;
    if (at < sum) return job;
  }
  return jobs[0]!;
}

function pickWorkPlaces(company: CompanyPlan, habit: Habit, random: Random): number[] {
  const units = company.places.filter((p) => UNIT_KINDS.includes(p.kind) && p.zones.length > 0).map((p) => p.index);
  const rooms = company.places.filter((p) => p.kind === 'office' || p.kind === 'control').map((p) => p.index);
  const one = (from: readonly number[]): number => from[Math.floor(random() * from.length)] ?? rooms[0]!;
  switch (habit) {
    case 'operator':
    case 'crew':
      return [one(units)];
    case 'patrol':
      return units;
    case 'office':
      return [one(rooms)];
    case 'guard':
      return [company.places.find((p) => p.kind === 'parking')?.index ?? rooms[0]!];
    case 'driver':
      return [one(units), one(units)];
    case 'visitor':
      return [one(rooms), one(units)];
  }
}

const two = (n: number): string => String(n).padStart(2, '0');

function personName(random: Random, female: boolean): string {
  const surname = [...SURNAMES][Math.floor(random() * SURNAMES.length)]!;
  const pool = [...(female ? GIVEN_FEMALE : GIVEN_MALE)];
  const first = pool[Math.floor(random() * pool.length)]!;
  return random() < 0.25 ? surname + first : surname + first + pool[Math.floor(random() * pool.length)]!;
}

/** Eighteen characters with the right check digit (GB 11643) behind region 990000, which was never given out. */
export function identityNumber(birthday: string, index: number, female: boolean): string {
  const order = (index * 2 + (female ? 0 : 1)) % 1_000;
  const body = `990000${birthday.replaceAll('-', '')}${String(order).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(body[i]), 0);
  return body + '10X98765432'[sum % 11]!;
}
