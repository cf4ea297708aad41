import type { HeardUnit, HeardWorker, JudgeContext, JudgedPerson } from '../finding.ts';
import {
  boundary,
  conforming,
  HOUR,
  issued,
  type JudgedCases,
  later,
  MINUTE,
  type PermitCase,
  permit,
  SECOND,
  T0,
  violating,
} from './permit-case.ts';

const ISSUED = T0 - 10 * MINUTE;
const CODE = '91310000MA1FL0000X';
const BY_CONTRACTOR = { isContractorWork: true, creditCodes: [CODE], units: ['示例检维修有限公司'] };
const work = () => permit('03', BY_CONTRACTOR);
const UNIT: HeardUnit = {
  creditCode: CODE,
  name: '示例检维修有限公司',
  isFiled: true,
  state: 'filed',
  validToMs: null,
  isBlacklisted: false,
};
const WORKER: HeardWorker = {
  name: '王焊工',
  number: 'CP-1',
  creditCode: CODE,
  isCertified: true,
  state: 'certified',
  validFromMs: null,
  validToMs: null,
  isBlacklisted: false,
  admittedAt: [],
};
const PERSON: JudgedPerson = {
  role: 'worker',
  name: '王焊工',
  companyCode: null,
  personId: null,
  match: 'none',
  onDuty: false,
  saidName: '王焊工',
  saidId: null,
  type: null,
};
const world = (unit: Partial<HeardUnit> | null, worker: Partial<HeardWorker> | null = {}): Partial<JudgeContext> => ({
  people: [PERSON],
  unit: () => (unit === null ? undefined : { ...UNIT, ...unit }),
  unitByName: () => (unit === null ? undefined : { ...UNIT, ...unit }),
  worker: () => (worker === null ? undefined : { ...WORKER, ...worker }),
});

const ENDS = T0 + HOUR;
const unitAbout = `unit ${CODE}`;
const units: PermitCase[] = [
  violating(
    'not filed with the park',
    { words: [work()], nowMs: T0, context: world({ isFiled: false, state: 'confirmed' }) },
    { onsetAtMs: ISSUED, about: unitAbout, level: 3 },
  ),
  violating(
    'disabled',
    { words: [work()], nowMs: T0, context: world({ isFiled: false, state: 'disabled' }) },
    { onsetAtMs: ISSUED, about: unitAbout, level: 2 },
  ),
  violating(
    'blacklisted',
    { words: [work()], nowMs: T0, context: world({ isFiled: false, state: 'blacklisted', isBlacklisted: true }) },
    { onsetAtMs: ISSUED, about: unitAbout, level: 1 },
  ),
  violating(
    'already while it is applied for',
    {
      words: [{ ...issued('03', BY_CONTRACTOR), status: 'applied' }],
      nowMs: T0,
      context: world({ isFiled: false, state: 'disabled' }),
    },
    { onsetAtMs: ISSUED, about: unitAbout, level: 2 },
  ),
  violating(
    'nobody says that contractors work, and the unit that is named is known as one',
    {
      words: [permit('03', { ...BY_CONTRACTOR, isContractorWork: null })],
      nowMs: T0,
      context: world({ isFiled: false, state: 'disabled' }),
    },
    { onsetAtMs: ISSUED, about: unitAbout, level: 2 },
  ),
  boundary('a second before its papers are over', {
    words: [work()],
    nowMs: ENDS - SECOND,
    context: world({ validToMs: ENDS }),
    againMs: ENDS,
  }),
  boundary(
    'when its papers are over, while the work goes on',
    { words: [work()], nowMs: ENDS, context: world({ validToMs: ENDS }) },
    { onsetAtMs: ENDS, about: unitAbout, level: 2 },
  ),
  conforming('filed', { words: [work()], nowMs: T0, context: world({}) }),
  conforming('filed, found by its name', {
    words: [permit('03', { ...BY_CONTRACTOR, creditCodes: [] })],
    nowMs: T0,
    context: world({}),
  }),
  conforming('no work of contractors', { words: [permit('03')], nowMs: T0, context: world({ state: 'disabled' }) }),
  conforming('accepted', {
    words: [work(), later(MINUTE, { status: 'accepted' })],
    nowMs: T0 + HOUR,
    context: world({ isFiled: false, state: 'disabled' }),
  }),
];

