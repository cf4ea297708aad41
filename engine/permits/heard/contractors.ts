/** Contractors of the companies: units, their people, who is admitted where, until when. */
import type { HeardUnit, HeardWorker, SaidWorker } from '../../../alarms/permits/finding.ts';
import { dayBegins, dayOver, overOf } from './days.ts';
import { BLIND_DIGITS } from './holders.ts';
import { type RowIndex, RowsBy, SHARED_MAX, type StandingRow, textOf } from './rows.ts';

/** Without one of these in force a unit may not work. */
const UNIT_PAPERS = ['business-licence', 'safety-licence', 'unit-qualification'];
/** Best first; `none` is nothing of these. */
const ADMISSION_STATES = ['certified', 'expired', 'confirmed', 'applied', 'disabled', 'blacklisted'];

const of = (companyCode: string, key: string): string => `${companyCode}/${key}`;

export class Contractors {
  readonly #units = new RowsBy();
  readonly #unitsByName = new RowsBy(SHARED_MAX);
  readonly #papers = new RowsBy();
  readonly #people = new RowsBy();
  readonly #peopleById = new RowsBy(SHARED_MAX);
  readonly #peopleByName = new RowsBy(SHARED_MAX);
  /** Over all companies: PERSON_ID and number are each company's own. */
  readonly #peopleByBlind = new RowsBy(SHARED_MAX);
  readonly #admissions = new RowsBy();

  readonly units: RowIndex = {
    register: 'contractor-units',
    put: (row) => {
      this.#units.put(of(row.companyCode, row.key), row);
      this.#unitsByName.put(of(row.companyCode, textOf(row, 'name') ?? ''), row);
    },
    drop: (row) => {
      this.#units.drop(of(row.companyCode, row.key), row);
      this.#unitsByName.drop(of(row.companyCode, textOf(row, 'name') ?? ''), row);
    },
  };

  readonly people: RowIndex = {
    register: 'contractor-people',
    put: (row) => this.#indexPerson(row, 'put'),
    drop: (row) => this.#indexPerson(row, 'drop'),
  };

  readonly admissions: RowIndex = {
    register: 'contractor-admissions',
    put: (row) => this.#admissions.put(of(row.companyCode, textOf(row, 'person') ?? ''), row),
    drop: (row) => this.#admissions.drop(of(row.companyCode, textOf(row, 'person') ?? ''), row),
  };

  /** Papers of units; those of people are certificates.ts's. */
  readonly papers: RowIndex = {
    register: 'contractor-qualifications',
    put: (row) => {
      if (textOf(row, 'person') === null) this.#papers.put(of(row.companyCode, textOf(row, 'unit') ?? ''), row);
    },
    drop: (row) => {
      if (textOf(row, 'person') === null) this.#papers.drop(of(row.companyCode, textOf(row, 'unit') ?? ''), row);
    },
  };

  unit(companyCode: string, creditCode: string): HeardUnit | undefined {
    const [row] = this.#units.of(of(companyCode, creditCode));
    return row === undefined ? undefined : this.#unitFrom(row);
  }

  unitByName(companyCode: string, name: string): HeardUnit | undefined {
    const rows = this.#unitsByName.of(of(companyCode, name));
    return rows.length === 1 ? this.#unitFrom(rows[0]!) : undefined;
  }

