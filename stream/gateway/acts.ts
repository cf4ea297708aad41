/**
 * Acts of people on alarms, shelves and orders: checked for shape, role, scope and whether they fit what stands, kept in the
 * log, answered when they are kept. What an act does is the engine's to say and comes back as an effect; the engine judges by
 * the same rules (stream/protocol/act-rules.ts) once more. Works without PostgreSQL; store writes row and audit later.
 */
import { AppError, type ErrorCode } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { isActName, readActInput } from '../protocol/act-input.ts';
import {
  alarmActRefusal,
  isAboutAlarm,
  isAlarmAct,
  mayAct,
  needsReason,
  SHELVE_LIMIT_MS,
} from '../protocol/act-rules.ts';
import type {
  MusterInput,
  OrderCreateInput,
  OrderInput,
  ShelfScope,
  ShelveInput,
  UnshelveInput,
} from '../protocol/acts.ts';
import { subjectOf } from '../protocol/effects.ts';
import { ENTRY_KIND } from '../protocol/entry.ts';
import { encodeBody } from '../protocol/entry-codec.ts';
import { type ActAnswerMessage, type ActMessage, encodeMessage, MESSAGE } from '../protocol/live-message.ts';
import type { LivePicture } from '../protocol/live-picture.ts';
import type { LogAppender } from '../protocol/log.ts';
import { type MusterWorld, musterRefusal } from '../protocol/muster.ts';
import { orderCreateRefusal, orderIdOfAct, orderStepRefusal } from '../protocol/order-rules.ts';
import type { LiveSession } from './session.ts';

/** Of one client, sent to the log and not confirmed. */
const ACTS_OPEN_LIMIT = 8;
const ID_LIMIT = 64;
const COMMENT_LIMIT = 500;

export interface ActContext {
  readonly log: LogAppender;
  readonly logger: Logger;
  readonly nowMs: number;
  readonly picture: LivePicture;
}

/** Answers the client, now or when the log has confirmed. Throws on a malformed message. */
export function answerAct(session: LiveSession, body: unknown, context: ActContext): void {
  const message = validAct(body);
  const refusal = message.input === null ? 'INPUT_INVALID' : refusalOf(session, message, context);
  if (refusal !== null) {
    answer(session, { actId: message.actId, ok: false, code: refusal });
    return;
  }
  session.actsOpen++;
  void keep(session, message, context)
    .then((code) => answer(session, { actId: message.actId, ok: code === null, code }))
    .finally(() => {
      session.actsOpen--;
    });
}

function refusalOf(session: LiveSession, message: ValidAct, context: ActContext): ErrorCode | null {
  const { role } = session.user;
  const { act, comment, input } = message;
  if (!mayAct(role, act)) return 'FORBIDDEN';
  if (session.actsOpen >= ACTS_OPEN_LIMIT) return 'RATE_LIMITED';
  if (isAlarmAct(act)) return alarmRefusal(session, message, act, context.picture);
  if (needsReason(act) && (comment ?? '').trim() === '') return 'REASON_MISSING';
  if (act === 'shelve') return shelveRefusal(input as ShelveInput, context);
  if (act === 'unshelve') {
    return context.picture.doc('shelf', (input as UnshelveInput).shelfId) === undefined ? 'NOT_FOUND' : null;
  }
  if (act === 'order-create') return orderCreationRefusal(message, input as OrderCreateInput, context);
  if (act === 'muster')
    return musterRefusal(worldOf(context.picture), input as MusterInput, { ...message, ...session.user });
  return orderRefusal(session, input as OrderInput, comment, context.picture);
}

function alarmRefusal(
  session: LiveSession,
  { actId, alarmId, comment }: ValidAct,
  act: Parameters<typeof alarmActRefusal>[1],
  picture: LivePicture,
): ErrorCode | null {
  const { companyCode } = session.user;
  const alarm = picture.alarms.get(alarmId);
  // An alarm of somebody else's is answered like one that does not exist.
  if (alarm === undefined || (companyCode !== null && !alarm.companyCodes.includes(companyCode))) return 'NOT_FOUND';
  // Sent again by a client that did not hear the answer: the log knows the id.
  return alarm.actId === actId ? null : alarmActRefusal(alarm, act, comment);
}

