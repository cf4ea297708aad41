/** Whether a code, a signature or a recovery code is the user's, and is used for the first time. */
import type { ProofKind } from '../../core/account-api.ts';
import type { Clock } from '../../core/clock.ts';
import type { Sealer } from '../../security/gm.ts';
import { recoveryCodeHash } from '../../security/recovery-codes.ts';
import { verifySm2 } from '../../security/sm2.ts';
import { openTotpSecret, totpStep } from '../../security/totp.ts';
import type { StoredUser } from '../ports.ts';
import type { FactorStore } from './factors.ts';

export class FactorCheck {
  readonly #factors: FactorStore;
  readonly #sealer: Sealer;
  readonly #clock: Clock;

  constructor(factors: FactorStore, sealer: Sealer, clock: Clock) {
    this.#factors = factors;
    this.#sealer = sealer;
    this.#clock = clock;
  }

  /** `takeChallenge`: what was to be signed, once; also a wrong signature spends it. */
  async isGood(
    { userId }: Pick<StoredUser, 'userId'>,
    proof: { readonly kind: ProofKind; readonly text: string },
    takeChallenge: () => Promise<string | null>,
  ): Promise<boolean> {
    const nowMs = this.#clock.nowMs();
    if (proof.kind === 'recovery') {
      return this.#factors.takeRecoveryCode(userId, recoveryCodeHash(userId, proof.text), nowMs);
    }
    const factor = (await this.#factors.of(userId)).find(({ kind }) => kind === proof.kind);
    if (factor?.secretSealed != null) {
      const step = totpStep(openTotpSecret(this.#sealer, userId, factor.secretSealed), proof.text, nowMs);
      return step !== null && this.#factors.takeStep(userId, step, nowMs);
    }
    if (factor?.publicKey != null) {
      const message = await takeChallenge();
      if (message === null || !verifySm2(message, proof.text, factor.publicKey)) return false;
      await this.#factors.noteUse(userId, 'sm2', nowMs);
      return true;
    }
    return false;
  }
}
