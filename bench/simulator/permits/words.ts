/** What the companies' systems send about jobs, in order: the day's commitments first, and what is due later when it is due. */
import { SPECIAL_WORK_CODES } from '../../../standard/special-work.ts';
import type { DemoPark } from '../../park/demo-park.ts';
import {
  activityOf,
  applicationOf,
  areaOf,
  briefingForm,
  type CrewMember,
  gasOf,
  isAnalysed,
  issueOf,
  type JobFacts,
  standingOf,
  statusOf,
  videoOf,
  type Wire,
} from './ticket.ts';
import { certificateOf, type Violation } from './violations.ts';

export interface JobBatch {
  readonly companyCode: string;
  readonly interfaceName:
    | 'areas'
    | 'persons'
    | 'commitments'
    | 'activities'
    | 'permits'
    | 'permit-videos'
    | 'permit-attachments';
  readonly records: readonly Wire[];
  /** Of an attachment: its body. */
  readonly form?: { readonly contentType: string; readonly body: Buffer };
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const GMT8_MS = 8 * 3_600_000;
/** Every so many jobs come with a file. */
const FILE_EVERY = 6;

const dayOf = (nowMs: number): string => new Date(nowMs + GMT8_MS).toISOString().slice(0, 10);

export class JobWords {
  readonly #park: DemoPark;
  #batches: JobBatch[] = [];
  #later: { readonly atMs: number; readonly facts: JobFacts }[] = [];
  /** Places declared today by company and work code: as many as were at work at once, one more for what comes. */
  #declared = new Map<string, Map<string, number>>();
  #day = '';
  #issued = 0;

  constructor(park: DemoPark) {
    this.#park = park;
  }

  take(): JobBatch[] {
    const taken = this.#batches;
    this.#batches = [];
    return taken;
  }

