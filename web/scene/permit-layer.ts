/**
 * Permits over the scene: their icons (planned twice a second, moved every frame), and the halos of the chosen one's crew. Of two
 * thousand only those that permit-plan.ts leaves standing cost anything in a frame.
 */
import type { PermitLook } from '../permits/icon-parts.ts';
import { IconOverlay } from './icon-overlay.ts';
import type { Box } from './label-plan.ts';
import type { LocalFrame } from './local-frame.ts';
import type { PeopleBuffer } from './people-buffer.ts';
import { ICON_PX, type PermitCandidate, type PlannedPermit, planPermits } from './permit-plan.ts';
import type { ScreenProjector } from './screen-projector.ts';

const PLAN_EVERY_S = 0.5;
/** Over the heads of the crew. */
const LIFT_M = 4;

export interface ScenePermit {
  readonly key: string;
  readonly lng: number;
  readonly lat: number;
  readonly look: PermitLook;
  /** Nobody acknowledged its worst alarm yet. */
  readonly isWaiting: boolean;
  readonly pulses: boolean;
  /** Among those without an alarm: 0 is shown first. */
  readonly rank: number;
}

export interface CrewMember {
  readonly slot: number;
  readonly isGuardian: boolean;
}

export interface PermitState {
  readonly permits: readonly ScenePermit[];
  readonly selectedKey: string | null;
  /** Of the chosen one, as far as they are on the scene. */
  readonly crew: readonly CrewMember[];
}

/** What stands under the hand: the icon, and those that it stands for. */
export interface PickedPermit {
  readonly key: string;
  readonly hidden: readonly string[];
}

interface Anchor {
  readonly permit: ScenePermit;
  readonly enu: Float64Array;
}

export class PermitLayer {
  readonly #overlay: IconOverlay;
  readonly #projector: ScreenProjector;
  readonly #people: PeopleBuffer;
  readonly #frame: LocalFrame;
  readonly #groundHeightM: number;
  readonly #enu = new Float64Array(3);
  readonly #px = new Float64Array(3);
  #anchors: Anchor[] = [];
  #selectedKey: string | null = null;
  #crew: readonly CrewMember[] = [];
  #planned: readonly PlannedPermit[] = [];
  #boxes: (Box & PickedPermit)[] = [];
  #plannedAtS = Number.NEGATIVE_INFINITY;
  typeScale = 1;

  constructor(
    container: HTMLElement,
    projector: ScreenProjector,
    people: PeopleBuffer,
    frame: LocalFrame,
    groundHeightM: number,
  ) {
    this.#overlay = new IconOverlay(container);
    this.#projector = projector;
    this.#people = people;
    this.#frame = frame;
    this.#groundHeightM = groundHeightM;
  }

