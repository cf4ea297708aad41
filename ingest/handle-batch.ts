/**
 * One batch of a vendor from its bytes to what became of it: who sends it, may they send so much, what of it holds, one log
 * entry for what does. Requests (server.ts) and frames of a stream (stream-socket.ts) go the same way and differ in how
 * their sender is known and in how they are answered. Nothing is appended when no record was accepted, nor of a sandbox.
 *
 * SOS is never turned away: when the rate, the memory or the log's room refuses a batch, its records with SOS true are
 * still appended, out of a reserve of their own, and the refusal says how many were kept.
 */
import type { Clock } from '../core/clock.ts';
import { AppError, type ErrorCode } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Result } from '../core/result.ts';
import type { BlindIndex } from '../security/blind-index.ts';
import type { Sealer } from '../security/gm.ts';
import type { AttachmentStore } from '../stream/archive/attachment-store.ts';
import type { LogAppender } from '../stream/protocol/log.ts';
import type { InterfaceStage } from '../stream/protocol/vocabulary.ts';
import { authenticate, type Refusal, type RequestHead, refusalByHead } from './authenticate.ts';
import { type BatchRefused, type BatchResult, type Kept, refused } from './batch-result.ts';
import type { BodyType } from './body-type.ts';
import type { CountedInterface, DoorCounts } from './door-counts.ts';
import type { IngestMetrics } from './metrics.ts';
import type { BodyProblem } from './parse-body.ts';
import type { Credential, CredentialSource, NonceLedger, RoomGauge } from './ports.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { RecordSet } from './record-set.ts';
import type { Refusals } from './refusals.ts';
import type { CheckedBatch, Route } from './routes.ts';

export interface BatchHandlerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly credentials: CredentialSource;
  readonly nonces: NonceLedger;
  readonly log: LogAppender;
  readonly room: RoomGauge;
  readonly sealer: Sealer;
  readonly blindIndex: BlindIndex;
  /** Records of each credential. */
  readonly rate: RateLimiter;
  /** SOS records of each credential while its other records are refused. */
  readonly sosReserve: RateLimiter;
  readonly sosReservePerS: number;
  readonly metrics: IngestMetrics;
  readonly counts: DoorCounts;
  readonly refusals: Refusals;
  readonly attachments: AttachmentStore;
  readonly noteUse: (appId: string, atMs: number) => void;
  readonly newBatchId: () => string;
}

/** A body or a frame that its sender may send. */
export interface Batch {
  readonly bytes: Buffer;
  /** null: a form. */
  readonly type: BodyType | null;
  /** Not called when the bytes are not worth it; a second time when the log turned out to have no room. */
  parse(): Result<RecordSet, BodyProblem>;
}

/** What keeps a batch from being taken whole. */
interface Limit {
  readonly code: ErrorCode;
  readonly retryAfterS: number;
}

const NO_BODY = new Uint8Array(0);
export const LOG_RETRY_S = 2;
const ROOM_RETRY_S = 10;
export const MEMORY_RETRY_S = 1;
/** A record of the usual kind has 200 to 500 bytes: only batches of few, large records count by their bytes. */
export const BYTES_PER_RECORD = 1_024;
/** A file is read once and no more: the largest counts as 320 records. */
const FORM_BYTES_PER_RECORD = 64 * 1024;
/** What a small request may have by the memory's reserve counts as one. */
const SOS_BYTES_PER_RECORD = 64 * 1024;
/** These say nothing about what was sent: they are counted, but would only push out of the list what does. */
const NOT_LISTED: ReadonlySet<ErrorCode> = new Set(['RATE_LIMITED', 'LOG_UNAVAILABLE', 'LOG_FULL', 'INTERNAL']);

export class BatchHandler {
  readonly #options: BatchHandlerOptions;

  constructor(options: BatchHandlerOptions) {
    this.#options = options;
  }