  /** The commitments of a new day, and what is due. */
  step(nowMs: number): void {
    if (dayOf(nowMs) !== this.#day) {
      this.#day = dayOf(nowMs);
      for (const { code } of this.#park.plan.companies) this.#commit(code, nowMs);
      this.#coverAreas(nowMs);
    }
    for (const due of this.#later.filter(({ atMs }) => atMs <= nowMs)) {
      this.accept(due.facts, false, nowMs);
      this.#later.splice(this.#later.indexOf(due), 1);
    }
  }

  /** The company's commitment names the work before it begins. */
  declare({ companyCode, workCode }: JobFacts, isDeclared: boolean, nowMs: number): void {
    if (!isDeclared || workCode === '90') return;
    const places = this.#declared.get(companyCode) ?? new Map<string, number>();
    this.#declared.set(companyCode, places);
    if (places.get(workCode) === PLACES) return;
    places.set(workCode, PLACES);
    this.#commit(companyCode, nowMs);
  }

  /** One place of a kind that the company has no work of today; null: it has of all. */
  declareOnly(companyCode: string, nowMs: number): string | null {
    const places = this.#declared.get(companyCode) ?? new Map<string, number>();
    const code = Object.values(SPECIAL_WORK_CODES).findLast((one) => !places.has(one)) ?? null;
    if (code === null) return null;
    this.#declared.set(companyCode, places.set(code, 1));
    this.#commit(companyCode, nowMs);
    return code;
  }
  /** Unless work of the kind has begun since. */
  takeBack(companyCode: string, code: string, nowMs: number): void {
    const places = this.#declared.get(companyCode);
    if (places?.get(code) !== 1) return;
    places.delete(code);
    this.#commit(companyCode, nowMs);
  }

  /** The area of the job, or its end. */
  draw(facts: JobFacts, isGone: boolean, nowMs: number): void {
    if (facts.drawn !== null) this.#send('areas', facts.companyCode, areaOf(facts, isGone, nowMs));
  }

  /** The certificate that the permit will name, as that person's. */
  certify(facts: JobFacts, person: number, kind: 'expired' | 'of-another', nowMs: number): void {
    const VALID_TO = dayOf(nowMs + (kind === 'expired' ? -30 : 365) * DAY_MS);
    const certificate = { NAME: '焊接与热切割作业', NUMBER: certificateOf(facts), VALID_TO };
    const { record } = this.#park.people[person]!;
    this.#send('persons', facts.companyCode, { ...record, CERTIFICATES: [certificate] });
  }

  apply(facts: JobFacts, nowMs: number): void {
    this.#send('activities', facts.companyCode, activityOf(facts, nowMs));
    this.#permit(applicationOf(facts, nowMs));
  }
  analyse(facts: JobFacts, nowMs: number): void {
    this.#permit(gasOf(facts, nowMs));
  }
  issue(facts: JobFacts, violation: Violation | null, elsewhere: CrewMember | null, nowMs: number): void {
    const signer = elsewhere === null ? facts : { ...facts, approver: elsewhere };
    this.#permit({ ...issueOf(signer, nowMs), ...violation?.ticket?.(facts, nowMs) });
    this.#video(facts, violation, nowMs);
    this.#issued++;
    if (this.#issued % FILE_EVERY !== 1) return;
    const { companyCode } = facts;
    this.#batches.push({ companyCode, interfaceName: 'permit-attachments', records: [{}], form: briefingForm(facts) });
  }
  start(facts: JobFacts, nowMs: number): void {
    this.#permit(statusOf(facts, '2', nowMs, { ACTUAL_START_TIME: nowMs }));
  }
  pause(facts: JobFacts, nowMs: number): void {
    this.#permit(statusOf(facts, '6', nowMs));
  }
  goOn(facts: JobFacts, nowMs: number): void {
    this.#permit(statusOf(facts, '2', nowMs));
  }
  finish(facts: JobFacts, isDone: boolean, nowMs: number): void {
    if (isDone) this.#permit(statusOf(facts, '2', nowMs, { ACTUAL_END_TIME: nowMs }));
  }
  /** One that broke a rule is withdrawn. */
  accept(facts: JobFacts, isDone: boolean, nowMs: number): void {
    const accepted = { CHECKED_TIME: nowMs, CHECKED_PERSON: facts.approver.name };
    this.#permit(isDone ? statusOf(facts, '3', nowMs, accepted) : statusOf(facts, '5', nowMs));
  }
  endLater(facts: JobFacts, atMs: number): void {
    this.#later.push({ atMs, facts });
  }

  /** A job that is under way when the park hears of it first. */
  tellPast(facts: JobFacts, violation: Violation, nowMs: number): void {
    const { begunMs = 0, ticket, gasAgoMs, statuses = [] } = violation;
    const begunAtMs = nowMs - begunMs;
    const issuedAtMs = begunAtMs - MINUTE_MS;
    if (violation.hasActivity !== false) this.#send('activities', facts.companyCode, activityOf(facts, issuedAtMs));
    const whole = { ...applicationOf(facts, issuedAtMs), ...issueOf(facts, issuedAtMs), ...ticket?.(facts, nowMs) };
    const analyses = gasAgoMs ?? (isAnalysed(facts.workCode) ? [begunMs + 2 * MINUTE_MS] : []);
    const gas = analyses.map((agoMs) => gasOf(facts, nowMs - agoMs));
    const isApplied = (whole as Wire)['TICKET_STATUS'] === '0';
    const start = isApplied ? [] : [statusOf(facts, '2', begunAtMs, { ACTUAL_START_TIME: begunAtMs })];
    const after = statuses.map(([agoMs, status, more]) => statusOf(facts, status, nowMs - agoMs, more));
    for (const word of [...gas, whole, ...start, ...after]) this.#permit(word);
    this.#video(facts, violation, nowMs);
  }

  /** Crews of the park's own maintenance areas have permits too. */
  #coverAreas(nowMs: number): void {
    for (const { kind, companyIndex, record } of this.#park.areas) {
      if (kind !== 'WORK') continue;
      const { code, name } = this.#park.plan.companies[companyIndex]!;
      const area = { id: record.ID, name: record.ZONE_NAME };
      this.#permit(standingOf({ code, name: name.zh }, area, nowMs));
    }
  }

  #video(facts: JobFacts, violation: Violation | null, nowMs: number): void {
    if (violation?.hasVideo !== false) this.#send('permit-videos', facts.companyCode, videoOf(facts, nowMs));
  }

  #permit(record: Wire): void {
    this.#send('permits', String(record['COMPANY_CODE']), record);
  }

  #commit(companyCode: string, nowMs: number): void {
    const places = [...(this.#declared.get(companyCode) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#send('commitments', companyCode, {
      COMPANY_CODE: companyCode,
      COMMIT_DATE: this.#day,
      UNITS_TOTAL: 3,
      UNITS_RUNNING: 3,
      UNITS_STOPPED: 0,
      UNITS_REPAIR: 0,
      IS_TRIAL: '0',
      IS_START_STOP: '0',
      HAS_CONTRACTOR: '0',
      SPECIAL_WORKS: places.map(([WORK_TYPE, COUNT]) => ({ WORK_TYPE, COUNT })),
      HAZARD_SOURCES_SAFE: '1',
      RISK_GRADE: 'BLUE',
      COMMITMENT: '今日各装置安全运行，各项安全风险得到有效管控。',
      SIGNED_BY: '演示负责人',
      DELETED: '0',
      UPDATE_DATE: nowMs,
    });
  }

  #send(interfaceName: JobBatch['interfaceName'], companyCode: string, record: Wire): void {
    const last = this.#batches.at(-1);
    if (last?.interfaceName === interfaceName && last.companyCode === companyCode && last.form === undefined) {
      this.#batches[this.#batches.length - 1] = { ...last, records: [...last.records, record] };
    } else {
      this.#batches.push({ companyCode, interfaceName, records: [record] });
    }
  }
}

/** Of one kind and company more than are ever at work at once. */
const PLACES = 50;