  set({ permits, selectedKey, crew }: PermitState): void {
    const known = new Map(this.#anchors.map((anchor) => [anchor.permit.key, anchor]));
    this.#anchors = permits.map((permit) => {
      const before = known.get(permit.key);
      const isSamePlace = before?.permit.lng === permit.lng && before.permit.lat === permit.lat;
      if (before !== undefined && isSamePlace) return before.permit === permit ? before : { permit, enu: before.enu };
      const enu = new Float64Array(3);
      this.#frame.enuFromLngLat(permit.lng, permit.lat, this.#groundHeightM + LIFT_M, enu);
      return { permit, enu };
    });
    this.#selectedKey = selectedKey;
    this.#crew = crew;
    this.invalidate();
  }

  /** Plans anew with the next frame. */
  invalidate(): void {
    this.#plannedAtS = Number.NEGATIVE_INFINITY;
  }

  get shown(): readonly string[] {
    return this.#planned.map(({ candidate: { ref } }) => this.#anchors[ref]!.permit.key);
  }

  /** After each rendered frame. */
  update(nowS: number): void {
    this.#projector.begin();
    if (nowS - this.#plannedAtS >= PLAN_EVERY_S || nowS < this.#plannedAtS) {
      this.#plannedAtS = nowS;
      this.#plan();
    }
    this.#boxes = [];
    for (const planned of this.#planned) this.#place(planned);
    for (const { slot } of this.#crew) {
      const isSeen = this.#people.positionAt(slot, nowS, this.#enu) && this.#projector.project(this.#enu, this.#px);
      this.#overlay.place(haloKey(slot), this.#px[0]!, this.#px[1]!, isSeen);
    }
  }

  #plan(): void {
    const candidates: PermitCandidate[] = [];
    for (const [ref, { permit, enu }] of this.#anchors.entries()) {
      if (!this.#projector.project(enu, this.#px)) continue;
      candidates.push({
        ref,
        xPx: this.#px[0]!,
        yPx: this.#px[1]!,
        distanceM: this.#px[2]!,
        alarmLevel: permit.look.alarmLevel,
        isWaiting: permit.isWaiting,
        isSelected: permit.key === this.#selectedKey,
        rank: permit.rank,
      });
    }
    this.#planned = planPermits(candidates, this.typeScale);
    this.#overlay.set([
      ...this.#crew.map(({ slot, isGuardian }) => ({
        key: haloKey(slot),
        look: null,
        className: isGuardian ? 'crew-halo guardian' : 'crew-halo',
        text: '',
      })),
      ...this.#planned.map(({ candidate, hidden, hiddenLevel }) => {
        const { key, look, pulses } = this.#anchors[candidate.ref]!.permit;
        const isLarge = candidate.isSelected || candidate.alarmLevel > 0;
        const className = [
          'scene-permit',
          isLarge ? 'large' : '',
          candidate.isSelected ? 'selected' : '',
          pulses ? `pulses level-${look.alarmLevel}` : '',
          hiddenLevel > 0 ? `over-${hiddenLevel}` : '',
        ];
        return {
          key,
          look,
          className: className.filter(Boolean).join(' '),
          text: hidden.length > 0 ? `+${hidden.length}` : '',
        };
      }),
    ]);
  }

  #place({ candidate, asidePx, upPx, hidden }: PlannedPermit): void {
    const anchor = this.#anchors[candidate.ref];
    if (anchor === undefined) return;
    const isSeen = this.#projector.project(anchor.enu, this.#px);
    const xPx = this.#px[0]! + asidePx;
    const yPx = this.#px[1]! - upPx;
    this.#overlay.place(anchor.permit.key, xPx, yPx, isSeen);
    if (!isSeen) return;
    const half = (ICON_PX * this.typeScale) / 2;
    const keys = hidden.flatMap((ref) => this.#anchors[ref]?.permit.key ?? []);
    this.#boxes.push({
      key: anchor.permit.key,
      hidden: keys,
      left: xPx - half,
      right: xPx + half,
      top: yPx - 2 * half,
      bottom: yPx,
    });
  }

  /** Where icons stood in the last frame: names keep off them. */
  get boxes(): readonly Box[] {
    return this.#boxes;
  }

  /** The last drawn lies on top. Layout px of the canvas; null: none is there. */
  pickAt(xPx: number, yPx: number): PickedPermit | null {
    return (
      this.#boxes.findLast(
        ({ left, right, top, bottom }) => xPx >= left && xPx <= right && yPx >= top && yPx <= bottom,
      ) ?? null
    );
  }

  /** Middle of its icon in the last frame; null: it is not on the screen, or in another's count. */
  positionOf(key: string): { readonly xPx: number; readonly yPx: number } | null {
    const box = this.#boxes.find((one) => one.key === key);
    return box === undefined ? null : { xPx: (box.left + box.right) / 2, yPx: (box.top + box.bottom) / 2 };
  }

  destroy(): void {
    this.#overlay.destroy();
  }
}

const haloKey = (slot: number): string => `halo:${slot}`;
