/**
 * Keeps the overlay's labels on people, areas and tracks: planned twice a second, moved every frame. What waits for an
 * acknowledgement is pointed at from the edge while out of the picture (edge-pointers.ts); the camera itself stays.
 */
import { type AreaView, areaKey } from '../../stream/protocol/effects.ts';
import { type Insets, isInside } from './edge-place.ts';
import { EdgePointers, type PointerTarget } from './edge-pointers.ts';
import { LabelOverlay, type OverlayLabel } from './label-overlay.ts';
import { type Box, type LabelCandidate, type PlannedLabel, planLabels } from './label-plan.ts';
import type { LocalFrame } from './local-frame.ts';
import type { PeopleBuffer } from './people-buffer.ts';
import type { PeopleStyling } from './people-style.ts';
import type { PeopleSurvey } from './people-survey.ts';
import type { AlarmedPlace } from './place-circles.ts';
import type { ScreenProjector } from './screen-projector.ts';

const PLAN_EVERY_S = 0.5;
/** Who has a name keeps it until somebody is nearer than this share. */
const KEEPS_NAME = 0.9;
/** Above the sprite, px. */
const PERSON_LIFT_PX = 12;
const ALARMED_LIFT_PX = 20;
/** Over the heads of those who stand there. */
const PLACE_LIFT_M = 3;

export interface LabelTexts {
  /** Short text over a person; null: nothing to say. */
  person(slot: number): string | null;
  area(area: AreaView): string;
  /** `37 条`: so many alarms in one direction. */
  alarms(count: number): string;
  /** Time of day on a track. */
  time(atMs: number): string;
}

interface FixedAnchor {
  readonly key: string;
  readonly text: string;
  readonly className: string;
  readonly enu: Float64Array;
}

interface StandingAnchor extends FixedAnchor {
  readonly upPx: number;
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

export class SceneLabels {
  readonly #overlay: LabelOverlay;
  readonly #projector: ScreenProjector;
  readonly #people: PeopleBuffer;
  readonly #survey: PeopleSurvey;
  readonly #frame: LocalFrame;
  readonly #texts: LabelTexts;
  readonly #pointers: EdgePointers;
  readonly #enu = new Float64Array(3);
  readonly #px = new Float64Array(3);
  #plannedAtS = Number.NEGATIVE_INFINITY;
  #persons: PersonAnchor[] = [];
  #fixed: StandingAnchor[] = [];
  #areas: AreaAnchor[] = [];
  #places: PlaceAnchor[] = [];
  #track: FixedAnchor[] = [];
  isEnabled = true;
  /** Where something else stands that names keep off. */
  covered: readonly Box[] = [];
  /** Of the type, 1 at 14 px. */
  typeScale = 1;

  constructor(
    container: HTMLElement,
    projector: ScreenProjector,
    people: PeopleBuffer,
    survey: PeopleSurvey,
    frame: LocalFrame,
    texts: LabelTexts,
  ) {
    this.#overlay = new LabelOverlay(container);
    this.#projector = projector;
    this.#people = people;
    this.#survey = survey;
    this.#frame = frame;
    this.#texts = texts;
    this.#pointers = new EdgePointers(this.#overlay, projector, people);
  }

