/**
 * Operators' acts on alarms: checked against role and scope, kept in the log, answered when they are kept. What an act
 * does is the engine's to say and comes back as an effect. Works without PostgreSQL; store writes row and audit later.
 */
import { AppError, type ErrorCode } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { ENTRY_KIND } from '../protocol/entry.ts';
import { encodeBody } from '../protocol/entry-codec.ts';
import { type ActAnswerMessage, type ActMessage, encodeMessage, MESSAGE } from '../protocol/live-message.ts';
import type { LivePicture } from '../protocol/live-picture.ts';
import type { LogAppender } from '../protocol/log.ts';
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
  const refusal = refusalOf(session, message, context.picture);
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

function refusalOf(session: LiveSession, message: ActMessage, picture: LivePicture): ErrorCode | null {
  const { role, companyCode } = session.user;
  if (role === 'ops') return 'FORBIDDEN';
  if (session.actsOpen >= ACTS_OPEN_LIMIT) return 'RATE_LIMITED';
  const alarm = picture.alarms.get(message.alarmId);
  // An alarm of somebody else's is answered like one that does not exist.
  if (alarm === undefined) return 'NOT_FOUND';
  return companyCode === null || alarm.companyCodes.includes(companyCode) ? null : 'NOT_FOUND';
}

/** null: kept in the log, now or by an earlier message with the same id. */
async function keep(session: LiveSession, message: ActMessage, context: ActContext): Promise<ErrorCode | null> {
  const { userId, userName, companyCode } = session.user;
  const { actId, act, alarmId, comment } = message;
  try {
    await context.log.append({
      kind: ENTRY_KIND.act,
      receivedAtMs: context.nowMs,
      body: encodeBody('act', { actId, act, alarmId, userId, userName, companyCode, comment }),
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

function validAct(body: unknown): ActMessage {
  const { actId, act, alarmId, comment } = body as Partial<Record<keyof ActMessage, unknown>>;
  if (!isText(actId, ID_LIMIT) || !isText(alarmId, ID_LIMIT * 2)) throw new Error('act without ids');
  if (act !== 'acknowledge' && act !== 'reset') throw new Error('act unknown');
  if (comment === null || comment === undefined) return { actId, act, alarmId, comment: null };
  if (typeof comment !== 'string' || comment.length > COMMENT_LIMIT) throw new Error('act comment');
  return { actId, act, alarmId, comment };
}

const isText = (value: unknown, limit: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= limit;
