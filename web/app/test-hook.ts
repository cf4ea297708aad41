/**
 * `window.__park`: what the page shows, for end-to-end tests and for support. Read-only by agreement: nothing in the
 * product reads it, and reading it changes nothing. Positions are layout px of the page.
 */
import type { Accessor } from 'solid-js';
import { missingOf, safeOf } from '../../stream/protocol/muster.ts';
import { permitKey } from '../../stream/protocol/permits.ts';
import { lineKey } from '../muster/missing-list.ts';
import type { ParkScene } from '../scene/park-scene.ts';
import type { ControlRoomState } from './control-room-state.ts';
import type { ParkTestHook } from './test-hook-shape.ts';

declare global {
  interface Window {
    __park?: ParkTestHook;
  }
}

export function installTestHook(
  room: ControlRoomState,
  scene: Accessor<ParkScene | null>,
  phase: Accessor<string>,
): void {
  const { live, shown } = room;
  window.__park = {
    get health() {
      return live.health();
    },
    get frameAgeMs() {
      return live.frameAgeMs();
    },
    get online() {
      return shown.picture.online;
    },
    get scenePhase() {
      return phase();
    },
    get camera() {
      return scene()?.view ?? null;
    },
    get crowds() {
      return scene()?.state.crowds ?? [];
    },
    get peopleDrawn() {
      return scene()?.state.peopleDrawn ?? 0;
    },
    get tilesetReady() {
      return scene()?.state.isTilesetReady ?? false;
    },
    get framesRendered() {
      return scene()?.state.framesRendered ?? 0;
    },
    get areasShown() {
      return scene()?.state.areasShown ?? [];
    },
    get circlesShown() {
      return scene()?.state.circlesShown ?? [];
    },
    get permitsShown() {
      return scene()?.state.permitsShown ?? [];
    },
    get permitOpen() {
      return room.permits.open()?.key ?? null;
    },
    get selected() {
      const selected = room.selection();
      if (selected === null) return null;
      const { slot, person } = selected;
      return { slot, personId: person?.personId ?? null, name: person?.name ?? null };
    },
    get peopleOut() {
      const isOut = room.find.filter.isOut();
      let count = 0;
      for (let slot = 0; slot < shown.picture.slotCount; slot++)
        if (shown.picture.isPresent(slot) && isOut(slot)) count++;
      return count;
    },
    get followedPeople() {
      return room.find.follow.followed().map(({ person }) => person?.personId ?? null);
    },
    get scenes() {
      return document.querySelectorAll('.cesium-widget').length;
    },
    get followedSlot() {
      return scene()?.state.followedSlot ?? null;
    },
    get alarms() {
      return shown.alarms.map(({ alarmId, rule, level, active, acknowledged, person, areaName, permit }) => ({
        alarmId,
        rule,
        level,
        active,
        acknowledged,
        name: person?.name ?? '',
        areaName,
        permit: permit === null ? null : permitKey(permit.companyCode, permit.permitId),
      }));
    },
    get playback() {
      const { playback } = room;
      if (!playback.isShown()) return null;
      const { atMs, waitingForMs, isPlaying, speed } = playback.view();
      const marks = playback.marks().map(({ alarmId }) => alarmId);
      return { atMs, waitingForMs, isPlaying, speed, marks, newAlarms: playback.newAlarms().map((a) => a.alarmId) };
    },
    get tracks() {
      return room.tracks.tracks().map((one) => ({
        name: one.person.name,
        phase: one.phase,
        stored: one.track?.stored ?? 0,
      }));
    },
    get heatCells() {
      return room.playback.heat.heat()?.easting.length ?? 0;
    },
    get offFloor() {
      const isOff = room.floors.isOff();
      const off = [...shown.picture.bindings].filter(([slot]) => isOff(slot));
      return off.flatMap(([, { person }]) => person.personId ?? []).sort();
    },
    floorOf(personId) {
      for (const [slot, { person }] of shown.picture.bindings)
        if (person.personId === personId) return shown.picture.floorAt(slot);
      return null;
    },
    get isFlat() {
      return room.tools.isFlat();
    },
    get measured() {
      return room.tools.measure.result();
    },
    get musters() {
      return room.musters.standing().map(({ musterId, kind, counts }) => ({
        ...{ musterId, kind, counts },
        missing: missingOf(counts),
        safe: safeOf(counts),
        isCalling: room.musters.calling().some((one) => one.musterId === musterId),
      }));
    },
    get musterRings() {
      return room.musters.rings().map(({ name, isSilent, slot }) => ({ name, isSilent, isOnPicture: slot >= 0 }));
    },
    get musterOpen() {
      const musterId = room.musters.openId();
      return musterId === null ? null : { musterId, missing: room.musters.missing().map(lineKey) };
    },
    get dimmedByMuster() {
      const bright = room.musters.bright();
      if (bright === null) return [];
      const dimmed = [...shown.picture.bindings].filter(([slot]) => !bright.has(slot));
      return dimmed.flatMap(([, { person }]) => person.personId ?? []);
    },
    riseOf(personId) {
      for (const [slot, { person }] of shown.picture.bindings)
        if (person.personId === personId) return scene()?.places.riseOf(slot) ?? null;
      return null;
    },
    placeOfModel: (x, y, z) => scene()?.places.ofModelPoint(x, y, z) ?? null,
    windowPositionOfPlace: (lng, lat) => scene()?.places.ofGround(lng, lat) ?? null,
    placeOf(personId) {
      const { picture } = shown;
      for (const [slot, { person }] of picture.bindings) {
        if (person.personId !== personId || !picture.isPresent(slot)) continue;
        return { easting: picture.easting[slot] ?? 0, northing: picture.northing[slot] ?? 0 };
      }
      return null;
    },
    windowPositionOfPermit: (key) => scene()?.places.ofPermit(key) ?? null,
    windowPositionOf(personId) {
      for (const [slot, { person }] of shown.picture.bindings) {
        if (person.personId === personId) return scene()?.places.ofSlot(slot) ?? null;
      }
      return null;
    },
  };
}
