/**
 * Vehicles that drivers enter by themselves: a company gives a contractor unit a link (actions of the register contractor-units),
 * and whoever has it adds vehicles of that unit, which wait for the company like those that the unit's own people enter. An answer
 * tells nothing of rows that are there.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { FieldProblem, RowValues } from '../core/register-api.ts';
import { err, ok, type Result } from '../core/result.ts';
import { VEHICLE_ENTRY_PAGE, type VehicleEntryAnswer, type VehicleEntryForm } from '../core/vehicle-entry-api.ts';
import { queryRows } from '../db/pool.ts';
import type { Field } from '../registers/field.ts';
import type { AnyRegister } from '../registers/register.ts';
import type { Sealer } from '../security/gm.ts';
import type { SignInAttempts } from '../security/session-attempts.ts';
import { newLinkId, openLink, sealLink } from '../security/vehicle-entry-link.ts';
import type { ActionWork } from './register/actions.ts';
import { descriptionFor } from './register/description.ts';
import type { RegisterUser } from './register/rights.ts';
import type { RegisterParts } from './register/routes.ts';
import type { RouteRefusal } from './route.ts';

export const LINK_LASTS_MS = 30 * 86_400_000;
/** Many phones come from one address of a mobile network; one that guesses or floods is stopped. */
export const ENTRY_ADDRESS_LIMIT = { attempts: 60, windowMs: 60_000 } as const;
/** Of one link, however many addresses use it. */
export const ENTRY_LINK_LIMIT = { attempts: 30, windowMs: 60_000 } as const;

const VEHICLES = 'contractor-vehicles';
const NOT_ASKED = { zh: '不能填写', en: 'Not asked for' };

export interface VehicleEntryParts {
  readonly registers: Pick<RegisterParts, 'registers' | 'pool' | 'desk'>;
  readonly sealer: Sealer;
  readonly attempts: Pick<SignInAttempts, 'limit'>;
  readonly clock: Clock;
}

/** A link that holds, and whose it is. */
interface Holding {
  readonly linkId: string;
  readonly companyCode: string;
  readonly companyName: string;
  readonly unit: string;
  readonly unitName: string;
  readonly endsAtMs: number;
}

export class VehicleEntries {
  readonly #o: VehicleEntryParts;

  constructor(parts: VehicleEntryParts) {
    this.#o = parts;
  }

  /** What is asked for. */
  async form(token: string, address: string): Promise<Result<VehicleEntryForm, RouteRefusal>> {
    const waitMs = await this.#o.attempts.limit(`entry-address:${address}`, ENTRY_ADDRESS_LIMIT);
    if (waitMs !== null) return err({ code: 'RATE_LIMITED', retryAfterMs: waitMs });
    const link = await this.#holding(token);
    if (link === null) return err({ code: 'NOT_FOUND' });
    const { companyName, unitName, endsAtMs } = link;
    const register = this.#vehicles();
    const asked = askedFor(register);
    const { fields } = descriptionFor(register, driverOf(link, address));
    return ok({ companyName, unitName, endsAtMs, fields: fields.filter(({ name }) => asked.has(name)) });
  }

  /** Throws what the desk throws, but for a vehicle that is there already. */
  async enter(token: string, values: RowValues, address: string): Promise<Result<VehicleEntryAnswer, RouteRefusal>> {
    const { attempts, registers } = this.#o;
    const addressWaitMs = await attempts.limit(`entry-address:${address}`, ENTRY_ADDRESS_LIMIT);
    if (addressWaitMs !== null) return err({ code: 'RATE_LIMITED', retryAfterMs: addressWaitMs });
    const link = await this.#holding(token);
    if (link === null) return err({ code: 'NOT_FOUND' });
    const linkWaitMs = await attempts.limit(`entry-link:${link.linkId}`, ENTRY_LINK_LIMIT);
    if (linkWaitMs !== null) return err({ code: 'RATE_LIMITED', retryAfterMs: linkWaitMs });
    const register = this.#vehicles();
    const asked = askedFor(register);
    const others = Object.keys(values).filter((name) => !asked.has(name));
    if (others.length > 0) return refused(others.map((field) => ({ field, words: NOT_ASKED })));
    try {
      const entered = await registers.desk.enter(register, driverOf(link, address), withPlate(values));
      if (!entered.ok) return refused(entered.error);
    } catch (error) {
      // That it is there already is the company's to know.
      if (!(error instanceof AppError && error.code === 'CONFLICT')) throw error;
    }
    return ok({ received: true });
  }

