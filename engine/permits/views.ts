/** A permit as screens see it: compact, and the same object content as long as nothing on the card changes. */
import { gasContextOf } from '../../alarms/permits/gas.ts';
import { expiryOf } from '../../alarms/permits/validity.ts';
import { limitOf } from '../../standard/gases.ts';
import type { Edition, WorkDuty } from '../../standard/gb30871.ts';
import { type PermitState, rowsOf, startedAtMs, statusSinceMs } from '../../stream/protocol/permit-merge.ts';
import type { GasLatest, GasRow, PermitView } from '../../stream/protocol/permits.ts';
import { dutyOf, editionOf } from './judging.ts';
import type { KeptPermit, PlanePlace } from './permit-table.ts';

/** The newest of each gas, by name, and what it is held against. */
function gasesOf(state: PermitState, duty: WorkDuty | null, edition: Edition): GasLatest[] {
  const newest = new Map<string, GasRow>();
  for (const row of rowsOf(state, 'gas')) {
    const known = newest.get(row.gas);
    if (known === undefined || known.atMs <= row.atMs) newest.set(row.gas, row);
  }
  const context = gasContextOf(state, { duty });
  return [...newest.values()]
    .sort((a, b) => (a.gas < b.gas ? -1 : 1))
    .map((row) => {
      const { verdict, min, max } = limitOf(row, edition, context);
      return { gas: row.gas, value: row.value, unit: row.unit, atMs: row.atMs, limitMin: min, limitMax: max, verdict };
    });
}

/** What of a permit a screen is shown. */
export type ShownPermit = Pick<
  KeptPermit,
  'state' | 'status' | 'radiusM' | 'guardianRadiusM' | 'people' | 'inExArea' | 'hazardSourceCode'
> & { readonly place: Pick<PlanePlace, 'lng' | 'lat'> | null };

export function permitView(permit: ShownPermit, cameraCodes: readonly string[], nowMs: number): PermitView {
  const { state, status } = permit;
  const { fields } = state;
  const duty = dutyOf(state, nowMs);
  return {
    companyCode: state.companyCode,
    companyName: fields.companyName ?? '',
    permitId: state.permitId,
    number: fields.number ?? null,
    workCode: fields.workCode ?? '',
    status,
    statusSinceMs: statusSinceMs(state),
    content: fields.content ?? '',
    site: fields.site ?? '',
    lng: permit.place?.lng ?? null,
    lat: permit.place?.lat ?? null,
    areaId: fields.areaId ?? null,
    radiusM: permit.radiusM,
    guardianRadiusM: permit.guardianRadiusM,
    plannedFromMs: fields.plannedFromMs ?? null,
    plannedToMs: fields.plannedToMs ?? null,
    validFromMs: fields.validFromMs ?? null,
    validToMs: fields.validToMs ?? null,
    expiresAtMs: expiryOf(state, duty),
    startedAtMs: startedAtMs(state),
    endedAtMs: fields.endedAtMs ?? null,
    acceptedAtMs: fields.acceptedAtMs ?? null,
    units: fields.units ?? [],
    isContractorWork: fields.isContractorWork ?? null,
    responsibleName: fields.responsibleName ?? null,
    people: permit.people.map(({ role, name, companyCode, personId, match, onDuty }) => ({
      role,
      name,
      companyCode,
      personId,
      match,
      onDuty,
    })),
    gas: gasesOf(state, duty, editionOf(state, nowMs)),
    inExArea: permit.inExArea,
    hazardSourceCode: permit.hazardSourceCode,
    cameraCodes,
    updatedAtMs: state.updatedAtMs,
  };
}
