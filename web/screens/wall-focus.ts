/** What a desk put on this output: chosen, looked at and carded as if an operator had pressed it here. */
import { createSignal } from 'solid-js';
import { areaMiddle } from '../app/area-middle.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { NOTHING_SHOWN, type WallShow } from './wall-show.ts';

/** From where a job and its crew are seen. */
const JOB_RANGE_M = 160;

export function createWallFocus(room: ControlRoomState) {
  const [what, setWhat] = createSignal<WallShow>(NOTHING_SHOWN);
  const { shown } = room;

  const lookAtArea = (key: string): void => {
    const area = shown.picture.areas.get(key);
    const middle = area === undefined ? null : areaMiddle(area);
    room.setHighlightedAreaKey(key);
    if (middle !== null) room.lookAtLngLat(middle.lng, middle.lat, middle.rangeM);
  };
  const boundaryOf = (companyCode: string): string | null => {
    for (const [key, { kind, companyCode: of }] of shown.picture.areas)
      if (kind === 'COMPANY_BOUNDARY' && of === companyCode) return key;
    return null;
  };

  const show = (next: WallShow): void => {
    setWhat(next);
    room.setCompanyFilter(next.companyCode);
    room.select(null);
    room.cards.close();
    room.setHighlightedAreaKey(null);
    const alarm = shown.alarms.find(({ alarmId }) => alarmId === next.alarmId);
    room.chooseAlarm(alarm?.alarmId ?? null);
    const { person, card } = next;
    const place = room.permits.items().find(({ key }) => key === next.permitKey)?.place ?? null;
    if (card?.kind === 'company') {
      room.cards.openCompany(card.companyCode);
      const key = boundaryOf(card.companyCode);
      if (key !== null) lookAtArea(key);
    } else if (card?.kind === 'area') {
      room.cards.openArea(card.key);
      lookAtArea(card.key);
    } else if (place !== null) room.lookAtLngLat(place.lng, place.lat, JOB_RANGE_M);
    else if (person !== null && shown.picture.generation[person.slot] === person.generation) {
      room.select(person.slot);
      room.lookAtSelected();
    } else if (alarm !== undefined) room.look(alarm);
    else room.goHome();
  };
  return {
    show,
    /** The job that was put here; null: none, or it is over. */
    job: () => room.permits.items().find(({ key }) => key === what().permitKey) ?? null,
  };
}
export type WallFocus = ReturnType<typeof createWallFocus>;

/** What is chosen at this desk. */
export const chosenAt = (room: ControlRoomState): WallShow => {
  const selected = room.selection();
  return {
    alarmId: room.chosenAlarmId(),
    person: selected === null ? null : { slot: selected.slot, generation: selected.generation },
    permitKey: room.permits.open()?.key ?? null,
    card: room.cards.open(),
    companyCode: room.companyFilter(),
  };
};
