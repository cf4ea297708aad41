/**
 * One vendor request from its raw bytes to its answer: who sends it, may they send so much, what of it holds, one log
 * entry for what does. The answer comes after the log confirmed; nothing is appended when no record was accepted.
 *
 * SOS is never turned away: when the rate, the memory or the log's room refuses a request, its records with SOS true
 * are still appended, out of a reserve of their own, and the refusal says how many were kept.
 */
import type { Clock } from '../core/clock.ts';
import { AppError, type ErrorCode } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Sealer } from '../security/gm.ts';
import type { LogAppender } from '../stream/protocol/log.ts';
import { type Answer, errorAnswer, jsonAnswer, type KeptSos } from './answer.ts';
import { authenticate, type RequestHead, refusalByHead } from './authenticate.ts';
import type { BodyType } from './body-type.ts';
import type { IngestMetrics } from './metrics.ts';
import { parseRecords } from './parse-body.ts';
import type { Credential, CredentialSource, NonceLedger, RoomGauge } from './ports.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { CheckedBatch, Route } from './routes.ts';

export interface BatchHandlerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly credentials: CredentialSource;
  readonly nonces: NonceLedger;
  readonly log: LogAppender;
  readonly room: RoomGauge;
  readonly sealer: Sealer;
  /** Records of each credential. */
  readonly rate: RateLimiter;
  /** SOS records of each credential while its other records are refused. */
  readonly sosReserve: RateLimiter;
  readonly sosReservePerS: number;
  readonly metrics: IngestMetrics;
  readonly newBatchId: () => string;
}

/** What keeps a request from being taken whole. */
interface Limit {
  readonly code: ErrorCode;
  readonly retryAfterS: number;
}

const LOG_RETRY_S = 2;
const ROOM_RETRY_S = 10;
const MEMORY_RETRY_S = 1;
/** A record of the usual kind has 200 to 500 bytes: only requests of few, large records count by their bytes. */
export const BYTES_PER_RECORD = 1_024;
/** What a small request may have by the memory's reserve counts as one. */
const SOS_BYTES_PER_RECORD = 64 * 1024;

export class BatchHandler {
  readonly #options: BatchHandlerOptions;

  constructor(options: BatchHandlerOptions) {
    this.#options = options;
  }

  /** For a body that is still coming: null, or the answer that it will not change. Never throws. */
  async refuseByHead(head: RequestHead): Promise<Answer | null> {
    const refusal = await refusalByHead(head, this.#options);
    return refusal === null ? null : errorAnswer(refusal.code, { detail: refusal.detail });
  }

  /** Never throws. `sosOnly`: memory is short, so only calls for help may be taken. */
  async handle(route: Route, head: RequestHead, body: Buffer, type: BodyType, sosOnly: boolean): Promise<Answer> {
    try {
      const authenticated = await authenticate(head, body, route.interfaceName, this.#options);
      if (!authenticated.ok) return errorAnswer(authenticated.error.code, { detail: authenticated.error.detail });
      const credential = authenticated.value;
      const limit = this.#limitOf(route, credential, sosOnly);
      return limit === null
        ? await this.#takeAll(route, credential, body, type)
        : await this.#takeSos(route, credential, body, type, limit);
    } catch (error) {
      return this.#failed(error);
    }
  }

  #limitOf(route: Route, credential: Credential, sosOnly: boolean): Limit | null {
    if (sosOnly) return { code: 'RATE_LIMITED', retryAfterS: MEMORY_RETRY_S };
    const waitS = this.#options.rate.waitS(credential.appId, credential.rateRecordsPerS);
    if (waitS > 0) return { code: 'RATE_LIMITED', retryAfterS: waitS };
    if (route.needsRoom && !this.#options.room.positionsOpen()) return { code: 'LOG_FULL', retryAfterS: ROOM_RETRY_S };
    return null;
  }

  async #takeAll(route: Route, credential: Credential, body: Buffer, type: BodyType): Promise<Answer> {
    const { clock, sealer, rate, metrics } = this.#options;
    const parsed = parseRecords(body, type);
    // Nonsense is limited too, and so is what costs as much to read as many records: few records of many bytes.
    const cost = Math.max(Math.ceil(body.length / BYTES_PER_RECORD), parsed.ok ? parsed.value.length : 1);
    rate.charge(credential.appId, credential.rateRecordsPerS, cost);
    if (!parsed.ok) return errorAnswer(parsed.error.code, { detail: parsed.error.detail });
    const receivedAtMs = clock.nowMs();
    const { companyCode } = credential;
    const batch = await route.check(parsed.value, { companyCode, receivedAtMs, sealer, sosOnly: false });
    const batchId = await this.#append(route, credential, batch, receivedAtMs);
    metrics.count(route.interfaceName, batch);
    return jsonAnswer(200, { batch_id: batchId, accepted: batch.accepted, rejected: batch.rejected });
  }

  async #takeSos(route: Route, credential: Credential, body: Buffer, type: BodyType, limit: Limit): Promise<Answer> {
    const kept = route.sos?.mayBeIn(body, type) === true ? await this.#keepSos(route, credential, body, type) : null;
    return errorAnswer(limit.code, { retryAfterS: limit.retryAfterS, kept });
  }

  async #keepSos(route: Route, credential: Credential, body: Buffer, type: BodyType): Promise<KeptSos | null> {
    const { clock, sealer, sosReserve, sosReservePerS, metrics } = this.#options;
    if (sosReserve.waitS(credential.appId, sosReservePerS) > 0) return null;
    const parsed = parseRecords(body, type);
    // Charged for the parse as well: the reserve must not become a way round the limit.
    sosReserve.charge(credential.appId, sosReservePerS, Math.ceil(body.length / SOS_BYTES_PER_RECORD));
    if (!parsed.ok) return null;
    const receivedAtMs = clock.nowMs();
    const { companyCode } = credential;
    const batch = await route.check(parsed.value, { companyCode, receivedAtMs, sealer, sosOnly: true });
    if (batch.accepted === 0) return null;
    sosReserve.charge(credential.appId, sosReservePerS, batch.accepted);
    const batchId = await this.#append(route, credential, batch, receivedAtMs);
    metrics.count(route.interfaceName, batch);
    return { batch_id: batchId, kept_sos: batch.accepted };
  }

  /** Returns the batch id, with nothing appended when nothing was accepted. */
  async #append(route: Route, credential: Credential, batch: CheckedBatch, receivedAtMs: number): Promise<string> {
    const batchId = this.#options.newBatchId();
    if (batch.accepted === 0) return batchId;
    const { appId, companyCode } = credential;
    const { received, rejected } = batch;
    await this.#options.log.append({
      kind: route.entryKind,
      receivedAtMs,
      body: batch.encode({ batchId, appId, companyCode, received, refused: rejected.length }),
      dedupId: batchId,
    });
    return batchId;
  }

  #failed(error: unknown): Answer {
    const { logger } = this.#options;
    if (error instanceof AppError && error.code === 'LOG_FULL')
      return errorAnswer('LOG_FULL', { retryAfterS: ROOM_RETRY_S });
    if (error instanceof AppError && error.retryable && error.code !== 'INTERNAL') {
      logger.warn('ingest-unavailable', { error });
      return errorAnswer('LOG_UNAVAILABLE', { retryAfterS: LOG_RETRY_S });
    }
    logger.error('ingest-failed', { error });
    return errorAnswer('INTERNAL');
  }
}
