/**
 * Sealed fields of registers: sealed on their way in, masked on their way out, opened for one audited look. Each is sealed for
 * its register, company, row and field, so that one copied elsewhere does not open there; the blind index is one per kind of
 * secret in all registers, so that the same person is found again in each.
 */
import { isIdNumber } from '../../core/id-number.ts';
import type { Field, SealedField } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import type { BlindIndex } from '../../security/blind-index.ts';
import type { Sealer } from '../../security/gm.ts';
import { registerSecretBlind, registerSecretContext } from '../../security/register-secret.ts';
import { maskIdNumber, maskMobile } from '../mask.ts';
import type { RegisterStore, SealedValue, StoredValues } from './store.ts';

/** Whose value it is. */
export interface SecretPlace {
  readonly register: AnyRegister;
  readonly store: Pick<RegisterStore, 'sealContext'>;
  readonly companyCode: string | null;
  readonly key: string;
}

export const sealedFields = ({ fields }: AnyRegister): [string, SealedField][] =>
  Object.entries<Field>(fields).flatMap(([name, field]) => (field.kind === 'sealed' ? [[name, field]] : []));

/** The values without what is sealed: for the audit, which keeps nobody's number in any form, nor one that stands in a text. */
export function unsealed(register: AnyRegister, values: StoredValues): StoredValues {
  const names = new Set(sealedFields(register).map(([name]) => name));
  return withoutIdNumbers(Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name))));
}

/** A certificate of a special operator is numbered by the ID number behind a letter. */
const withoutIdNumbers = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_name, one: unknown) =>
    typeof one === 'string'
      ? one.replace(/(?<!\d)\d{17}[\dXx](?!\d)/g, (written) =>
          isIdNumber(written.toUpperCase()) ? maskIdNumber(written) : written,
        )
      : one,
  ) as T;

export class Secrets {
  readonly #sealer: Sealer;
  readonly #blindIndex: BlindIndex;

  constructor(sealer: Sealer, blindIndex: BlindIndex) {
    this.#sealer = sealer;
    this.#blindIndex = blindIndex;
  }

  seal(place: SecretPlace, field: string, plain: string): SealedValue {
    const secret = (place.register.fields[field] as SealedField).secret;
    return { sealed: this.#sealer.seal(plain, contextOf(place, field)), blind: this.blind(secret, plain) };
  }

  open(place: SecretPlace, field: string, { sealed }: SealedValue): string {
    return this.#sealer.open(sealed, contextOf(place, field));
  }

  blind(secret: SealedField['secret'], plain: string): string {
    return registerSecretBlind(this.#blindIndex, secret, plain);
  }

  /** The same values with what is sealed as pages may show it. */
  masked(place: SecretPlace, values: StoredValues): StoredValues {
    return this.#mapped(place, values, (plain, secret) =>
      secret === 'phone' ? maskMobile(plain) : maskIdNumber(plain),
    );
  }

  /** The same values with what is sealed in clear. They leave the process by no way. */
  opened(place: SecretPlace, values: StoredValues): StoredValues {
    return this.#mapped(place, values, (plain) => plain);
  }

  #mapped(
    place: SecretPlace,
    values: StoredValues,
    shown: (plain: string, secret: SealedField['secret']) => string | null,
  ): StoredValues {
    const mapped: Record<string, unknown> = { ...values };
    for (const [name, { secret }] of sealedFields(place.register)) {
      const value = (values[name] ?? null) as SealedValue | null;
      if (value !== null) mapped[name] = shown(this.open(place, name, value), secret);
    }
    return mapped;
  }
}

const contextOf = ({ register, store, companyCode, key }: SecretPlace, field: string): string =>
  store.sealContext?.(companyCode, key, field) ?? registerSecretContext(register.name, companyCode, key, field);
