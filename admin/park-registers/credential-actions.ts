/** What is done with a credential: its secret shown or changed for whoever proves the password again, stages, hand-over notes. */

import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { queryRows } from '../../db/pool.ts';
import { issueCredential, openSecret, sealSecret } from '../../security/credential-secret.ts';
import type { InterfaceName, InterfaceStage } from '../../stream/protocol/vocabulary.ts';
import { insertAudit } from '../audit.ts';
import type { CredentialParts } from '../credentials.ts';
import type { ActionCall, ActionWork } from '../register/actions.ts';
import type { RegisterUser } from '../register/rights.ts';
import { setStage } from '../stages.ts';
import { handOverNotes, type VendorDoor } from './hand-over.ts';

export interface CredentialActionParts extends CredentialParts {
  readonly clock: Clock;
  /** Whether it is the user's own password; counts wrong ones. Throws AppError when it is not. */
  readonly provePassword: (user: RegisterUser, password: string) => Promise<void>;
  readonly vendors: VendorDoor;
}

const SECRET = { zh: 'app_secret（请立即交给供应商，勿转发）', en: 'app_secret (hand it over at once)' };
const APP_ID = { zh: 'app_id', en: 'app_id' };
const COMPANY = { zh: 'company_code', en: 'company_code' };
const HOUR_MS = 3_600_000;

export function credentialActions(parts: CredentialActionParts): Readonly<Record<string, ActionWork>> {
  const { sealer, clock } = parts;

  const identity = ({ row }: ActionCall, secret: string) => [
    { title: APP_ID, value: String(row.values['appId']) },
    { title: SECRET, value: secret },
    { title: COMPANY, value: row.companyCode ?? '' },
  ];
  const assertActive = ({ row }: ActionCall): void => {
    if (row.state !== 'active') throw new AppError('CONFLICT', { detail: 'revoked' });
  };

  const proved = (work: (call: ActionCall) => ReturnType<ActionWork>): ActionWork =>
    Object.assign(work, {
      before: ({ user, input }: Pick<ActionCall, 'user' | 'input'>) =>
        parts.provePassword(user, String(input['password'])),
    });

  return {
    'show-secret': proved(async (call) => {
      assertActive(call);
      const appId = String(call.row.values['appId']);
      const [found] = await queryRows<{ sealed: string }>(
        call.client,
        'SELECT secret_sealed AS sealed FROM credential WHERE app_id = $1',
        [appId],
      );
      if (found === undefined) throw new AppError('NOT_FOUND');
      return identity(call, openSecret(sealer, appId, found.sealed));
    }),

    rotate: proved(async (call) => {
      assertActive(call);
      const appId = String(call.row.values['appId']);
      const { appSecret } = issueCredential();
      const previousUntil = new Date(clock.nowMs() + Number(call.input['overlapHours']) * HOUR_MS);
      const { rowCount } = await call.client.query(
        // Pressed twice, the second time would end the secret that the vendor has: it is for the version that was seen.
        `UPDATE credential SET previous_secret_sealed = secret_sealed, previous_secret_until = $2, secret_sealed = $3,
           version = version + 1, updated_at = $4, updated_by = $5
         WHERE app_id = $1 AND status = 'active' AND version = $6`,
        [
          appId,
          previousUntil,
          sealSecret(sealer, appId, appSecret),
          new Date(call.by.atMs),
          call.by.userName,
          call.row.version,
        ],
      );
      if (rowCount !== 1) throw new AppError('CONFLICT', { detail: 'changed or revoked meanwhile' });
      const actor = { userId: call.user.userId, userName: call.user.userName, address: call.user.address };
      const detail = { companyCode: call.row.companyCode, previousUntil };
      await insertAudit(call.client, { actor, action: 'credential.rotate', subject: appId, outcome: 'ok', detail });
      return identity(call, appSecret);
    }),

    'set-stage': Object.assign(async () => [], { before: putStage }),

    async 'hand-over'({ row }) {
      return [{ title: { zh: '交接说明', en: 'Hand-over notes' }, value: handOverNotes(row, parts.vendors) }];
    },
  };

  /** A transaction of its own, with its line in the audit. */
  async function putStage(call: Omit<ActionCall, 'client'>): Promise<void> {
    const actor = { userId: call.user.userId, userName: call.user.userName, address: call.user.address };
    const set = await setStage(parts, clock, actor, {
      companyCode: call.row.companyCode ?? '',
      interfaceName: call.input['interface'] as InterfaceName,
      stage: call.input['stage'] as InterfaceStage,
      forcedBecause: (call.input['because'] ?? null) as string | null,
    });
    if (!set.ok) throw new AppError(set.error.code, { detail: set.error.detail });
  }
}
