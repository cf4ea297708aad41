/** Setting up an authenticator app: a secret is shown, and becomes the user's when a code proves that it is in the app. */
import { renderSVG } from 'uqr';
import type { Enrolment } from '../../core/account-api.ts';
import type { Clock } from '../../core/clock.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Sealer } from '../../security/gm.ts';
import type { PendingSignIns } from '../../security/pending-sign-ins.ts';
import { makeRecoveryCodes, recoveryCodeHash } from '../../security/recovery-codes.ts';
import { makeTotpSecret, openTotpSecret, sealTotpSecret, totpStep, totpUri } from '../../security/totp.ts';
import type { StoredUser } from '../ports.ts';
import type { FactorStore } from './factors.ts';

export type ShownEnrolment = Enrolment;
type EnrolmentRefusal = { readonly code: 'FACTOR_WRONG' | 'SIGN_IN_BEGIN_AGAIN' };

export interface EnrolmentParts {
  readonly factors: FactorStore;
  readonly pending: PendingSignIns;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** The park's name, as the app shows it. */
  readonly issuer: string;
}

export class Enrolments {
  readonly #parts: EnrolmentParts;

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
  }

  /** `holder`: the sign-in or the session that it belongs to. Asked again, the secret before is void. */
  async begin({ userId, name }: Pick<StoredUser, 'userId' | 'name'>, holder: string): Promise<Enrolment> {
    const { pending, sealer, issuer } = this.#parts;
    const secret = makeTotpSecret();
    await pending.keepSecret(holder, sealTotpSecret(sealer, userId, secret));
    const uri = totpUri(secret, name, issuer);
    return { secret, uri, qrSvg: renderSVG(uri) };
  }

  /** Recovery codes, to be shown once. A wrong code may be tried again: it opens nothing that the secret's reader has not. */
  async confirm(
    { userId, name }: Pick<StoredUser, 'userId' | 'name'>,
    holder: string,
    code: string,
    address: string,
  ): Promise<Result<readonly string[], EnrolmentRefusal>> {
    const { factors, pending, sealer, clock } = this.#parts;
    const sealed = await pending.findSecret(holder);
    if (sealed === null) return err({ code: 'SIGN_IN_BEGIN_AGAIN' });
    const atMs = clock.nowMs();
    const step = totpStep(openTotpSecret(sealer, userId, sealed), code, atMs);
    if (step === null) return err({ code: 'FACTOR_WRONG' });
    if ((await pending.takeSecret(holder)) !== sealed) return err({ code: 'SIGN_IN_BEGIN_AGAIN' });
    const recoveryCodes = makeRecoveryCodes();
    const recoveryHashes = recoveryCodes.map((one) => recoveryCodeHash(userId, one));
    await factors.putTotp(
      userId,
      { secretSealed: sealed, step, recoveryHashes, atMs },
      {
        actor: { userId, userName: name, address },
        action: 'factor.enrol',
        subject: name,
        outcome: 'ok',
        detail: { kind: 'totp' },
      },
    );
    return ok(recoveryCodes);
  }
}
