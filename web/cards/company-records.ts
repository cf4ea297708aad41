/** What registers say of a company: base data, who answers for safety, who is on duty, whom to call, its major hazard sources. */
import { parkDay } from '../../core/park-time.ts';
import type { RegisterRow } from '../../core/register-api.ts';
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
    readRegister('commitments', { company, 'f.day': parkDay(now) }),
  ]);
  return { base, contacts, duty, hazards, commitment };
}

/** A sealed value of a row, as it shows masked. */
export interface MaskedPhone {
  readonly register: string;
  readonly rowId: string;
  readonly field: string;
  readonly masked: string;
  readonly mayReveal: boolean;
}

/** Who answers for one thing at the company: rows of its contacts. */
const ANSWERING = ['safety', 'environment', 'emergency'] as const;
const ON_CALL: readonly string[] = ['control-room', 'duty-leader'];

export interface Responsible {
  readonly office:
    | 'legal'
    | 'commitment'
    | 'director'
    | (typeof ANSWERING)[number]
    | 'chief'
    | 'technical'
    | 'operating';
  readonly name: string;
  /** null: none is on record, or not for this user. */
  readonly phone: MaskedPhone | null;
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

function phoneOf(read: RegisterRead | null, row: RegisterRow | undefined, field: string): MaskedPhone | null {
  const masked = textOf(row, field);
  if (read === null || row === undefined || masked === '') return null;
  return { register: read.description.name, rowId: row.id, field, masked, mayReveal: read.description.may.reveal };
}

/** The company first, then its hazard sources, the gravest first. Offices that nobody is named for stay, with an empty name. */
export function responsibilityChart({ base, contacts, hazards, commitment }: CompanyRecords): ResponsibleUnit[] {
  const [company] = base?.rows ?? [];
  const [today] = commitment?.rows ?? [];
  const signed = textOf(today, 'signedBy');
  const named = (office: Responsible['office'], name: string): Responsible => ({ office, name, phone: null });
  const answering = ANSWERING.map((office): Responsible => {
    const row = contacts?.rows.find((one) => textOf(one, 'kind') === office);
    return { office, name: textOf(row, 'name'), phone: phoneOf(contacts, row, 'phone') };
  });
  const ofCompany: Responsible[] = [
    ...(base === null ? [] : [named('legal', textOf(company, 'legalRepresentative'))]),
    ...(signed === '' ? [] : [named('commitment', signed)]),
    ...(base === null ? [] : [named('director', textOf(company, 'safetyDirector'))]),
    ...(contacts === null ? [] : answering),
  ];
  const units = (hazards?.rows ?? []).map((row) => ({
    name: textOf(row, 'name'),
    rowId: row.id,
    level: textOf(row, 'level'),
    people: (['chief', 'technical', 'operating'] as const).map(
      (office): Responsible => ({ office, name: textOf(row, office), phone: phoneOf(hazards, row, `${office}Phone`) }),
    ),
  }));
  units.sort((a, b) => (a.level < b.level ? -1 : a.level > b.level ? 1 : a.name < b.name ? -1 : 1));
  return [...(ofCompany.length === 0 ? [] : [{ name: null, rowId: null, level: '', people: ofCompany }]), ...units];
}

/** Whom to call day and night. */
export const onCall = ({
  contacts,
}: CompanyRecords): readonly (Omit<Responsible, 'office'> & { readonly kind: string })[] =>
  (contacts?.rows ?? [])
    .map((row) => ({ kind: textOf(row, 'kind'), name: textOf(row, 'name'), phone: phoneOf(contacts, row, 'phone') }))
    .filter(({ kind }) => ON_CALL.includes(kind));
