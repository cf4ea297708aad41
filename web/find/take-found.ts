/** What happens when somebody takes a thing that was found: it is chosen, and the camera goes there, because the operator asked. */
import { areaKey } from '../../stream/protocol/effects.ts';
import { areaMiddle } from '../app/area-middle.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { PHONE_LAYOUT } from '../app/phone-layout.ts';
import type { Translate } from '../i18n/i18n.ts';
import { openVideo } from '../video/open-video.ts';
import type { Found } from './search-room.ts';

const JOB_RANGE_M = 160;
const CAMERA_RANGE_M = 200;

export function takeFound(room: ControlRoomState, t: Translate, found: Found): void {
  switch (found.kind) {
    case 'person':
      room.select(found.slot);
      showMap(room);
      room.lookAtSelected();
      break;
    case 'permit': {
      const { permit, place } = found.job;
      if (permit === null) showMap(room);
      else room.permits.show(permit.companyCode, permit.permitId);
      if (place !== null) room.lookAtLngLat(place.lng, place.lat, JOB_RANGE_M);
      break;
    }
    case 'area': {
      const key = areaKey(found.area.companyCode, found.area.areaId);
      room.setHighlightedAreaKey(key);
      room.cards.openArea(key);
      showMap(room);
      lookAtArea(room, key);
      break;
    }
    case 'company': {
      const boundary = [...room.shown.picture.areas.values()].find(
        ({ companyCode, kind }) => companyCode === found.code && kind === 'COMPANY_BOUNDARY',
      );
      room.cards.openCompany(found.code);
      showMap(room);
      if (boundary !== undefined) lookAtArea(room, areaKey(boundary.companyCode, boundary.areaId));
      break;
    }
    case 'camera': {
      const { code, name, lng, lat } = found.camera;
      openVideo({ title: name === '' ? t('find.kind.camera') : name, cameraCodes: [code] });
      if (lng !== null && lat !== null) room.lookAtLngLat(lng, lat, CAMERA_RANGE_M);
      break;
    }
  }
}

function lookAtArea(room: ControlRoomState, key: string): void {
  const area = room.shown.picture.areas.get(key);
  const middle = area === undefined ? null : areaMiddle(area);
  if (middle !== null) room.lookAtLngLat(middle.lng, middle.lat, middle.rangeM);
}

/** On a phone the found thing is on another view; elsewhere the list stays open beside the map. */
function showMap(room: ControlRoomState): void {
  if (room.phoneView() !== 'find') return;
  room.setPhoneView('map');
  if (window.matchMedia(PHONE_LAYOUT).matches) room.setPanelTab(null);
}
