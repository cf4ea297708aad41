/**
 * Keeps the overlay's labels on people, areas and tracks: planned twice a second, moved every frame. A person in an
 * alarm that nobody acknowledged is pointed at from the edge while out of the picture; the camera itself stays.
 */
import { type AreaView, areaKey } from '../../stream/protocol/effects.ts';
import { edgePlace, type Insets, isInside } from './edge-place.ts';
import { LabelOverlay, type OverlayLabel } from './label-overlay.ts';
import { type LabelCandidate, planLabels } from './label-plan.ts';
import type { LocalFrame } from './local-frame.ts';
import type { PeopleBuffer, PersonAlarm } from './people-buffer.ts';
import type { AlarmedPlace } from './place-circles.ts';
import type { ScreenProjector } from './screen-projector.ts';

const PLAN_EVERY_S = 0.5;
/** Above the sprite, px. */
const PERSON_LIFT_PX = 12;
const ALARMED_LIFT_PX = 20;
/** Over the heads of those who stand there. */
const PLACE_LIFT_M = 3;

export interface LabelTexts {
  /** Short text over a person; null: nothing to say. */
  person(slot: number): string | null;
  area(area: AreaView): string;
  /** Time of day on a track. */
  time(atMs: number): string;
}

interface FixedAnchor {
  readonly key: string;
  readonly text: string;
  readonly className: string;
  readonly enu: Float64Array;
}

interface AreaAnchor extends FixedAnchor {
  readonly level: number;
  readonly isCompany: boolean;
}

interface PersonAnchor {
  readonly slot: number;
  readonly key: string;
  readonly liftPx: number;
}

interface PlaceAnchor extends FixedAnchor {
  readonly level: number;
  readonly acknowledged: boolean;
}

interface Pointer {
  /** A person; else a place that stays. */
  readonly slot: number | null;
  readonly enu: Float64Array | null;
  readonly key: string;
  /** Edges for its middle, so that all of it stays on the free part. */
  insets: Insets;
}

export class SceneLabels {
  readonly #overlay: LabelOverlay;
  readonly #projector: ScreenProjector;
  readonly #people: PeopleBuffer;
  readonly #frame: LocalFrame;
  readonly #texts: LabelTexts;
  readonly #enu = new Float64Array(3);
  readonly #px = new Float64Array(3);
  #plannedAtS = Number.NEGATIVE_INFINITY;
  #persons: PersonAnchor[] = [];
  #pointers: Pointer[] = [];
  #fixed: FixedAnchor[] = [];
  #areas: AreaAnchor[] = [];
  #places: PlaceAnchor[] = [];
  #track: FixedAnchor[] = [];
  isEnabled = true;
  /** Parts of the canvas that the page covers. */
  insets: Insets = { leftPx: 0, rightPx: 0, topPx: 0, bottomPx: 0 };

  constructor(
    container: HTMLElement,
    projector: ScreenProjector,
    people: PeopleBuffer,
    frame: LocalFrame,
    texts: LabelTexts,
  ) {
    this.#overlay = new LabelOverlay(container);
    this.#projector = projector;
    this.#people = people;
    this.#frame = frame;
    this.#texts = texts;
  }

  /** Plans anew with the next frame. */
  invalidate(): void {
    this.#plannedAtS = Number.NEGATIVE_INFINITY;
  }

