/**
 * The loop of role `quality`: follows the log from its head, feeds the coordinate watch and the score cards, and says every
 * minute what it finds. Nobody waits for it and it holds nothing up: it is no registered reader, and where the log was trimmed before it
 * came by, it goes on with what is there. Ports only; roles/quality.ts wires Redis and PostgreSQL.
 */

import { type CoordinateFinding, CoordinateWatch } from '../alarms/coordinate-watch.ts';
import { type HourTally, ScoreTally } from '../alarms/score-card.ts';
import { type Clock, isOver } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { pause } from '../core/pause.ts';
import type { Projection } from '../geo/projection.ts';
import { type AreaRecord, ENTRY_KIND, type LogEntry } from '../stream/protocol/entry.ts';
import { decodeEntry } from '../stream/protocol/entry-codec.ts';
import type { LogReader } from '../stream/protocol/log.ts';
import type { OpsAlarms } from '../stream/protocol/ops-alarms.ts';

export const JUDGE_EVERY_MS = 60_000;
const READ_LIMIT = 256;
const READ_WAIT_MS = 1_000;
const RETRY_MS = 1_000;

/** Kinds of entries that are decoded. */
const LOOKED_AT: ReadonlySet<number> = new Set([
  ENTRY_KIND.fixes,
  ENTRY_KIND.areas,
  ENTRY_KIND.persons,
  ENTRY_KIND.personAlarms,
  ENTRY_KIND.areaAlarms,
  ENTRY_KIND.sensorReadings,
]);

/** What a record of an alarm tells of happened when it last changed, or when it was raised. */
const changedAtOf = (record: {
  readonly raisedAtMs: number;
  readonly endedAtMs: number | null;
  readonly updatedAtMs: number | null;
}): number => record.updatedAtMs ?? record.endedAtMs ?? record.raisedAtMs;

export interface QualityOptions {
  readonly projection: Projection;
  readonly home: { readonly lng: number; readonly lat: number };
  readonly reader: LogReader;
  readonly opsAlarms: OpsAlarms;
  /** Areas that stand as this begins. Throws while nobody can tell. */
  readonly readAreas: () => Promise<readonly AreaRecord[]>;
  /** LATITUDEs that the front door refused since it was last asked, oldest first. */
  readonly refusedLatitudes: () => Promise<
    readonly { readonly companyCode: string; readonly latitude: number; readonly atMs: number }[]
  >;
  /** Keeps what holds now. */
  readonly keep: (findings: readonly CoordinateFinding[], atMs: number) => Promise<void>;
  /** Adds what was counted since the last time. */
  readonly addHours: (tallies: readonly HourTally[]) => Promise<void>;
  /** Brings the online rates up to date. */
  readonly rollMinutes: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a read waits for news; default 1 s. */
  readonly readWaitMs?: number;
}

export class Quality {
  readonly #o: QualityOptions;
  readonly #watch: CoordinateWatch;
  readonly #tally = new ScoreTally();
  /** Counted and not kept yet. */
  #unkept: HourTally[] = [];
  #nextSeq = 0;
  #hasAreas = false;
  #judgedAtMs: number;
  /** Subjects of the ops alarms that stand because of us. */
  #standing = new Set<string>();

  constructor(options: QualityOptions) {
    this.#o = options;
    this.#watch = new CoordinateWatch(options.projection, options.home);
    this.#judgedAtMs = options.clock.nowMs();
  }

