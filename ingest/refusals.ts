/**
 * The newest refusals of each company, for the supplier to help itself: which field, what stood in it, why; for a signature
 * that did not hold, what it should have been made of. Written at most once a second, from a bounded queue in which the
 * newest win; a store that does not answer costs the list its lines, and nobody an answer.
 *
 * What the park keeps sealed is not shown here in clear, and no secret ever is.
 */
import type { ErrorCode } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Refusal } from './authenticate.ts';
import { isColumns, isRecord, type RecordSet } from './record-set.ts';
import type { Route } from './routes.ts';
import { AliasNames } from './validate/alias-names.ts';
import type { Rejection } from './validate/records.ts';

export interface NotedRefusal {
  readonly atMs: number;
  readonly appId: string;
  /** '' where no route was met. */
  readonly interfaceName: string;
  /** null: the request was refused as a whole. */
  readonly batchId: string | null;
  readonly code: ErrorCode;
  /** Place of the record, from 0. */
  readonly index: number | null;
  readonly recordId: string | null;
  readonly field: string | null;
  /** What stood in the field, as text, cut; null: nothing, or nothing that may be shown. */
  readonly value: string | null;
  readonly reason: string;
  readonly expected: NonNullable<Refusal['expected']> | null;
}

export interface KeptRefusal extends NotedRefusal {
  /** For reading on from here. */
  readonly cursor: string;
}

/** '' stands for unknown app ids. Twins: redis-refusals.ts, memory-ports.ts; both run test/contract/refusals.ts. */
export interface RefusalStore {
  /** Oldest first; keeps about the newest REFUSALS_KEPT of each company. */
  append(byCompany: ReadonlyMap<string, readonly NotedRefusal[]>): Promise<void>;
  /** Newest first, at most `limit`, those older than `before`. */
  read(companyCode: string, limit: number, before?: string): Promise<KeptRefusal[]>;
}

export const REFUSALS_KEPT = 1_000;
/** So that one bad batch does not push out all that came before it. */
export const OF_A_BATCH = 100;
/** Of one company and second. */
export const OF_A_SECOND = 300;
const WRITE_EVERY_MS = 1_000;
const VALUE_SHOWN = 200;
const TEXT_SHOWN = 2_000;
/** Sealed on receipt, or, as certificates, often holding what is. */
const MASKED_FIELDS: ReadonlySet<string> = new Set([
  'IDENTIFY_NUM',
  'MOBILE_NUMBER',
  'CERTIFICATES',
  'MAJOR_PERSON_MOBILE',
  'WORKER_CERTI_NUM',
  'GUARDIANS',
  'WORKERS',
]);

export class Refusals {
  readonly #store: RefusalStore;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #waiting = new Map<string, NotedRefusal[]>();

  constructor(store: RefusalStore, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.flush(), WRITE_EVERY_MS);
    this.#timer.unref();
  }

  /** A whole request. `companyCode`: '' for an unknown app id. */
  noteRequest(
    companyCode: string,
    request: { readonly atMs: number; readonly appId: string; readonly interfaceName: string },
    refusal: Pick<Refusal, 'code' | 'detail' | 'expected'>,
  ): void {
    const { code, detail = '', expected } = refusal;
    this.#push(companyCode, {
      ...request,
      appId: request.appId.slice(0, VALUE_SHOWN),
      ...NO_RECORD,
      code,
      reason: detail,
      expected:
        expected === undefined ? null : { ...expected, stringToSign: expected.stringToSign.slice(0, TEXT_SHOWN) },
    });
  }

  /** Records of a batch, the first OF_A_BATCH of them. */
  noteRecords(
    batch: {
      readonly companyCode: string;
      readonly atMs: number;
      readonly appId: string;
      readonly route: Route;
      readonly batchId: string;
    },
    records: RecordSet,
    rejected: readonly Rejection[],
  ): void {
    const { companyCode, atMs, appId, route, batchId } = batch;
    if (rejected.length === 0) return;
    const shownAt = rawValues(route, records);
    for (const { index, id, field, code, reason } of rejected.slice(0, OF_A_BATCH)) {
      this.#push(companyCode, {
        atMs,
        appId,
        interfaceName: route.interfaceName,
        batchId,
        code,
        index,
        recordId: id,
        field,
        value: field === null ? null : shownAt(index, field),
        reason,
        expected: null,
      });
    }
  }

  #push(companyCode: string, refusal: NotedRefusal): void {
    const lines = this.#waiting.get(companyCode);
    if (lines === undefined) {
      this.#waiting.set(companyCode, [refusal]);
      return;
    }
    lines.push(refusal);
    if (lines.length === 2 * OF_A_SECOND) lines.splice(0, OF_A_SECOND);
  }

  /** Never throws. */
  async flush(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting;
    this.#waiting = new Map();
    try {
      await this.#store.append(new Map([...waiting].map(([company, lines]) => [company, lines.slice(-OF_A_SECOND)])));
    } catch (error) {
      this.#logger.warn('refusals-not-kept', { error });
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}

const NO_RECORD = { batchId: null, index: null, recordId: null, field: null, value: null } as const;

/** Reads a field of a record as it was sent, whatever its spelling. */
function rawValues({ fields }: Route, records: RecordSet): (index: number, field: string) => string | null {
  const read = new AliasNames(fields).reader(records);
  const raw: unknown[] = new Array(fields.length);
  return (index, path) => {
    // `DATASET[3].VALUE` is shown with all of DATASET's place: that record is what the sender looks for.
    const name = path.split(/[.[]/, 1)[0] ?? path;
    const at = fields.findIndex((field) => field.name === name);
    if (at < 0 || (!isColumns(records) && !isRecord(records[index]))) return null;
    read(index, raw);
    return shownValue(name, raw[at]);
  };
}

function shownValue(field: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return MASKED_FIELDS.has(field) ? `*** (${text.length})` : text.slice(0, VALUE_SHOWN);
}
