/** Duties of somebody: those that name him on record, and those that carry his name and no record, which may be a namesake's. */
import type { RegisterRow } from '../../core/register-api.ts';
import { readRegister, textOf } from './register-read.ts';

export interface Duty {
  readonly row: RegisterRow;
  /** Nothing but the name says that it is his. */
  readonly isByName: boolean;
}

export function dutiesOf(onRecord: readonly RegisterRow[], sameName: readonly RegisterRow[]): Duty[] {
  const byName = sameName.filter((row) => textOf(row, 'person') === '');
  return [...onRecord.map((row) => ({ row, isByName: false })), ...byName.map((row) => ({ row, isByName: true }))].sort(
    (a, b) => Number(a.row.values['from'] ?? 0) - Number(b.row.values['from'] ?? 0),
  );
}

/** Within the span; none where the roster is not for this user. */
export async function readDuties(
  {
    companyCode,
    personId,
    name,
  }: { readonly companyCode: string; readonly personId: string | null; readonly name: string },
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<Duty[]> {
  const rows = async (words: Readonly<Record<string, string>>): Promise<readonly RegisterRow[]> => {
    const span = { company: companyCode, 'f.from': `..${toMs}`, 'f.to': `${fromMs}..` };
    return (await readRegister('company-duty', { ...span, ...words }))?.rows ?? [];
  };
  const [onRecord, sameName] = await Promise.all([
    personId === null ? [] : rows({ 'f.person': personId }),
    name === '' ? [] : rows({ 'f.name': name }),
  ]);
  return dutiesOf(onRecord, sameName);
}