const workerAbout = 'worker CP-1';
const worker = (change: Partial<HeardWorker>) => world({}, { isCertified: false, ...change });
const workers: PermitCase[] = [
  violating(
    'no admission',
    { words: [work()], nowMs: T0, context: worker({ state: 'none' }) },
    { onsetAtMs: ISSUED, about: workerAbout, level: 2 },
  ),
  violating(
    'admitted at another company alone',
    { words: [work()], nowMs: T0, context: worker({ state: 'none', admittedAt: ['913100002'] }) },
    { onsetAtMs: ISSUED, about: workerAbout, level: 2 },
  ),
  ...(['applied', 'confirmed'] as const).map((state) =>
    violating(
      `${state}, and not certified`,
      { words: [work()], nowMs: T0, context: worker({ state }) },
      { onsetAtMs: ISSUED, about: workerAbout, level: 3 },
    ),
  ),
  violating(
    'disabled',
    { words: [work()], nowMs: T0, context: worker({ state: 'disabled' }) },
    { onsetAtMs: ISSUED, about: workerAbout, level: 2 },
  ),
  violating(
    'blacklisted, though certified here',
    { words: [work()], nowMs: T0, context: world({}, { isBlacklisted: true }) },
    { onsetAtMs: ISSUED, about: workerAbout, level: 1 },
  ),
  violating(
    'on a permit that says that no contractor works',
    { words: [permit('03')], nowMs: T0, context: worker({ state: 'none' }) },
    { onsetAtMs: ISSUED, about: workerAbout, level: 2 },
  ),
  boundary('a second before his admission ends', {
    words: [work()],
    nowMs: ENDS - SECOND,
    context: world({}, { validToMs: ENDS }),
    againMs: ENDS,
  }),
  boundary(
    'when his admission ends, while the work goes on',
    { words: [work()], nowMs: ENDS, context: worker({ state: 'expired', validToMs: ENDS }) },
    { onsetAtMs: ENDS, about: workerAbout, level: 2 },
  ),
  boundary(
    'before his admission begins',
    { words: [work()], nowMs: T0, context: worker({ state: 'certified', validFromMs: ENDS }), againMs: ENDS },
    { onsetAtMs: ISSUED, about: workerAbout, level: 3 },
  ),
  boundary(
    'on it twice, as worker and as guardian',
    {
      words: [work()],
      nowMs: T0,
      context: { ...worker({ state: 'none' }), people: [PERSON, { ...PERSON, role: 'guardian' }] },
    },
    { onsetAtMs: ISSUED, about: workerAbout, level: 2 },
  ),
  conforming('certified', { words: [work()], nowMs: T0, context: world({}) }),
  conforming('own staff of the same name', {
    words: [work()],
    nowMs: T0,
    context: { ...worker({ state: 'none' }), people: [{ ...PERSON, match: 'id', type: 'staff' }] },
  }),
  conforming('who is responsible is no worker', {
    words: [work()],
    nowMs: T0,
    context: { ...worker({ state: 'none' }), people: [{ ...PERSON, role: 'responsible' }] },
  }),
];

const people = (...list: readonly Partial<JudgedPerson>[]): Partial<JudgeContext> => ({
  ...world({}, null),
  people: list.map((one) => ({ ...PERSON, ...one })),
});
const unknown: PermitCase[] = [
  violating(
    'a unit that is not in the register',
    { words: [work()], nowMs: T0, context: world(null) },
    { onsetAtMs: ISSUED, about: `unit ${CODE}`, level: 3 },
  ),
  violating(
    'a unit by a name that the register does not have',
    { words: [permit('03', { ...BY_CONTRACTOR, creditCodes: [] })], nowMs: T0, context: world(null) },
    { onsetAtMs: ISSUED, about: 'unit 示例检维修有限公司', level: 3 },
  ),
  violating(
    'contractors, and no unit said',
    { words: [permit('03', { ...BY_CONTRACTOR, creditCodes: [], units: [] })], nowMs: T0, context: world({}) },
    { onsetAtMs: ISSUED, about: 'unit', level: 3 },
  ),
  violating(
    'several people whom nobody knows: one alarm',
    { words: [work()], nowMs: T0, context: people({}, { name: '谁', saidName: '谁', match: 'ambiguous' }) },
    { onsetAtMs: ISSUED, about: 'people', level: 3 },
  ),
  violating(
    'of the company’s own work a level lower',
    { words: [permit('03')], nowMs: T0, context: people({}) },
    { onsetAtMs: ISSUED, about: 'people', level: 4 },
  ),
  violating(
    'known by the positioning interface as a contractor, and to no register',
    { words: [permit('03')], nowMs: T0, context: people({ match: 'id', type: 'contractor' }) },
    { onsetAtMs: ISSUED, about: 'people', level: 4 },
  ),
  violating(
    'special work that goes on and names no guardian',
    { words: [permit('03', { guardianNames: [] }, { guardians: [] })], nowMs: T0 },
    { onsetAtMs: ISSUED, about: 'guardian', level: 3 },
  ),
  boundary('a guardian may still be named before the work begins', {
    words: [issued('03', { guardianNames: [] }, { guardians: [] })],
    nowMs: T0,
  }),
  conforming('general work needs no guardian', {
    words: [permit('90', { guardianNames: [] }, { guardians: [] })],
    nowMs: T0,
  }),
  boundary('not issued: the unit may still be said', {
    words: [{ ...issued('03', { ...BY_CONTRACTOR, creditCodes: [], units: [] }), status: 'applied' }],
    nowMs: T0,
    context: world({}),
  }),
  boundary('a visitor found by his id on the company’s own work', {
    words: [permit('03')],
    nowMs: T0,
    context: people({ match: 'id', type: 'visitor' }),
  }),
  boundary('nobody says that contractors work, and the unit is a department', {
    words: [permit('03', { isContractorWork: null, units: ['检修部'] })],
    nowMs: T0,
    context: world(null),
  }),
  conforming('own staff', { words: [permit('03')], nowMs: T0, context: people({ match: 'id', type: 'staff' }) }),
  conforming('everybody is known', { words: [work()], nowMs: T0, context: world({}) }),
];

const CLAUSE = 'AQ 3064.2-2025 7.2；T/CCSAS 014-2022';
export const CONTRACTOR_CASES: readonly JudgedCases[] = [
  { rule: 'contractor-not-certified', code: 'L80', clause: CLAUSE, cases: units },
  { rule: 'worker-not-certified', code: 'L81', clause: CLAUSE, cases: workers },
  { rule: 'not-identifiable', code: 'L82', clause: 'AQ 3064.2-2025 7.2', cases: unknown },
];
