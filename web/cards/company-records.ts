/** What registers say of a company: base data, who answers for safety, who is on duty, whom to call, its major hazard sources. */
import { chinaDay } from '../registers/china-time.ts';
import { type RegisterRead, readRegister, textOf } from './register-read.ts';

/** null: not for this user. */
export interface CompanyRecords {
  readonly base: RegisterRead | null;
  readonly contacts: RegisterRead | null;
  /** Who is on duty at the moment that was asked for. */
  readonly duty: RegisterRead | null;
  readonly hazards: RegisterRead | null;
  /** Of the day. */
  readonly commitment: RegisterRead | null;
}

export async function readCompany(company: string, nowMs: number): Promise<CompanyRecords> {
  const now = Math.floor(nowMs);
  const [base, contacts, duty, hazards, commitment] = await Promise.all([
    readRegister('companies', { 'f.code': company }),
    readRegister('company-contacts', { company }),
    readRegister('company-duty', { company, 'f.from': `..${now}`, 'f.to': `${now}..`, sort: 'from' }),
    readRegister('hazard-sources', { company }),
    readRegister('commitments', { company, 'f.day': chinaDay(now) }),
  ]);
  return { base, contacts, duty, hazards, commitment };
}

export interface Responsible {
  readonly office: 'legal' | 'commitment' | 'safety' | 'chief' | 'technical' | 'operating';
  readonly name: string;
}

/** One rung: the company itself, or a major hazard source of it with its three responsible people (包保责任人). */
export interface ResponsibleUnit {
  /** Of the hazard source; null: the company. */
  readonly name: string | null;
  /** Row of the register; null: the company. */
  readonly rowId: string | null;
  readonly level: string;
  readonly people: readonly Responsible[];
}

/** The company first, then its hazard sources, the gravest first. Offices that nobody is named for stay, with an empty name. */
export function responsibilityChart({ base, hazards, commitment }: CompanyRecords): ResponsibleUnit[] {
  const [company] = base?.rows ?? [];
  const [today] = commitment?.rows ?? [];
  const signed = textOf(today, 'signedBy');
  const ofCompany: Responsible[] = [
    ...(base === null ? [] : [{ office: 'legal', name: textOf(company, 'legalRepresentative') } as const]),
    ...(signed === '' ? [] : [{ office: 'commitment', name: signed } as const]),
    ...(base === null ? [] : [{ office: 'safety', name: textOf(company, 'safetyDirector') } as const]),
  ];
  const units = (hazards?.rows ?? []).map((row) => ({
    name: textOf(row, 'name'),
    rowId: row.id,
    level: textOf(row, 'level'),
    people: (['chief', 'technical', 'operating'] as const).map((office) => ({ office, name: textOf(row, office) })),
  }));
  units.sort((a, b) => (a.level < b.level ? -1 : a.level > b.level ? 1 : a.name < b.name ? -1 : 1));
  return [...(ofCompany.length === 0 ? [] : [{ name: null, rowId: null, level: '', people: ofCompany }]), ...units];
}