  #vehicles(): AnyRegister {
    const register = this.#o.registers.registers.find(({ name }) => name === VEHICLES);
    if (register === undefined) throw new Error(`there is no register ${VEHICLES}`);
    return register;
  }

  async #holding(token: string): Promise<Holding | null> {
    const { sealer, clock, registers } = this.#o;
    const link = openLink(sealer, token, clock.nowMs());
    if (link === null) return null;
    const { companyCode, linkId, endsAtMs } = link;
    const [row] = await queryRows<Pick<Holding, 'companyName' | 'unit' | 'unitName'>>(
      registers.pool,
      `SELECT c.name AS "companyName", l.unit, u.name AS "unitName" FROM vehicle_entry_link l
       JOIN company c ON c.code = l.company_code
       JOIN reg_contractor_units u ON u.company_code = l.company_code AND u.credit_code = l.unit
       WHERE l.company_code = $1 AND l.link_id = $2 AND u.removed_at IS NULL AND u.state NOT IN ('disabled', 'blacklisted')`,
      [companyCode, linkId],
    );
    return row === undefined ? null : { linkId, companyCode, endsAtMs, ...row };
  }
}

/** What a driver may say: not whose it is, which the link says, and no files. */
function askedFor({ fields, contractor }: AnyRegister): ReadonlySet<string> {
  const all = Object.entries<Field>(fields);
  return new Set(
    all
      .filter(
        ([name, { kind, edit }]) => name !== contractor && kind !== 'files' && edit !== 'never' && edit !== 'later',
      )
      .map(([name]) => name),
  );
}

/** Writes as the unit's own people do, and reads nothing. */
const driverOf = ({ companyCode, unit }: Pick<Holding, 'companyCode' | 'unit'>, address: string): RegisterUser => ({
  userId: 'self-entry',
  userName: '自助登记',
  role: 'contractor',
  companyCode,
  department: null,
  contractorCode: unit,
  address,
});

/** As plates are written: capital letters, no blanks. */
const withPlate = (values: RowValues): RowValues => {
  const { plate } = values;
  return typeof plate === 'string'
    ? { ...values, plate: plate.normalize('NFKC').replaceAll(/\s/g, '').toUpperCase() }
    : values;
};

const refused = (problems: readonly FieldProblem[]): Result<never, RouteRefusal> =>
  err({
    code: 'INPUT_INVALID',
    detail: problems.map(({ field, words }) => `${field}: ${words.en}`).join('; '),
    problems,
  });

/** Of the register contractor-units: a link takes the place of the one before. */
export function vehicleEntryActions(sealer: Sealer): Readonly<Record<'entry-code' | 'entry-stop', ActionWork>> {
  return {
    async 'entry-code'({ client, row, by }) {
      if (row.state === 'disabled' || row.state === 'blacklisted')
        throw new AppError('CONFLICT', { detail: `the unit is ${row.state}` });
      const companyCode = row.companyCode ?? '';
      const linkId = newLinkId();
      const [issuedAtMs, endsAtMs] = [by.atMs, by.atMs + LINK_LASTS_MS];
      await client.query(
        `INSERT INTO vehicle_entry_link (company_code, unit, link_id, issued_at, ends_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (company_code, unit)
         DO UPDATE SET link_id = excluded.link_id, issued_at = excluded.issued_at, ends_at = excluded.ends_at`,
        [companyCode, row.values['creditCode'], linkId, new Date(issuedAtMs), new Date(endsAtMs)],
      );
      const token = sealLink(sealer, { companyCode, linkId, issuedAtMs, endsAtMs });
      return [
        {
          title: { zh: '车辆自助登记（30 日内有效）', en: 'Entry of vehicles (holds for 30 days)' },
          value: `#${VEHICLE_ENTRY_PAGE}/${token}`,
          isPage: true,
        },
      ];
    },
    async 'entry-stop'({ client, row }) {
      await client.query('DELETE FROM vehicle_entry_link WHERE company_code = $1 AND unit = $2', [
        row.companyCode,
        row.values['creditCode'],
      ]);
      return [];
    },
  };
}
