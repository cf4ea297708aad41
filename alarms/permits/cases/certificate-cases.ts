import type { HeardCertificate, JudgeContext } from '../finding.ts';
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
/** As the conforming permit names it. */
const ABOUT = 'certificate blind-1 焊接与热切割作业';
const NONE = { certificateNames: [], certificateNumbers: [], certificateBlinds: [] };
/** Those whose workers are special operators (GB 30871-2022 4.9). */
const CERTIFIED = ['01', '02', '03', '21', '22', '23', '24', '61', '62', '63', '10'];
const OTHERS = ['70', '50', '30', '40', '90'];

const held = (change: Partial<HeardCertificate> = {}): Partial<JudgeContext> => ({
  certificate: ({ number }) => ({
    number,
    kind: '焊接与热切割作业',
    holderName: '王焊工',
    holderPersonId: null,
    validToMs: null,
    isRefuted: false,
    ...change,
  }),
});
const worker = (name: string, certificateNumber: string | null) => ({
  key: name,
  personId: null,
  name,
  creditCode: null,
  certificateName: '焊接与热切割作业',
  certificateNumber,
  certificateBlind: certificateNumber === null ? null : 'blind-2',
  fromMs: null,
  toMs: null,
});

const missing: PermitCase[] = [
  ...CERTIFIED.map((code) =>
    violating(`${code}: workers and no number`, { words: [permit(code, NONE)], nowMs: T0 }, { onsetAtMs: ISSUED }),
  ),
  ...OTHERS.map((code) => conforming(`${code}: asks for none`, { words: [permit(code, NONE)], nowMs: T0 })),
  violating(
    'rows without a number',
    { words: [permit('03', NONE, { workers: [worker('王焊工', null), worker('孙辅助', '')] })], nowMs: T0 },
    { onsetAtMs: ISSUED },
  ),
  conforming('a number in a row', {
    words: [permit('03', NONE, { workers: [worker('王焊工', 'T1'), worker('孙辅助', null)] })],
    nowMs: T0,
  }),
  boundary('issued', { words: [issued('03', NONE)], nowMs: ISSUED }, { onsetAtMs: ISSUED }),
  boundary('only applied for', { words: [{ ...issued('03', NONE), status: 'applied' }], nowMs: T0 }),
  boundary('nobody is named to work', {
    words: [permit('03', { ...NONE, workerNames: [], workerIds: [] })],
    nowMs: T0,
  }),
  boundary('sent with the next word', {
    words: [permit('03', NONE), later(SECOND, { fields: { certificateNumbers: ['T1'] } })],
    nowMs: T0 + MINUTE,
  }),
];

const LAPSES = T0 + HOUR;
const expired: PermitCase[] = [
  violating(
    'over before the issue',
    { words: [permit('03')], nowMs: T0, context: held({ validToMs: T0 - 24 * HOUR }) },
    { onsetAtMs: ISSUED, about: ABOUT },
  ),
  boundary('a second before its end', {
    words: [permit('03')],
    nowMs: LAPSES - SECOND,
    context: held({ validToMs: LAPSES }),
    againMs: LAPSES,
  }),
  boundary(
    'at its end, while the work goes on',
    { words: [permit('03')], nowMs: LAPSES, context: held({ validToMs: LAPSES }) },
    { onsetAtMs: LAPSES, about: ABOUT },
  ),
  boundary('at its end, and the work is accepted', {
    words: [permit('03'), later(MINUTE, { status: 'accepted' })],
    nowMs: LAPSES,
    context: held({ validToMs: LAPSES }),
  }),
  conforming('without an end', { words: [permit('03')], nowMs: LAPSES, context: held() }),
  conforming('a number that nobody has', { words: [permit('03')], nowMs: LAPSES }),
];

const mismatch: PermitCase[] = [
  violating(
    'held by somebody else',
    { words: [permit('03')], nowMs: T0, context: held({ holderName: '周电工' }) },
    { onsetAtMs: ISSUED, about: ABOUT },
  ),
  violating(
    'in the row of somebody else, though its holder is on the permit',
    {
      words: [permit('03', NONE, { workers: [worker('王焊工', null), worker('孙辅助', 'T1')] })],
      nowMs: T0,
      context: held(),
    },
    { onsetAtMs: ISSUED, about: 'certificate blind-2 焊接与热切割作业' },
  ),
  violating(
    'his own, and found not to be genuine',
    { words: [permit('03')], nowMs: T0, context: held({ isRefuted: true }) },
    { onsetAtMs: ISSUED, about: ABOUT },
  ),
  conforming('held by a worker of the permit', { words: [permit('03')], nowMs: T0, context: held() }),
  conforming('a number that nobody has', { words: [permit('03')], nowMs: T0 }),
  boundary('blanks in the name', { words: [permit('03')], nowMs: T0, context: held({ holderName: '王 焊工' }) }),
  boundary('another name under the PERSON_ID of the row', {
    words: [permit('03', NONE, { workers: [{ ...worker('王师傅', 'T1'), personId: 'w1' }] })],
    nowMs: T0,
    context: held({ holderPersonId: 'w1' }),
  }),
  boundary('nobody says whose it is', { words: [permit('03')], nowMs: T0, context: held({ holderName: '' }) }),
];

const CLAUSE = 'AQ 3064.2-2025 5.9.7；GB 30871-2022 4.9';
export const CERTIFICATE_CASES: readonly JudgedCases[] = [
  { rule: 'certificate-missing', code: '50', clause: CLAUSE, cases: missing },
  { rule: 'certificate-expired', code: '51', clause: CLAUSE, cases: expired },
  { rule: 'certificate-mismatch', code: '52', clause: CLAUSE, cases: mismatch },
];
