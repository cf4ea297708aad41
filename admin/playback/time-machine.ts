/**
 * The time machine behind its routes: opens playbacks on record, gives chunks of them to whoever opened them, reckons heat of presence.
 * Invariant: the scope of a chunk is that of the session, and the session's must be the one under which the playback was opened.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import {
  MAX_CHUNK_SPAN_MS,
  MAX_MARKS,
  MAX_PLAYBACK_SPAN_MS,
  MAX_STEP_MS,
  MIN_STEP_MS,
  type Playback,
  type PlaybackRequest,
  type PresenceHeat,
} from '../../core/playback-api.ts';
import type { Words } from '../../core/words.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import type { PersonKey } from '../../db/people.ts';
import type { Projection } from '../../geo/projection.ts';
import type { Session } from '../../security/sessions.ts';
import type { Actor, AuditTrail } from '../audit.ts';
import type { Language } from '../register/cells/cells.ts';
import { playbackChunk } from './chunk.ts';
import { incidentBundle } from './incident/bundle.ts';
import { type IncidentOf, incidentFacts } from './incident/facts.ts';
import type { PastPark, PastPeople, PastPermitViews, PlaybackBook } from './ports.ts';
import { presenceHeat } from './presence-heat.ts';

/** Of an incident bundle: two hours to both sides of an alarm. */
export const MAX_INCIDENT_SPAN_MS = 4 * 3_600_000;
/** A playback is looked at for so long. */
const KEPT_FOR_MS = 24 * 3_600_000;

export interface TimeMachineOptions {
  readonly past: PastPark;
  readonly book: PlaybackBook;
  readonly projection: Projection;
  readonly park: Words;
  readonly permitViews: PastPermitViews;
  readonly audit: AuditTrail;
  readonly clock: Clock;
}

export interface ChunkSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

export interface HeatQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cellM: number;
  readonly companyCode: string | null;
  /** null: everybody. */
  readonly people: readonly PersonKey[] | null;
  readonly reason: string;
}

type Viewer = Pick<Session, 'userId' | 'companyCode'>;

/** Words, not blanks. Throws AppError REASON_MISSING. */
export function requireReason(reason: string): string {
  const said = reason.trim();
  if (said === '') throw new AppError('REASON_MISSING');
  return said;
}

export class TimeMachine {
  readonly #o: TimeMachineOptions;

  constructor(options: TimeMachineOptions) {
    this.#o = options;
  }

  /** Throws AppError REASON_MISSING, INPUT_INVALID, DATABASE_UNAVAILABLE. */
  async open({ userId, companyCode }: Viewer, request: PlaybackRequest, actor: Actor): Promise<Playback> {
    const { past, book, clock } = this.#o;
    const reason = requireReason(request.reason);
    const { fromMs, toMs } = request;
    this.#checkSpan(fromMs, toMs, MAX_PLAYBACK_SPAN_MS);
    const madeAtMs = clock.nowMs();
    const playbackId = randomUUID();
    await book.open({ playbackId, userId, companyCode, fromMs, toMs, madeAtMs }, madeAtMs - KEPT_FOR_MS, {
      actor,
      action: 'playback.open',
      subject: companyCode,
      outcome: 'ok',
      detail: { playbackId, fromMs, toMs, reason },
    });
    const [floorMs, { marks, leftOut }] = await Promise.all([
      past.floorMs(),
      past.marks(companyCode, fromMs, toMs, MAX_MARKS),
    ]);
    return { playbackId, fromMs, toMs, floorMs, marks, marksLeftOut: leftOut };
  }

