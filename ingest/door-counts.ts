/**
 * What the front door saw that is in no entry, for the ledger: answers, refusals of whole requests, records of batches of
 * which none was accepted. Once a second, while there is something to say, it becomes an entry of its own. A report that
 * the log did not confirm is sent again as it was, under its number, before the next is made; so it counts once.
 * Lines are per company and interface, never per app id: no stranger makes them grow.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { type DoorCountLine, ENTRY_KIND } from '../stream/protocol/entry.ts';
import { encodeBody } from '../stream/protocol/entry-codec.ts';
import type { LogAppender, NewEntry } from '../stream/protocol/log.ts';
import type { InterfaceName } from './ports.ts';

export interface DoorCountsOptions {
  readonly log: LogAppender;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of this process's life; random when left out. */
  readonly doorId?: string;
}

const REPORT_EVERY_MS = 1_000;
/** At the end: what is under way, what it left, and once more. */
const LAST_REPORTS = 3;
const CLOSE_LIMIT_MS = 2_000;

type Line = { -readonly [Field in keyof DoorCountLine]: DoorCountLine[Field] } & {
  refusedRequests: Record<string, number>;
};

/** '' where no route was met. */
export type CountedInterface = InterfaceName | '';

export class DoorCounts {
  readonly #options: DoorCountsOptions;
  readonly #doorId: string;
  readonly #timer: NodeJS.Timeout;
  #lines = new Map<string, Line>();
  #fromMs: number;
  #reports = 0;
  /** Made and not known to be kept. */
  #unsure: NewEntry | null = null;
  #underWay: Promise<void> | null = null;

  constructor(options: DoorCountsOptions) {
    this.#options = options;
    this.#doorId = options.doorId ?? randomUUID();
    this.#fromMs = options.clock.nowMs();
    this.#timer = setInterval(() => void this.report(), REPORT_EVERY_MS);
    this.#timer.unref();
  }

  /** Records of a batch of which nothing was accepted. */
  refuseRecords(companyCode: string, interfaceName: CountedInterface, records: number): void {
    if (records > 0) this.#line(companyCode, interfaceName).refused += records;
  }

  refuseRequest(companyCode: string, interfaceName: CountedInterface, code: ErrorCode): void {
    const { refusedRequests } = this.#line(companyCode, interfaceName);
    refusedRequests[code] = (refusedRequests[code] ?? 0) + 1;
  }

  /** Records of a batch whose answer was handed to the socket. */
  acknowledge(companyCode: string, interfaceName: CountedInterface, records: number): void {
    this.#line(companyCode, interfaceName).acknowledged += records;
  }

  /** A batch that may have been kept and that nobody was told of. */
  leaveUnanswered(companyCode: string, interfaceName: CountedInterface): void {
    this.#line(companyCode, interfaceName).unanswered++;
  }

  countAliases(companyCode: string, interfaceName: CountedInterface, aliases: number): void {
    if (aliases > 0) this.#line(companyCode, interfaceName).aliases += aliases;
  }

  /** Hands over what there is to say; never throws. */
  report(): Promise<void> {
    this.#underWay ??= this.#send().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  /** With the last report, as far as the log takes it in time. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_LIMIT_MS);
    });
    await Promise.race([this.#reportAll(), limit]);
    clearTimeout(timer);
  }

  async #reportAll(): Promise<void> {
    for (let i = 0; i < LAST_REPORTS && this.#hasMore(); i++) await this.report();
  }

  #hasMore(): boolean {
    return this.#lines.size > 0 || this.#unsure !== null;
  }

  async #send(): Promise<void> {
    if (!this.#hasMore()) return;
    const { log, logger } = this.#options;
    const isRetry = this.#unsure !== null;
    this.#unsure ??= this.#newReport();
    try {
      await log.append(this.#unsure);
      this.#unsure = null;
    } catch (error) {
      if (!isRetry) logger.warn('door-counts-not-kept', { report: this.#reports, error });
    }
  }

  #newReport(): NewEntry {
    const toMs = this.#options.clock.nowMs();
    const report = ++this.#reports;
    const doorId = this.#doorId;
    const body = encodeBody('doorCounts', {
      doorId,
      report,
      fromMs: this.#fromMs,
      toMs,
      lines: [...this.#lines.values()],
    });
    this.#lines = new Map();
    this.#fromMs = toMs;
    return { kind: ENTRY_KIND.doorCounts, receivedAtMs: toMs, body, dedupId: `${doorId}:${report}` };
  }

  #line(companyCode: string, interfaceName: CountedInterface): Line {
    const key = `${interfaceName}/${companyCode}`;
    let line = this.#lines.get(key);
    if (line === undefined) {
      const none = { refused: 0, acknowledged: 0, unanswered: 0, refusedRequests: {}, aliases: 0 };
      line = { companyCode, interfaceName, ...none };
      this.#lines.set(key, line);
    }
    return line;
  }
}
