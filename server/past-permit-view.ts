/**
 * A permit of an earlier moment as the screens of then showed it, from its words alone: the engine's own view of it, without an engine.
 * Areas and registers are not asked, so what they alone say of its place (explosive, hazard source) is not known here.
 */
import type { PastPermitViews } from '../admin/playback/ports.ts';
import { NameIndex, peopleOn } from '../engine/permits/permit-people.ts';
import { isOpenPermit } from '../engine/permits/permit-table.ts';
import { isOver } from '../engine/permits/permits.ts';
import { permitView } from '../engine/permits/views.ts';
import type { PersonView } from '../stream/protocol/effects.ts';
import { statusOf } from '../stream/protocol/permit-merge.ts';

export const pastPermitViews: PastPermitViews = (people, rules) => {
  const names = new NameIndex();
  const slots = new Map<string, number>();
  const indexed = new Set<string>();
  // Of companies that have permits alone: the whole of a large park would take longer than its permits.
  const index = (companyCode: string): void => {
    if (indexed.has(companyCode)) return;
    indexed.add(companyCode);
    people.forEach((view, slot) => {
      if (view.personId === null || view.companyCode !== companyCode) return;
      names.put(slot, view);
      slots.set(`${companyCode}/${view.personId}`, slot);
    });
  };
  const known = {
    views: people as (PersonView | null)[],
    slotOf: (companyCode: string, personId: string) => slots.get(`${companyCode}/${personId}`) ?? -1,
  };
  const { jobRadiusM, guardianRadiusM } = rules.permit;
  return (state, atMs, cameraCodes) => {
    const status = statusOf(state);
    if (state.deleted || isOver({ state, status, isOpen: isOpenPermit(status, false) }, atMs)) return null;
    const { lng, lat, inExArea, hazardSourceCode } = state.fields;
    index(state.companyCode);
    const place = lng == null || lat == null ? null : { lng, lat };
    return permitView(
      {
        state,
        status,
        place,
        radiusM: jobRadiusM,
        guardianRadiusM,
        people: peopleOn(state, known, names, atMs),
        inExArea: inExArea ?? null,
        hazardSourceCode: hazardSourceCode ?? null,
      },
      cameraCodes,
      atMs,
    );
  };
};