  #unitFrom(row: StandingRow): HeardUnit {
    const state = row.state ?? '';
    return {
      creditCode: row.key,
      name: textOf(row, 'name') ?? '',
      isFiled: state === 'filed',
      state,
      validToMs: this.#validTo(row),
      isBlacklisted: state === 'blacklisted',
    };
  }

  /** When the first of its kinds of paper is over: of one kind the one that holds longest counts. */
  #validTo(row: StandingRow): number | null {
    const over = new Map<string, number>();
    const note = (kind: string, date: string | null): void => {
      over.set(kind, Math.max(over.get(kind) ?? 0, dayOver(date) ?? Number.POSITIVE_INFINITY));
    };
    const licence = textOf(row, 'safetyLicenceTo');
    if (licence !== null) note('safety-licence', licence);
    for (const paper of this.#papers.of(of(row.companyCode, row.key))) {
      const kind = textOf(paper, 'kind') ?? '';
      if (UNIT_PAPERS.includes(kind)) note(kind, textOf(paper, 'validTo'));
    }
    const first = Math.min(...over.values());
    return Number.isFinite(first) ? first : null;
  }

  /** Name of a person of the company's contractors, by number. */
  nameOf(companyCode: string, number: string): string | null {
    const [row] = this.#people.of(of(companyCode, number));
    return row === undefined ? null : textOf(row, 'name');
  }
  personIdOf(companyCode: string, number: string): string | null {
    const [row] = this.#people.of(of(companyCode, number));
    return row === undefined ? null : textOf(row, 'personId');
  }

  /** Companies at which the person of the row is registered too. */
  companiesOf(row: StandingRow): string[] {
    const blind = blindOf(row);
    return blind === null ? [] : this.#peopleByBlind.of(blind).map(({ companyCode }) => companyCode);
  }
  personRow(companyCode: string, number: string): StandingRow | undefined {
    return this.#people.of(of(companyCode, number))[0];
  }

  /** `blind`: of his ID number, where the positioning interface described him; it finds him at other companies too. */
  worker(companyCode: string, said: SaidWorker, blind: string | null, atMs: number): HeardWorker | undefined {
    const own = this.#rowOf(companyCode, said);
    const ofPerson = own === undefined ? blind : (blindOf(own) ?? blind);
    const everywhere = ofPerson === null ? (own === undefined ? [] : [own]) : this.#peopleByBlind.of(ofPerson);
    const here = own ?? everywhere.find((row) => row.companyCode === companyCode);
    const row = here ?? everywhere[0];
    if (row === undefined) return undefined;
    const admitted = everywhere
      .filter((one) => one.companyCode !== companyCode)
      .filter((one) => this.#admissionsOf(one).some((admission) => holds(admission, atMs)));
    const best = this.#bestAdmission(here === undefined ? [] : this.#admissionsOf(here), atMs);
    const state = best?.state ?? 'none';
    const isOver = best !== undefined && state === 'certified' && (overOf(best, 'validTo') ?? atMs + 1) <= atMs;
    return {
      name: textOf(row, 'name') ?? '',
      number: row.key,
      creditCode: textOf(row, 'unit') ?? '',
      isCertified: best !== undefined && holds(best, atMs),
      state: isOver ? 'expired' : state,
      validFromMs: best === undefined ? null : dayBegins(textOf(best, 'validFrom')),
      validToMs: best === undefined ? null : overOf(best, 'validTo'),
      isBlacklisted: [...everywhere, ...(here === undefined ? [] : [here])].some((one) =>
        this.#admissionsOf(one).some((admission) => admission.state === 'blacklisted'),
      ),
      admittedAt: [...new Set(admitted.map((one) => one.companyCode))].sort(),
    };
  }

  #rowOf(companyCode: string, { personId, saidId, saidName, name }: SaidWorker): StandingRow | undefined {
    for (const id of [personId, saidId]) {
      const [row] = id === null ? [] : this.#peopleById.of(of(companyCode, id));
      if (row !== undefined) return row;
    }
    const rows = this.#peopleByName.of(of(companyCode, saidName || name));
    return rows.length === 1 ? rows[0] : undefined;
  }

  #admissionsOf({ companyCode, key }: StandingRow): readonly StandingRow[] {
    return this.#admissions.of(of(companyCode, key));
  }

  /** One that holds, else by state, of one state the one that ends last. */
  #bestAdmission(rows: readonly StandingRow[], atMs: number): StandingRow | undefined {
    const rank = (row: StandingRow): number => (holds(row, atMs) ? -1 : ADMISSION_STATES.indexOf(row.state ?? ''));
    return rows.toSorted((a, b) => rank(a) - rank(b) || (overOf(b, 'validTo') ?? 0) - (overOf(a, 'validTo') ?? 0))[0];
  }

  #indexPerson(row: StandingRow, how: 'put' | 'drop'): void {
    const { companyCode, key } = row;
    this.#people[how](of(companyCode, key), row);
    this.#peopleByName[how](of(companyCode, textOf(row, 'name') ?? ''), row);
    const personId = textOf(row, 'personId');
    if (personId !== null) this.#peopleById[how](of(companyCode, personId), row);
    const blind = blindOf(row);
    if (blind !== null) this.#peopleByBlind[how](blind, row);
  }
}

const blindOf = (row: StandingRow): string | null => textOf(row, 'idNumber')?.slice(0, BLIND_DIGITS) ?? null;

/** Certified by the park, from its first day until its last is over. */
const holds = (row: StandingRow, atMs: number): boolean =>
  row.state === 'certified' &&
  (dayBegins(textOf(row, 'validFrom')) ?? 0) <= atMs &&
  atMs < (overOf(row, 'validTo') ?? Number.POSITIVE_INFINITY);