  /** For a body that is still coming: null, or the answer that it will not change. Never throws. */
  async refuseByHead(head: RequestHead): Promise<BatchRefused | null> {
    const refusal = await refusalByHead(head, this.#options);
    return refusal === null ? null : refused(refusal.code, { detail: refusal.detail });
  }

  /** A whole request. Never throws. `sosOnly`: memory is short, so only calls for help may be taken. */
  async handle(route: Route, head: RequestHead, batch: Batch, sosOnly: boolean): Promise<BatchResult> {
    const admitted = await this.admit(head, batch.bytes, route.interfaceName);
    if (!admitted.ok) return admitted;
    return (await this.begin(route, admitted.credential, batch, sosOnly)).confirmed;
  }

  /** Who asks for something, which costs as much as a record. Never throws. */
  async admitRead(head: RequestHead): Promise<{ readonly ok: true; readonly credential: Credential } | BatchRefused> {
    const admitted = await this.admit(head, NO_BODY, null);
    if (!admitted.ok) return admitted;
    const { rate, noteUse, clock } = this.#options;
    const { appId, rateRecordsPerS } = admitted.credential;
    const waitS = rate.waitS(appId, rateRecordsPerS);
    if (waitS > 0) return refused('RATE_LIMITED', { retryAfterS: waitS });
    rate.charge(appId, rateRecordsPerS, 1);
    noteUse(appId, clock.nowMs());
    return admitted;
  }

  /** Who sends a request, opens a stream, or asks for something (no interface). Never throws. */
  async admit(
    head: RequestHead,
    body: Uint8Array,
    interfaceName: Route['interfaceName'] | null,
  ): Promise<{ readonly ok: true; readonly credential: Credential } | BatchRefused> {
    try {
      const authenticated = await authenticate(head, body, interfaceName, this.#options);
      if (!authenticated.ok) {
        const { credential, ...refusal } = authenticated.error;
        this.#noteRefused(credential, head, interfaceName ?? '', refusal);
        return refused(refusal.code, { detail: refusal.detail });
      }
      return { ok: true, credential: authenticated.value };
    } catch (error) {
      const failure = this.#failed(error);
      void this.noteRefused(head, interfaceName ?? '', failure);
      return failure;
    }
  }

  /**
   * A batch up to its append, which `confirmed` waits for: whoever begins batches in order has them in the log in order.
   * Neither promise rejects.
   */
  async begin(
    route: Route,
    credential: Credential,
    batch: Batch,
    sosOnly: boolean,
  ): Promise<{ readonly confirmed: Promise<BatchResult> }> {
    const result = (confirmed: Promise<BatchResult> | BatchResult): { readonly confirmed: Promise<BatchResult> } => ({
      confirmed: Promise.resolve(confirmed).then((what) => this.#counted(route, credential, what)),
    });
    this.#options.noteUse(credential.appId, this.#options.clock.nowMs());
    try {
      const limit = this.#limitOf(route, credential, sosOnly);
      if (limit === null) return result(guarded(await this.#takeAll(route, credential, batch), this.#failed));
      return result(guarded(await this.#takeSos(route, credential, batch, limit), this.#failed));
    } catch (error) {
      return result(this.#failed(error));
    }
  }

  /** A request refused before its sender was looked at: counted for whose app id it names. Never throws. */
  async noteRefused(
    head: Pick<RequestHead, 'appId' | 'arrivedAtMs'>,
    interfaceName: CountedInterface,
    refusal: Pick<BatchRefused, 'code' | 'detail'>,
  ): Promise<void> {
    let credential: Credential | null = null;
    try {
      credential = head.appId === '' ? null : await this.#options.credentials.find(head.appId);
    } catch {
      // Counted all the same, for nobody.
    }
    this.#noteRefused(credential, head, interfaceName, refusal);
  }

  /** Whether the answer that speaks of these records was handed to the sender's socket. */
  told(kept: Kept | null, isHeard: boolean): void {
    if (kept === null) return;
    if (isHeard) this.#options.counts.acknowledge(kept.companyCode, kept.interfaceName, kept.records);
    else this.#options.counts.leaveUnanswered(kept.companyCode, kept.interfaceName);
  }

  #noteRefused(
    credential: Credential | null,
    head: Pick<RequestHead, 'appId' | 'arrivedAtMs'>,
    interfaceName: CountedInterface,
    refusal: Pick<Refusal, 'code' | 'detail' | 'expected'>,
  ): void {
    const companyCode = credential?.companyCode ?? '';
    if (credential?.sandbox !== true) this.#options.counts.refuseRequest(companyCode, interfaceName, refusal.code);
    if (NOT_LISTED.has(refusal.code)) return;
    const request = { atMs: head.arrivedAtMs, appId: head.appId, interfaceName };
    this.#options.refusals.noteRequest(companyCode, request, refusal);
  }

  #counted(route: Route, credential: Credential, result: BatchResult): BatchResult {
    if (!result.ok) {
      const head = { appId: credential.appId, arrivedAtMs: this.#options.clock.nowMs() };
      const { code, detail } = result;
      this.#noteRefused(credential, head, route.interfaceName, detail === undefined ? { code } : { code, detail });
    }
    return result;
  }

  #limitOf(route: Route, credential: Credential, sosOnly: boolean): Limit | null {
    if (sosOnly) return { code: 'RATE_LIMITED', retryAfterS: MEMORY_RETRY_S };
    const waitS = this.#options.rate.waitS(credential.appId, credential.rateRecordsPerS);
    if (waitS > 0) return { code: 'RATE_LIMITED', retryAfterS: waitS };
    const needsRoom = route.needsRoom && !credential.sandbox;
    return needsRoom && !this.#options.room.positionsOpen() ? { code: 'LOG_FULL', retryAfterS: ROOM_RETRY_S } : null;
  }

  async #takeAll(route: Route, credential: Credential, batch: Batch): Promise<Confirming<BatchResult>> {
    const { rate } = this.#options;
    const bytesPerRecord = route.isForm === true ? FORM_BYTES_PER_RECORD : BYTES_PER_RECORD;
    const parsed = batch.parse();
    // Nonsense is limited too, and so is what costs as much to read as many records: few records of many bytes.
    const cost = Math.max(Math.ceil(batch.bytes.length / bytesPerRecord), parsed.ok ? parsed.value.length : 1);
    rate.charge(credential.appId, credential.rateRecordsPerS, cost);
    if (!parsed.ok) return settled(refused(parsed.error.code, { detail: parsed.error.detail }));
    const numbered = await this.#check(route, credential, parsed.value, false);
    const { batchId, checked } = numbered;
    const taken = this.#append(route, credential, numbered, route.needsRoom).then(
      (kept): BatchResult => ({
        ok: true,
        batchId,
        accepted: checked.accepted,
        rejected: checked.rejected,
        stage: stageOf(route, credential),
        sandbox: credential.sandbox,
        kept,
      }),
    );
    return { confirmed: taken.catch((error: unknown) => this.#sosOfFull(route, credential, batch, error)) };
  }

  /** Nobody knew yet that the log has no room: its calls for help are kept all the same. */
  async #sosOfFull(route: Route, credential: Credential, batch: Batch, error: unknown): Promise<BatchResult> {
    if (!isFull(error)) throw error;
    const limit: Limit = { code: 'LOG_FULL', retryAfterS: ROOM_RETRY_S };
    return (await this.#takeSos(route, credential, batch, limit)).confirmed;
  }

  async #takeSos(route: Route, credential: Credential, batch: Batch, limit: Limit): Promise<Confirming<BatchResult>> {
    const { bytes, type } = batch;
    const isWorthIt = !credential.sandbox && type !== null && route.sos?.mayBeIn(bytes, type) === true;
    const { code, retryAfterS } = limit;
    const numbered = isWorthIt ? await this.#checkSos(route, credential, batch) : null;
    if (numbered === null) return settled(refused(code, { retryAfterS }));
    const keptSos = { batch_id: numbered.batchId, kept_sos: numbered.checked.accepted };
    return after(this.#append(route, credential, numbered, false), (kept) =>
      refused(code, { retryAfterS, keptSos, kept }),
    );
  }

  /** null: there is nothing to keep, or the reserve is used up. */
  async #checkSos(route: Route, credential: Credential, batch: Batch): Promise<NumberedBatch | null> {
    const { sosReserve, sosReservePerS } = this.#options;
    if (sosReserve.waitS(credential.appId, sosReservePerS) > 0) return null;
    const parsed = batch.parse();
    // Charged for the parse as well: the reserve must not become a way round the limit.
    sosReserve.charge(credential.appId, sosReservePerS, Math.ceil(batch.bytes.length / SOS_BYTES_PER_RECORD));
    if (!parsed.ok) return null;
    const numbered = await this.#check(route, credential, parsed.value, true);
    if (numbered.checked.accepted === 0) return null;
    sosReserve.charge(credential.appId, sosReservePerS, numbered.checked.accepted);
    return numbered;
  }

  async #check(route: Route, credential: Credential, records: RecordSet, sosOnly: boolean): Promise<NumberedBatch> {
    const { clock, sealer, blindIndex, counts, refusals, newBatchId } = this.#options;
    const receivedAtMs = clock.nowMs();
    const { appId, companyCode } = credential;
    const checked = await route.check(records, {
      companyCode,
      receivedAtMs,
      sealer,
      blindIndex,
      sosOnly,
    });
    const batchId = newBatchId();
    const { accepted, rejected, aliases } = checked;
    refusals.noteRecords({ companyCode, atMs: receivedAtMs, appId, route, batchId }, records, rejected);
    if (!credential.sandbox) {
      counts.countAliases(companyCode, route.interfaceName, aliases);
      if (accepted === 0 && !sosOnly) counts.refuseRecords(companyCode, route.interfaceName, rejected.length);
    }
    return { checked, batchId, receivedAtMs };
  }

  /** Resolves once the log confirmed; called without waiting, so that the order of calls is the order of the log. */
  async #append(
    route: Route,
    credential: Credential,
    { checked, batchId, receivedAtMs }: NumberedBatch,
    canWait: boolean,
  ): Promise<Kept | null> {
    if (credential.sandbox) return null;
    const { log, attachments, metrics, counts } = this.#options;
    const { appId, companyCode } = credential;
    const { interfaceName, entryKind } = route;
    const { accepted, received, rejected } = checked;
    if (accepted > 0) {
      await checked.keepFirst?.(attachments);
      const stage = stageOf(route, credential);
      const mark = stage === 'live' ? {} : { stage };
      const body = checked.encode({ batchId, appId, companyCode, received, refused: rejected.length, ...mark });
      try {
        await log.append({ kind: entryKind, receivedAtMs, body, dedupId: batchId, canWait });
      } catch (error) {
        // Without memory Redis is known to have kept nothing; of anything else nothing is known.
        if (!isFull(error)) counts.leaveUnanswered(companyCode, interfaceName);
        throw error;
      }
    }
    metrics.count(interfaceName, checked);
    return accepted > 0 ? { companyCode, interfaceName, records: accepted } : null;
  }

  readonly #failed = (error: unknown): BatchRefused => {
    const { logger } = this.#options;
    if (isFull(error)) return refused('LOG_FULL', { retryAfterS: ROOM_RETRY_S });
    if (error instanceof AppError && error.retryable && error.code !== 'INTERNAL') {
      logger.warn('ingest-unavailable', { error });
      return refused('LOG_UNAVAILABLE', { retryAfterS: LOG_RETRY_S });
    }
    logger.error('ingest-failed', { error });
    return refused('INTERNAL');
  };
}

/** A checked batch under its id. */
interface NumberedBatch {
  readonly checked: CheckedBatch;
  readonly batchId: string;
  readonly receivedAtMs: number;
}

const isFull = (error: unknown): boolean => error instanceof AppError && error.code === 'LOG_FULL';

/** Behind an object, so that awaiting the step before does not await this one too. */
interface Confirming<T> {
  readonly confirmed: Promise<T>;
}
const settled = <T>(value: T): Confirming<T> => ({ confirmed: Promise.resolve(value) });
const after = <T, U>(confirmed: Promise<T>, then: (value: T) => U): Confirming<U> => ({
  confirmed: confirmed.then(then),
});
const guarded = <T>({ confirmed }: Confirming<T>, failed: (error: unknown) => T): Promise<T> => confirmed.catch(failed);

const stageOf = ({ interfaceName }: Route, { stages }: Credential): InterfaceStage => stages[interfaceName] ?? 'joint';