  setAreas(areas: readonly AreaView[], alarmLevels: ReadonlyMap<string, number>, groundHeightM: number): void {
    this.#areas = areas.map((area) => {
      const enu = new Float64Array(3);
      const [lng, lat] = middleOf(area);
      this.#frame.enuFromLngLat(lng, lat, area.zMaxM ?? area.zMinM ?? groundHeightM, enu);
      const key = areaKey(area.companyCode, area.areaId);
      const level = alarmLevels.get(key) ?? 0;
      return {
        key: `area:${key}`,
        text: this.#texts.area(area),
        className: level === 0 ? 'scene-label area' : `scene-label area alarmed level-${level}`,
        enu,
        level,
        isCompany: area.kind === 'COMPANY_BOUNDARY',
      };
    });
    this.invalidate();
  }

  /** Alarms about a place: named there, or pointed at from the edge while nobody acknowledged them. */
  setPlaces(places: readonly AlarmedPlace[], groundHeightM: number): void {
    this.#places = places.map(({ alarmId, lng, lat, heightM, radiusM, level, acknowledged, text }) => {
      const enu = new Float64Array(3);
      this.#frame.enuFromLngLat(lng, lat, (heightM ?? groundHeightM) + PLACE_LIFT_M, enu);
      // At the rim: the middle is for those who stand there, and for the call of one of them.
      enu[1] = (enu[1] ?? 0) + radiusM;
      return {
        key: `place:${alarmId}`,
        text,
        className: `scene-label alarmed level-${level}`,
        enu,
        level,
        acknowledged,
      };
    });
    this.invalidate();
  }

  /** Times along the shown track; empty: none. */
  setTrackTimes(
    times: readonly { readonly text: string; readonly lng: number; readonly lat: number; readonly heightM: number }[],
  ): void {
    this.#track = times.map(({ text, lng, lat, heightM }, i) => {
      const enu = new Float64Array(3);
      this.#frame.enuFromLngLat(lng, lat, heightM, enu);
      return { key: `track:${i}`, text, className: 'scene-label track', enu };
    });
    this.invalidate();
  }

  /** Once a rendered frame. */
  update(nowS: number, selectedSlot: number | null, alarms: ReadonlyMap<number, PersonAlarm>): void {
    this.#projector.begin();
    if (nowS - this.#plannedAtS >= PLAN_EVERY_S || nowS < this.#plannedAtS) {
      this.#plannedAtS = nowS;
      this.#plan(nowS, selectedSlot, alarms);
    }
    for (const { slot, key, liftPx } of this.#persons) {
      const isSeen = this.#people.positionAt(slot, nowS, this.#enu) && this.#projector.project(this.#enu, this.#px);
      this.#overlay.place(key, this.#px[0]!, this.#px[1]! - liftPx, isSeen);
    }
    for (const { key, enu } of this.#fixed) {
      const isSeen = this.#projector.project(enu, this.#px);
      this.#overlay.place(key, this.#px[0]!, this.#px[1]!, isSeen);
    }
    for (const pointer of this.#pointers) this.#placePointer(pointer, nowS);
  }

  #placePointer({ slot, enu, key, insets }: Pointer, nowS: number): void {
    if (enu !== null) this.#enu.set(enu);
    else if (slot === null || !this.#people.positionAt(slot, nowS, this.#enu)) return;
    this.#projector.project(this.#enu, this.#px);
    const { widthPx, heightPx } = this.#projector;
    const place = edgePlace(this.#px[0]!, this.#px[1]!, widthPx, heightPx, insets);
    this.#overlay.place(key, place.xPx, place.yPx, true);
  }

  #plan(nowS: number, selectedSlot: number | null, alarms: ReadonlyMap<number, PersonAlarm>): void {
    const labels: OverlayLabel[] = [];
    this.#pointers = [];
    const candidates = [
      ...this.#personCandidates(nowS, selectedSlot, alarms, labels),
      ...this.#placeCandidates(labels),
      ...this.#areaCandidates(),
    ];
    this.#persons = [];
    this.#fixed = [...this.#track];
    for (const chosen of planLabels(candidates, this.#projector.widthPx)) {
      if (chosen.kind === 'person') this.#addPerson(chosen, labels);
      else {
        const anchor = chosen.kind === 'place' ? this.#places[chosen.ref]! : this.#areas[chosen.ref]!;
        labels.push(anchor);
        this.#fixed.push(anchor);
      }
    }
    this.#overlay.set([...labels, ...this.#track]);
    for (const pointer of this.#pointers) {
      const halfPx = this.#overlay.widthPx(pointer.key) / 2;
      const { leftPx, rightPx } = this.insets;
      pointer.insets = { ...this.insets, leftPx: leftPx + halfPx, rightPx: rightPx + halfPx };
    }
  }

  #addPerson(chosen: LabelCandidate, labels: OverlayLabel[]): void {
    const text = this.#texts.person(chosen.ref);
    if (text === null) return;
    const key = `person:${chosen.ref}`;
    const tone = chosen.level > 0 ? ` alarmed level-${chosen.level}` : '';
    labels.push({ key, text, className: `scene-label${tone}${chosen.isSelected ? ' selected' : ''}` });
    this.#persons.push({ slot: chosen.ref, key, liftPx: chosen.level > 0 ? ALARMED_LIFT_PX : PERSON_LIFT_PX });
  }

  /** Also plans the pointers to those who wait for an acknowledgement outside the picture. */
  #personCandidates(
    nowS: number,
    selectedSlot: number | null,
    alarms: ReadonlyMap<number, PersonAlarm>,
    labels: OverlayLabel[],
  ): LabelCandidate[] {
    const candidates: LabelCandidate[] = [];
    const { widthPx, heightPx } = this.#projector;
    for (let slot = 0; slot < this.#people.count; slot++) {
      if (!this.#people.isVisible(slot) || !this.#people.positionAt(slot, nowS, this.#enu)) continue;
      const alarm = alarms.get(slot);
      const isSeen = this.#projector.project(this.#enu, this.#px);
      const xPx = this.#px[0]!;
      const yPx = this.#px[1]!;
      if (alarm?.acknowledged === false && !(isSeen && isInside(xPx, yPx, widthPx, heightPx, this.insets))) {
        const text = this.#texts.person(slot);
        const { arrow } = edgePlace(xPx, yPx, widthPx, heightPx, this.insets);
        const key = `pointer:${slot}`;
        if (text !== null) {
          labels.push({ key, text: `${arrow} ${text}`, className: `scene-label alarmed pointer level-${alarm.level}` });
          this.#pointers.push({ slot, enu: null, key, insets: this.insets });
          continue;
        }
      }
      const isSelected = slot === selectedSlot;
      if (!isSeen || (!this.isEnabled && alarm === undefined && !isSelected)) continue;
      const level = alarm?.level ?? 0;
      candidates.push({ ref: slot, kind: 'person', xPx, yPx, distanceM: this.#px[2]!, level, isSelected });
    }
    return candidates;
  }

  #placeCandidates(labels: OverlayLabel[]): LabelCandidate[] {
    const candidates: LabelCandidate[] = [];
    const { widthPx, heightPx } = this.#projector;
    this.#places.forEach(({ key, text, enu, level, acknowledged }, ref) => {
      const isSeen = this.#projector.project(enu, this.#px);
      const [xPx, yPx, distanceM] = this.#px as unknown as [number, number, number];
      const isFree = isSeen && isInside(xPx, yPx, widthPx, heightPx, this.insets);
      if (!isFree && !acknowledged) {
        const { arrow } = edgePlace(xPx, yPx, widthPx, heightPx, this.insets);
        labels.push({ key, text: `${arrow} ${text}`, className: `scene-label alarmed pointer level-${level}` });
        this.#pointers.push({ slot: null, enu, key, insets: this.insets });
      } else if (isSeen) candidates.push({ ref, kind: 'place', xPx, yPx, distanceM, level, isSelected: false });
    });
    return candidates;
  }

  #areaCandidates(): LabelCandidate[] {
    const candidates: LabelCandidate[] = [];
    this.#areas.forEach(({ enu, level, isCompany }, ref) => {
      if (!this.#projector.project(enu, this.#px)) return;
      const kind = isCompany ? 'company' : 'area';
      const [xPx, yPx, distanceM] = this.#px as unknown as [number, number, number];
      candidates.push({ ref, kind, xPx, yPx, distanceM, level, isSelected: false });
    });
    return candidates;
  }

  destroy(): void {
    this.#overlay.destroy();
  }
}

/** Middle of the box around the first outer ring: good enough for a name. */
function middleOf(area: AreaView): readonly [number, number] {
  const ring = area.polygons[0]?.[0] ?? [];
  let west = 180;
  let east = -180;
  let south = 90;
  let north = -90;
  for (const [lng, lat] of ring) {
    west = Math.min(west, lng);
    east = Math.max(east, lng);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return [(west + east) / 2, (south + north) / 2];
}
