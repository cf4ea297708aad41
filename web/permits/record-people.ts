/** People of a permit by its record alone: named by rows or by name. Whether the park knows them is told by the live picture only. Pure. */
import type { PermitDetail } from '../../stream/protocol/permit-api.ts';
import type { PermitPerson } from '../../stream/protocol/permits.ts';

type Role = PermitPerson['role'];

/** `match` tells how surely the permit names somebody: by id, or by name alone. Who stands in a row is not told again by name. */
export function peopleOfRecord(detail: PermitDetail | null): PermitPerson[] {
  if (detail === null) return [];
  const { rows, fields, responsibleName } = detail;
  const named = (role: Role, name: string, personId: string | null = null, onDuty = false): PermitPerson => ({
    role,
    name,
    companyCode: personId === null ? null : detail.companyCode,
    personId,
    match: personId === null ? 'name' : 'id',
    onDuty,
  });
  const besides = (role: Role, names: readonly string[] | undefined, known: readonly { readonly name: string }[]) =>
    (names ?? [])
      .filter((name) => !known.some((row) => row.name === name))
      .map((name) => named(role, name, null, true));
  return [
    ...rows.guardians.map(({ name, personId, toMs }) => named('guardian', name, personId, toMs === null)),
    ...besides('guardian', fields.guardianNames, rows.guardians),
    ...rows.workers.map(({ name, personId }) => named('worker', name, personId)),
    ...besides('worker', fields.workerNames, rows.workers),
    ...(responsibleName === null ? [] : [named('responsible', responsibleName)]),
    ...rows.approvals.map(({ name, personId }) => named('approver', name, personId)),
  ];
}