function shelveRefusal({ scope, untilMs }: ShelveInput, { picture, nowMs }: ActContext): ErrorCode | null {
  if (scope.rule === 'sos') return 'SOS_NEVER_QUIET';
  if (untilMs <= nowMs || untilMs > nowMs + SHELVE_LIMIT_MS) return 'INPUT_INVALID';
  return isKnown(scope, picture) ? null : 'NOT_FOUND';
}

/** A shelf for a name that was mistyped would put nothing aside and look as if it did. */
function isKnown({ area, person }: ShelfScope, picture: LivePicture): boolean {
  if (area !== null && !picture.areas.has(area)) return false;
  if (person === null) return true;
  for (const binding of picture.bindings.values()) if (subjectOf(binding.person) === person) return true;
  return false;
}

function orderRefusal(
  { user }: LiveSession,
  input: OrderInput,
  comment: string | null,
  picture: LivePicture,
): ErrorCode | null {
  return orderStepRefusal(picture.doc('order', input.orderId), user, input, comment);
}

function orderCreationRefusal(
  { actId, alarmId, comment }: ValidAct,
  input: OrderCreateInput,
  { picture, nowMs }: ActContext,
): ErrorCode | null {
  const orderId = orderIdOfAct(actId);
  if (orderId === null) return 'INPUT_INVALID';
  // Sent again by a client that did not hear the answer.
  if (picture.doc('order', orderId) !== undefined) return null;
  const hasOrder = picture.docsOf('order').some(({ alarmIds }) => alarmIds.includes(alarmId));
  return orderCreateRefusal(picture.alarms.get(alarmId), hasOrder, input, comment, nowMs);
}

const worldOf = (picture: LivePicture): MusterWorld => ({
  hasArea: (key) => picture.areas.has(key),
  hasBoundary: (code) =>
    [...picture.areas.values()].some((area) => area.kind === 'COMPANY_BOUNDARY' && area.companyCode === code),
  musters: () => picture.docsOf('muster').filter(({ companyCode }) => companyCode === null),
});

/** null: kept in the log, now or by an earlier message with the same id. */
async function keep(session: LiveSession, message: ValidAct, context: ActContext): Promise<ErrorCode | null> {
  const { userId, userName, companyCode, role } = session.user;
  const { actId, alarmId } = message;
  try {
    await context.log.append({
      kind: ENTRY_KIND.act,
      receivedAtMs: context.nowMs,
      body: encodeBody('act', { ...(message as ActMessage), role, userId, userName, companyCode }),
      dedupId: `act:${actId}`,
    });
    return null;
  } catch (error) {
    context.logger.warn('act-not-kept', { actId, alarmId, userId, error });
    return error instanceof AppError ? error.code : 'INTERNAL';
  }
}

function answer(session: LiveSession, message: ActAnswerMessage): void {
  session.send(encodeMessage(MESSAGE.actAnswer, message));
}

/** As sent, nothing else in it; `input` null: not what the act asks for. */
type ValidAct = Omit<ActMessage, 'input'> & { readonly input?: ActMessage['input'] | null };

function validAct(body: unknown): ValidAct {
  const { actId, act, alarmId, comment = null, input } = body as Partial<Record<keyof ActMessage, unknown>>;
  if (!isText(actId, ID_LIMIT)) throw new Error('act without an id');
  if (!isActName(act)) throw new Error('act unknown');
  if (isAboutAlarm(act) ? !isText(alarmId, ID_LIMIT * 2) : alarmId !== '') throw new Error('act on what?');
  if (comment !== null && (typeof comment !== 'string' || comment.length > COMMENT_LIMIT))
    throw new Error('act comment');
  const message = { actId, act, alarmId: alarmId as string, comment };
  const read = readActInput(act, input);
  return read === undefined ? message : { ...message, input: read };
}

const isText = (value: unknown, limit: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= limit;
