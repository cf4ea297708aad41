/** Keeps the overlay's labels on people and areas: planned twice a second, moved every frame. */
import type { AreaView } from '../../stream/protocol/effects.ts';
import { LabelOverlay, type OverlayLabel } from './label-overlay.ts';
import { LABEL_POOL, type LabelCandidate, planLabels } from './label-plan.ts';
import type { LocalFrame } from './local-frame.ts';
import type { PeopleBuffer } from './people-buffer.ts';
import type { ScreenProjector } from './screen-projector.ts';

const PLAN_EVERY_S = 0.5;
const AREA_LABELS = 40;
/** Above the sprite, px. */
const PERSON_LIFT_PX = 12;
const ALARMED_LIFT_PX = 20;

export interface LabelTexts {
  /** Short text over a person; null: nothing to say. */
  person(slot: number): string | null;
}

interface AreaAnchor {
  readonly key: string;
  readonly text: string;
  readonly className: string;
  readonly enu: Float64Array;
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
  #personSlots: { readonly slot: number; readonly key: string; readonly liftPx: number }[] = [];
  #areas: AreaAnchor[] = [];
  isEnabled = true;

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
      const level = alarmLevels.get(area.areaId);
      const className = level === undefined ? 'scene-label area' : `scene-label area alarmed level-${level}`;
      return { key: `area:${area.areaId}`, text: area.name, className, enu };
    });
    this.invalidate();
  }

  /** Once a rendered frame. `alarms` maps slot -> level. */
  update(nowS: number, selectedSlot: number | null, alarms: ReadonlyMap<number, { readonly level: number }>): void {
    this.#projector.begin();
    if (nowS - this.#plannedAtS >= PLAN_EVERY_S || nowS < this.#plannedAtS) {
      this.#plannedAtS = nowS;
      this.#plan(nowS, selectedSlot, alarms);
    }
    for (const { slot, key, liftPx } of this.#personSlots) {
      const isSeen = this.#people.positionAt(slot, nowS, this.#enu) && this.#projector.project(this.#enu, this.#px);
      this.#overlay.place(key, this.#px[0]!, this.#px[1]! - liftPx, isSeen);
    }
    for (const area of this.#areas) {
      const isSeen = this.#projector.project(area.enu, this.#px);
      this.#overlay.place(area.key, this.#px[0]!, this.#px[1]!, isSeen);
    }
  }

  #plan(nowS: number, selectedSlot: number | null, alarms: ReadonlyMap<number, { readonly level: number }>): void {
    const candidates: LabelCandidate[] = [];
    for (let slot = 0; slot < this.#people.count; slot++) {
      if (!this.#people.isVisible(slot) || !this.#people.positionAt(slot, nowS, this.#enu)) continue;
      if (!this.#projector.project(this.#enu, this.#px)) continue;
      const level = alarms.get(slot)?.level ?? 0;
      const isSelected = slot === selectedSlot;
      if (!this.isEnabled && level === 0 && !isSelected) continue;
      candidates.push({
        slot,
        xPx: this.#px[0]!,
        yPx: this.#px[1]!,
        distanceM: this.#px[2]!,
        level,
        isSelected,
      });
    }
    const labels: OverlayLabel[] = [];
    this.#personSlots = [];
    for (const slot of planLabels(candidates, this.#projector.widthPx)) {
      const text = this.#texts.person(slot);
      if (text === null) continue;
      const level = alarms.get(slot)?.level ?? 0;
      const key = `person:${slot}`;
      const tone = level > 0 ? ` alarmed level-${level}` : '';
      labels.push({ key, text, className: `scene-label${tone}${slot === selectedSlot ? ' selected' : ''}` });
      this.#personSlots.push({ slot, key, liftPx: level > 0 ? ALARMED_LIFT_PX : PERSON_LIFT_PX });
    }
    this.#overlay.set([...this.#areas.slice(0, AREA_LABELS), ...labels.slice(0, LABEL_POOL)]);
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
