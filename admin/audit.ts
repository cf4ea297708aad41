/**
 * The audit trail: who did what to what, from where, and whether it was let through (GB/T 22239-2019 level 3). Rows are
 * written in the transaction of the write they tell of, where there is one; PostgreSQL refuses to change them afterwards.
 */
import { sendChanges } from '../db/notices.ts';
import { type Queryable, queryPrepared } from '../db/pool.ts';

export const AUDIT_ACTIONS = [
  'session.start',
  'session.end',
  'password.change',
  'password.reset',
  'factor.enrol',
  'factor.reset',
  'session.revoke',
  'user.add',
  'user.change',
  'policy.set',
  'company.add',
  'credential.issue',
  'credential.change',
  'credential.rotate',
  'credential.revoke',
  'stage.set',
  'setting.put',
  'setting.import',
  'contact.put',
  'contact.remove',
  'order.file',
  'emergency.read',
  'handover.give',
  'handover.take',
  'permit.file',
  'permit.export',
  'dry-run',
  'track.read',
  'playback.open',
  'heat.read',
  'incident.export',
  'person.match',
  'entry.again',
  'log.range-lost',
  'register.create',
  'register.update',
  'register.remove',
  'register.import',
  'register.export',
  'register.move',
  'register.action',
  'register.reveal',
  'register.seek',
  'view.put',
  'view.remove',
  'screen.add',
  'screen.code',
  'screen.start',
  'screen.remove',
  'audit.read',
  'audit.export',
  'audit.verify',
  'key.rotate',
  'key.retire',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Who acts: a signed-in user, or the operations command (no user id). */
export interface Actor {
  readonly userId: string | null;
  readonly userName: string;
  readonly address: string | null;
}

/** The operations command runs as whoever may run it on the machine. */
export const COMMAND_LINE: Actor = { userId: null, userName: 'park command', address: null };

export interface AuditEntry {
  readonly actor: Actor;
  readonly action: AuditAction;
  /** What was acted on: an app id, a company code, a user name. */
  readonly subject: string | null;
  readonly outcome: 'ok' | 'refused';
  /** Never a password, a secret or a session id. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Takes audit entries that belong to no other write. */
export interface AuditTrail {
  write(entry: AuditEntry): Promise<void>;
}

/** Their subject is a user, who hears of it where the account is open. */
const OF_AN_ACCOUNT: ReadonlySet<AuditAction> = new Set<AuditAction>([
  'password.reset',
  'factor.reset',
  'session.revoke',
  'user.change',
]);

export async function insertAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  await queryPrepared(
    db,
    `INSERT INTO audit (user_id, user_name, action, subject, outcome, detail, address)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      entry.actor.userId,
      entry.actor.userName,
      entry.action,
      entry.subject,
      entry.outcome,
      JSON.stringify(entry.detail ?? {}),
      entry.actor.address,
    ],
  );
  const { action, subject, outcome, actor } = entry;
  if (subject !== null && outcome === 'ok' && OF_AN_ACCOUNT.has(action)) {
    await sendChanges(db, [{ about: 'account', userName: subject, act: action, by: actor.userName }]);
  }
}