  /** Until `signal` aborts. Waits out whatever does not answer. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.round();
      } catch (error) {
        const isPassing = error instanceof AppError && error.retryable;
        this.#o.logger[isPassing ? 'warn' : 'error']('quality-waits', { error });
        await pause(RETRY_MS, signal);
      }
    }
  }

  /** One read of the log and, once a minute, a judgement. */
  async round(): Promise<void> {
    const { reader, clock } = this.#o;
    if (this.#nextSeq === 0) this.#nextSeq = (await reader.head()).seq + 1;
    await this.#learnAreas();
    await this.#read();
    const nowMs = clock.nowMs();
    if (isOver(this.#judgedAtMs, JUDGE_EVERY_MS, nowMs)) {
      this.#judgedAtMs = nowMs;
      await this.#judge(nowMs);
    }
  }

  async #learnAreas(): Promise<void> {
    if (this.#hasAreas) return;
    try {
      for (const area of await this.#o.readAreas()) this.#watch.takeArea(area);
      this.#hasAreas = true;
    } catch (error) {
      this.#o.logger.debug('areas-not-known-yet', { error });
    }
  }

  async #read(): Promise<void> {
    const { reader } = this.#o;
    try {
      const raws = await reader.read(this.#nextSeq, READ_LIMIT, this.#o.readWaitMs ?? READ_WAIT_MS);
      for (const raw of raws) {
        this.#nextSeq = raw.seq + 1;
        if (LOOKED_AT.has(raw.kind)) this.#take(raw);
      }
    } catch (error) {
      const isOver = error instanceof AppError && (error.code === 'LOG_GAP' || error.code === 'LOG_EPOCH_CHANGED');
      if (!isOver) throw error;
      await reader.close();
      this.#nextSeq = (await reader.head()).seq + 1;
    }
  }

  #take(raw: Parameters<typeof decodeEntry>[0]): void {
    let entry: ReturnType<typeof decodeEntry>;
    try {
      entry = decodeEntry(raw);
    } catch {
      return; // Watch and store set it aside.
    }
    if (entry.kind === 'fixes') this.#watch.takeFixes(entry.body, entry.receivedAtMs);
    else if (entry.kind === 'areas') for (const record of entry.body.records) this.#watch.takeArea(record);
    this.#score(entry);
  }

  #score(entry: LogEntry): void {
    if (!('origin' in entry.body) || entry.body.origin.stage === 'joint' || entry.body.origin.again !== undefined)
      return;
    const { companyCode } = entry.body.origin;
    const { receivedAtMs } = entry;
    const tally = this.#tally;
    if (entry.kind === 'fixes') tally.takeFixes(entry.body, receivedAtMs);
    else if (entry.kind === 'persons') tally.takePersons(companyCode, entry.body.records, receivedAtMs);
    else if (entry.kind === 'personAlarms') {
      tally.takeObserved(companyCode, 'person-alarms', entry.body.records.map(changedAtOf), receivedAtMs);
    } else if (entry.kind === 'areaAlarms') {
      tally.takeObserved(companyCode, 'area-alarms', entry.body.records.map(changedAtOf), receivedAtMs);
    } else if (entry.kind === 'sensorReadings') {
      const collected = entry.body.records.map((record) => record.collectedAtMs);
      tally.takeObserved(companyCode, 'sensors', collected, receivedAtMs);
    }
  }

  async #judge(nowMs: number): Promise<void> {
    const { opsAlarms, keep, refusedLatitudes, logger } = this.#o;
    for (const { companyCode, latitude, atMs } of await refusedLatitudes()) {
      this.#watch.takeRefusedLatitude(companyCode, latitude, atMs);
    }
    const findings = this.#watch.judge(nowMs);
    const standing = new Set<string>();
    for (const finding of findings) {
      const { companyCode, kind, share, looked } = finding;
      const subject = `${companyCode}/${kind}`;
      standing.add(subject);
      const detail = `${Math.round(share * 1000) / 10} % of ${looked}`;
      await opsAlarms.raise({ code: 'coordinate-finding', subject, companyCode, detail, atMs: nowMs });
      if (!this.#standing.has(subject)) logger.warn('coordinate-finding', { ...finding });
    }
    for (const alarm of await opsAlarms.list()) {
      if (alarm.code === 'coordinate-finding' && !standing.has(alarm.subject)) {
        await opsAlarms.clear(alarm.code, alarm.subject);
      }
    }
    this.#standing = standing;
    await keep(findings, nowMs);
    this.#unkept.push(...this.#tally.drain(nowMs));
    await this.#o.addHours(this.#unkept);
    this.#unkept = [];
    await this.#o.rollMinutes();
  }
}
