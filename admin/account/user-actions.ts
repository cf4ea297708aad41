/** What is done with an account beside changing it: a first password, a lock lifted, second factors, sessions (registers/users.ts). */
import { AppError } from '../../core/errors.ts';
import { queryRows } from '../../db/pool.ts';
import {
  DEFAULT_COST,
  generatePassword,
  hashPassword,
  PASSWORD_RULES,
  type ScryptCost,
} from '../../security/password.ts';
import type { SignInAttempts } from '../../security/session-attempts.ts';
import type { Sessions } from '../../security/sessions.ts';
import { readSm2PublicKey } from '../../security/sm2.ts';
import type { Role } from '../../stream/protocol/vocabulary.ts';
import { insertAudit } from '../audit.ts';
import type { ActionCall, ActionWork } from '../register/actions.ts';
import { factorSubject } from '../sign-in.ts';
import { type GoverningAct, governs } from './governance.ts';

export interface UserActionParts {
  readonly sessions: Sessions;
  readonly attempts: SignInAttempts;
  readonly cost?: ScryptCost;
}

const TIME = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'Asia/Shanghai' });

export function userActions(parts: UserActionParts): Readonly<Record<string, ActionWork>> {
  const { sessions, attempts, cost = DEFAULT_COST } = parts;
  return {
    'issue-password': async (call) => {
      const name = judged(call, 'password');
      const password = generatePassword();
      await queryRows(
        call.client,
        `UPDATE app_user SET password_hash = $2, password_changed_at = $3, must_change_password = true,
           failed_count = 0, locked_until = NULL,
           password_history = (array_remove(ARRAY[password_hash], NULL) || password_history)[1:$4] WHERE id = $1`,
        [call.row.id, await hashPassword(password, cost), new Date(call.by.atMs), PASSWORD_RULES.historyLength],
      );
      await audit(call, 'password.reset', { mustChangePassword: true });
      await lift(call, name);
      await sessions.endAll(call.row.id);
      return [
        { title: { zh: '登录名', en: 'User name' }, value: name },
        { title: { zh: '初始密码（只显示一次，首次登录须修改）', en: 'First password, shown once' }, value: password },
      ];
    },
    unlock: async (call) => {
      const name = judged(call, 'unlock');
      await queryRows(call.client, 'UPDATE app_user SET failed_count = 0, locked_until = NULL WHERE id = $1', [
        call.row.id,
      ]);
      await lift(call, name);
      return [];
    },
    'reset-factor': async (call) => {
      judged(call, 'factor');
      await queryRows(call.client, 'DELETE FROM user_factor WHERE user_id = $1', [call.row.id]);
      await queryRows(call.client, 'DELETE FROM user_recovery_code WHERE user_id = $1', [call.row.id]);
      await audit(call, 'factor.reset', {});
      await sessions.endAll(call.row.id);
      return [];
    },
    'register-sm2-key': async (call) => {
      judged(call, 'factor');
      const publicKey = readSm2PublicKey(String(call.input['publicKey']));
      if (publicKey === null) throw new AppError('INPUT_INVALID', { detail: 'publicKey: no point of the SM2 curve' });
      await queryRows(
        call.client,
        `INSERT INTO user_factor (user_id, kind, public_key, created_at, created_by) VALUES ($1, 'sm2', $2, $3, $4)
         ON CONFLICT (user_id, kind) DO UPDATE SET public_key = excluded.public_key, created_at = excluded.created_at,
           created_by = excluded.created_by, last_used_at = NULL`,
        [call.row.id, publicKey, new Date(call.by.atMs), call.by.userName],
      );
      await audit(call, 'factor.enrol', { kind: 'sm2', publicKey });
      return [];
    },
    'list-sessions': async (call) => {
      judged(call, 'sessions');
      const found = await sessions.list(call.row.id);
      return found.map(({ address, createdAtMs }) => ({
        title: { zh: '登录于', en: 'Signed in' },
        value: `${TIME.format(createdAtMs)}  ${address}`,
      }));
    },
    'end-sessions': async (call) => {
      judged(call, 'sessions');
      const ended = await sessions.endAll(call.row.id);
      await audit(call, 'session.revoke', { sessions: ended.length });
      return [];
    },
  };

  async function lift({ row }: ActionCall, name: string): Promise<void> {
    await attempts.succeeded(name);
    await attempts.succeeded(factorSubject(row.id));
  }
}

/** The account's name. Throws FORBIDDEN. */
function judged({ row, user }: ActionCall, act: GoverningAct): string {
  const account = { userId: row.id, role: row.values['role'] as Role, companyCode: row.companyCode };
  if (!governs(user, account, act)) throw new AppError('FORBIDDEN', { detail: `${act}: not of this account` });
  return String(row.values['name']);
}

const audit = (
  { client, row, user }: ActionCall,
  action: 'password.reset' | 'factor.reset' | 'factor.enrol' | 'session.revoke',
  detail: Readonly<Record<string, unknown>>,
): Promise<void> =>
  insertAudit(client, {
    actor: { userId: user.userId, userName: user.userName, address: user.address },
    action,
    subject: String(row.values['name']),
    outcome: 'ok',
    detail,
  });
