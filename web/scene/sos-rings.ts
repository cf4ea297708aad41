/** A ring on the ground around each person in SOS, so that the place is found from afar; a second one runs outward
 * once a second until somebody acknowledges. */
import { Cartesian3, Color, Material, Matrix4, PolylineCollection, type PrimitiveCollection } from 'cesium';
import { levelColor } from './scene-tones.ts';

const SEGMENTS = 64;
/** The tag hangs at the chest; the ring lies just above the floor. */
const FEET_BELOW_TAG_M = 0.9;
const STEADY_SCALE = 1;
const PULSE_SCALE = 2.4;

interface Ring {
  readonly lines: PolylineCollection;
  readonly pulse: PolylineCollection;
  readonly pulseColor: Color;
}

/** Unit circle in the plane; scaled and placed by each collection's model matrix. */
export const UNIT_CIRCLE = Array.from({ length: SEGMENTS + 1 }, (_, i) => {
  const angle = (i / SEGMENTS) * 2 * Math.PI;
  return new Cartesian3(Math.cos(angle), Math.sin(angle), 0);
});

export class SosRings {
  readonly #primitives: PrimitiveCollection;
  readonly #enuToFixed: Matrix4;
  readonly #rings = new Map<number, Ring>();
  readonly #scratch = new Matrix4();

  constructor(primitives: PrimitiveCollection, enuToFixed: Matrix4) {
    this.#primitives = primitives;
    this.#enuToFixed = enuToFixed;
  }

  get slots(): Iterable<number> {
    return this.#rings.keys();
  }

  setSlots(slots: ReadonlySet<number>): void {
    for (const [slot, ring] of this.#rings) {
      if (slots.has(slot)) continue;
      this.#primitives.remove(ring.lines);
      this.#primitives.remove(ring.pulse);
      this.#rings.delete(slot);
    }
    for (const slot of slots) if (!this.#rings.has(slot)) this.#rings.set(slot, this.#create());
  }

  #create(): Ring {
    const color = levelColor(1);
    const pulseColor = color.clone();
    const make = (ringColor: Color, width: number): PolylineCollection => {
      const lines = new PolylineCollection();
      lines.add({ positions: UNIT_CIRCLE, width, material: Material.fromType('Color', { color: ringColor }) });
      return this.#primitives.add(lines) as PolylineCollection;
    };
    return { lines: make(color, 3), pulse: make(pulseColor, 2), pulseColor };
  }

  /** Once a frame. `enu`: the person's place in the local frame; `phase` 0 - 1 of the second; null: acknowledged. */
  place(slot: number, enu: Float64Array, radiusM: number, phase: number | null): void {
    const ring = this.#rings.get(slot);
    if (ring === undefined) return;
    const translation = new Cartesian3(enu[0], enu[1], (enu[2] ?? 0) - FEET_BELOW_TAG_M);
    this.#setMatrix(ring.lines, translation, radiusM * STEADY_SCALE);
    ring.pulse.show = phase !== null;
    if (phase === null) return;
    this.#setMatrix(ring.pulse, translation, radiusM * (STEADY_SCALE + (PULSE_SCALE - STEADY_SCALE) * phase));
    ring.pulse.get(0).material.uniforms['color'] = Color.fromAlpha(ring.pulseColor, 1 - phase);
  }

  #setMatrix(lines: PolylineCollection, translation: Cartesian3, radiusM: number): void {
    const local = Matrix4.fromTranslation(translation, this.#scratch);
    Matrix4.multiplyByUniformScale(local, radiusM, local);
    lines.modelMatrix = Matrix4.multiply(this.#enuToFixed, local, new Matrix4());
  }
}