  /** Parts of the canvas that the page covers. */
  set insets(insets: Insets) {
    this.#pointers.insets = insets;
    this.invalidate();
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
  update(nowS: number, styling: PeopleStyling): void {
    this.#projector.begin();
    if (nowS - this.#plannedAtS >= PLAN_EVERY_S || nowS < this.#plannedAtS) {
      this.#plannedAtS = nowS;
      this.#plan(nowS, styling);
    }
    for (const { slot, key, liftPx } of this.#persons) {
      const isSeen = this.#people.positionAt(slot, nowS, this.#enu) && this.#projector.project(this.#enu, this.#px);
      this.#overlay.place(key, this.#px[0]!, this.#px[1]! - liftPx, isSeen);
    }
    for (const { key, enu, upPx } of this.#fixed) {
      const isSeen = this.#projector.project(enu, this.#px);
      this.#overlay.place(key, this.#px[0]!, this.#px[1]! - upPx, isSeen);
    }
    this.#pointers.place(nowS);
  }

  #plan(nowS: number, styling: PeopleStyling): void {
    const labels: OverlayLabel[] = [];
    const outside: PointerTarget[] = [];
    const candidates = [
      ...this.#personCandidates(nowS, styling, outside),
      ...this.#placeCandidates(outside),
      ...this.#areaCandidates(),
    ];
    this.#persons = [];
    this.#fixed = this.#track.map((anchor) => ({ ...anchor, upPx: 0 }));
    const textOf = ({ kind, ref }: Pick<LabelCandidate, 'kind' | 'ref'>): string | null => {
      if (kind === 'person') return this.#texts.person(ref);
      return kind === 'place' ? this.#places[ref]!.text : this.#areas[ref]!.text;
    };
    for (const planned of planLabels(candidates, textOf, [...this.#pointers.boxes, ...this.covered], this.typeScale)) {
      const { kind, ref } = planned.candidate;
      if (kind === 'person') this.#addPerson(planned, labels);
      else {
        const anchor = kind === 'place' ? this.#places[ref]! : this.#areas[ref]!;
        labels.push(anchor);
        this.#fixed.push({ ...anchor, upPx: planned.upPx });
      }
    }
    const pointers = this.#pointers.plan(outside, textOf, this.#texts.alarms);
    this.#overlay.set([...labels, ...pointers, ...this.#track]);
    this.#pointers.measure();
  }

  #addPerson({ candidate, text, upPx }: PlannedLabel, labels: OverlayLabel[]): void {
    const { ref, level, isSelected } = candidate;
    const key = `person:${ref}`;
    const tone = level > 0 ? ` alarmed level-${level}` : '';
    labels.push({ key, text, className: `scene-label${tone}${isSelected ? ' selected' : ''}` });
    this.#persons.push({ slot: ref, key, liftPx: liftOf(level) + upPx });
  }

  /** Also tells who waits for an acknowledgement outside the picture. */
  #personCandidates(nowS: number, { alarms, selectedSlot }: PeopleStyling, outside: PointerTarget[]): LabelCandidate[] {
    const candidates: LabelCandidate[] = [];
    const slots = new Set(alarms.keys());
    const named = new Set(this.#persons.map(({ slot }) => slot));
    if (selectedSlot !== null) slots.add(selectedSlot);
    if (this.isEnabled) for (const slot of this.#survey.near()) slots.add(slot);
    for (const slot of slots) {
      if (!this.#people.positionAt(slot, nowS, this.#enu)) continue;
      const alarm = alarms.get(slot);
      const isSeen = this.#projector.project(this.#enu, this.#px);
      const [xPx, yPx, distanceM] = this.#px as unknown as [number, number, number];
      const level = alarm?.level ?? 0;
      const isSos = alarm?.sos ?? false;
      const isWaiting = alarm?.acknowledged === false;
      if (isWaiting && !this.#isFree(isSeen)) {
        outside.push({ ref: slot, kind: 'person', xPx, yPx, level, isSos, enu: null });
        continue;
      }
      if (!isSeen) continue;
      const at = { xPx, yPx: yPx - liftOf(level), distanceM: named.has(slot) ? KEEPS_NAME * distanceM : distanceM };
      const isSelected = slot === selectedSlot;
      candidates.push({ ref: slot, kind: 'person', ...at, level, isSos, isWaiting, isSelected });
    }
    return candidates;
  }

  #placeCandidates(outside: PointerTarget[]): LabelCandidate[] {
    const candidates: LabelCandidate[] = [];
    this.#places.forEach(({ enu, level, acknowledged }, ref) => {
      const isSeen = this.#projector.project(enu, this.#px);
      const [xPx, yPx, distanceM] = this.#px as unknown as [number, number, number];
      const of = { ref, kind: 'place', xPx, yPx, level, isSos: false } as const;
      if (!acknowledged && !this.#isFree(isSeen)) outside.push({ ...of, enu });
      else if (isSeen) candidates.push({ ...of, distanceM, isWaiting: !acknowledged, isSelected: false });
    });
    return candidates;
  }

  /** Whether what was projected last lies where nothing covers it. */
  #isFree(isSeen: boolean): boolean {
    const { widthPx, heightPx } = this.#projector;
    return isSeen && isInside(this.#px[0]!, this.#px[1]!, widthPx, heightPx, this.#pointers.insets);
  }

  #areaCandidates(): LabelCandidate[] {
    const candidates: LabelCandidate[] = [];
    this.#areas.forEach(({ enu, level, isCompany }, ref) => {
      if (!this.#projector.project(enu, this.#px)) return;
      const kind = isCompany ? 'company' : 'area';
      const [xPx, yPx, distanceM] = this.#px as unknown as [number, number, number];
      const calm = { isSos: false, isWaiting: false, isSelected: false };
      candidates.push({ ref, kind, xPx, yPx, distanceM, level, ...calm });
    });
    return candidates;
  }

  destroy(): void {
    this.#overlay.destroy();
  }
}

const liftOf = (level: number): number => (level > 0 ? ALARMED_LIFT_PX : PERSON_LIFT_PX);

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