  /** Throws AppError NOT_FOUND, INPUT_INVALID, DATABASE_UNAVAILABLE; what fails behind the first message ends the chunk with it. */
  async chunk(
    { userId, companyCode }: Viewer,
    playbackId: string,
    { fromMs, toMs, stepMs }: ChunkSpan,
  ): Promise<AsyncIterable<Uint8Array>> {
    const { book, clock } = this.#o;
    const playback = await book.find(playbackId);
    if (
      playback === null ||
      playback.userId !== userId ||
      playback.companyCode !== companyCode ||
      playback.madeAtMs < clock.nowMs() - KEPT_FOR_MS
    ) {
      throw new AppError('NOT_FOUND');
    }
    if (fromMs < playback.fromMs || toMs > playback.toMs || fromMs > toMs || toMs - fromMs > MAX_CHUNK_SPAN_MS) {
      const minutes = MAX_CHUNK_SPAN_MS / 60_000;
      throw new AppError('INPUT_INVALID', { detail: `expected a span within the playback, of at most ${minutes} min` });
    }
    if (stepMs < MIN_STEP_MS || stepMs > MAX_STEP_MS) {
      throw new AppError('INPUT_INVALID', { detail: `expected a step of ${MIN_STEP_MS} to ${MAX_STEP_MS} ms` });
    }
    return begun(playbackChunk(this.#o, { playbackId, scope: companyCode, fromMs, toMs, stepMs }));
  }

  /** Throws AppError REASON_MISSING, INPUT_INVALID, NOT_FOUND, DATABASE_UNAVAILABLE. */
  async heat(scope: CompanyScope, query: HeatQuery, actor: Actor): Promise<PresenceHeat> {
    const { past, audit, projection } = this.#o;
    const { fromMs, toMs, cellM, companyCode, people } = query;
    this.#checkSpan(fromMs, toMs, MAX_PLAYBACK_SPAN_MS);
    const isOwn = scope === null || companyCode === null || companyCode === scope;
    if (people !== null) {
      if (companyCode === null)
        throw new AppError('INPUT_INVALID', { detail: 'personIds: expected their companyCode' });
      const reason = requireReason(query.reason);
      const detail = { people, fromMs, toMs, cellM, reason };
      await audit.write({
        actor,
        action: 'heat.read',
        subject: companyCode,
        outcome: isOwn ? 'ok' : 'refused',
        detail,
      });
    }
    if (!isOwn) throw new AppError('NOT_FOUND');
    const known = await past.people(companyCode ?? scope);
    const ids = idsOf(known, people);
    return presenceHeat(past, projection, { ids, aliases: known.aliases, fromMs, toMs, cellM });
  }

  /** What leaves is on record before. Throws AppError REASON_MISSING, INPUT_INVALID, NOT_FOUND, DATABASE_UNAVAILABLE. */
  async incident(
    scope: CompanyScope,
    asked: IncidentOf,
    said: { readonly reason: string; readonly language: Language },
    actor: Actor,
  ): Promise<AsyncIterable<Uint8Array>> {
    const { past, audit, projection, permitViews, park, clock } = this.#o;
    const reason = requireReason(said.reason);
    if (asked.of !== 'alarm') this.#checkSpan(asked.fromMs, asked.toMs, MAX_INCIDENT_SPAN_MS);
    const atMs = clock.nowMs();
    const facts = await incidentFacts({ past, projection, permitViews }, scope, asked, atMs);
    const { fromMs, toMs, people } = facts;
    const detail = { ...asked, fromMs, toMs, people: people.length, reason };
    await audit.write({ actor, action: 'incident.export', subject: scope, outcome: 'ok', detail });
    const head = { park, by: actor.userName, scope, atMs, reason, language: said.language };
    return begun(incidentBundle(past, projection, facts, head));
  }

  #checkSpan(fromMs: number, toMs: number, maxMs: number): void {
    if (fromMs >= toMs || toMs - fromMs > maxMs || toMs > this.#o.clock.nowMs()) {
      const hours = maxMs / 3_600_000;
      throw new AppError('INPUT_INVALID', { detail: `expected a span of at most ${hours} h that is over` });
    }
  }
}

/** Of those asked for, `null` everybody. */
function idsOf({ people }: PastPeople, asked: readonly PersonKey[] | null): number[] {
  if (asked === null) return people.map(({ id }) => id);
  const keys = new Set(asked.map((key) => ('personId' in key ? `id:${key.personId}` : `card:${key.cardNo}`)));
  return people.flatMap(({ id, view: { personId, cardNo } }) =>
    (personId !== null && keys.has(`id:${personId}`)) || (cardNo !== null && keys.has(`card:${cardNo}`)) ? [id] : [],
  );
}

/** With its first message made, so that what fails until then is an answer with a code. */
async function begun(messages: AsyncGenerator<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const first = await messages.next();
  return (async function* () {
    try {
      if (first.done !== true) yield first.value;
      yield* messages;
    } finally {
      await messages.return(undefined);
    }
  })();
}
