import { describe, expect, it } from 'vitest';
import { stateFrom } from '../../stream/protocol/frame.ts';
import type { LocalFrame } from './local-frame.ts';
import {
  FLOATS_PER_PERSON,
  freshnessCode,
  PeopleBuffer,
  type PeopleSource,
  type PeopleStyling,
  SHAPE,
  STYLE_BYTES_PER_PERSON,
  STYLE_FLAG,
  VISIBILITY,
} from './people-buffer.ts';

/** The plane is the local frame: what is tested is the packing, not the projection. */
const FLAT: LocalFrame = {
  home: { lng: 0, lat: 0, heightM: 0 },
  enuFromLngLat: () => undefined,
  enuFromPlane(easting, northing, heightM, out, offset = 0) {
    out[offset] = easting;
    out[offset + 1] = northing;
    out[offset + 2] = heightM;
    return true;
  },
};
const NOW_MS = 1_000_000;

class Source implements PeopleSource {
  slotCount = 0;
  easting = new Float64Array(4096);
  northing = new Float64Array(4096);
  heightM = new Float32Array(4096).fill(Number.NaN);
  generation = new Uint8Array(4096);
  state = new Uint8Array(4096);
  observedAtMs = new Float64Array(4096).fill(NOW_MS);
  readonly present = new Set<number>();
  isPresent(slot: number): boolean {
    return this.present.has(slot);
  }
  put(slot: number, easting: number, northing: number, more: { heightM?: number; generation?: number } = {}): void {
    this.slotCount = Math.max(this.slotCount, slot + 1);
    this.present.add(slot);
    this.easting[slot] = easting;
    this.northing[slot] = northing;
    if (more.heightM !== undefined) this.heightM[slot] = more.heightM;
    if (more.generation !== undefined) this.generation[slot] = more.generation;
  }
}

const styling = (change: Partial<PeopleStyling> = {}): PeopleStyling => ({
  nowMs: NOW_MS,
  selectedSlot: null,
  alarms: new Map(),
  shownShapes: [true, true, true, true],
  isIdentified: () => true,
  isDimmed: () => false,
  ...change,
});

const placeAt = (buffer: PeopleBuffer, slot: number, nowS: number): number[] | null => {
  const out = new Float64Array(3);
  return buffer.positionAt(slot, nowS, out) ? [...out] : null;
};
const styleOf = (buffer: PeopleBuffer, slot: number): number[] => [
  ...buffer.style.subarray(slot * STYLE_BYTES_PER_PERSON, (slot + 1) * STYLE_BYTES_PER_PERSON),
];

describe('people buffer', () => {
  it('[WEB-3] draws a person between the last two fixes and never beyond the newest', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(7, 100, 200);
    buffer.update(source, 10);
    source.put(7, 104, 200);
    buffer.update(source, 12);
    expect(placeAt(buffer, 7, 12)?.[0]).toBeCloseTo(100, 4);
    expect(placeAt(buffer, 7, 13)?.[0]).toBeCloseTo(102, 4);
    expect(placeAt(buffer, 7, 14)?.[0]).toBeCloseTo(104, 4);
    expect(placeAt(buffer, 7, 999)?.[0]).toBeCloseTo(104, 4);
    expect(buffer.movingUntilS).toBeCloseTo(14, 6);
  });

  it('[WEB-3] a new fix during the glide starts from where the person is drawn, without a jump back', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(0, 0, 0);
    buffer.update(source, 0);
    source.put(0, 10, 0);
    buffer.update(source, 2);
    source.put(0, 10, 10);
    buffer.update(source, 3);
    expect(placeAt(buffer, 0, 3)?.[0]).toBeCloseTo(5, 4);
    expect(placeAt(buffer, 0, 3)?.[1]).toBeCloseTo(0, 4);
    expect(placeAt(buffer, 0, 4)).toEqual([10, 10, expect.closeTo(5.2, 4)]);
  });

  it('[WEB-3] somebody new, a slot given to another, and a leap are placed at once', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(0, 0, 0);
    source.put(1, 0, 0);
    buffer.update(source, 0);
    expect(placeAt(buffer, 0, 0)?.[0]).toBe(0);
    source.put(0, 20, 0, { generation: 1 });
    source.put(1, 500, 0);
    buffer.update(source, 1);
    expect(placeAt(buffer, 0, 1)?.[0]).toBe(20);
    expect(placeAt(buffer, 1, 1)?.[0]).toBe(500);
  });

  it('a fix sent again without a change uploads nothing', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(3, 5, 5);
    source.put(4, 5, 5, { heightM: 7.3 });
    buffer.update(source, 0);
    buffer.clearGeometryMark();
    buffer.update(source, 1);
    expect([buffer.geometryFrom, buffer.geometryTo]).toEqual([0, 0]);
    source.put(4, 6, 5);
    buffer.update(source, 2);
    expect([buffer.geometryFrom, buffer.geometryTo]).toEqual([4, 5]);
  });

  it('people without a height stand on the ground of the settings', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(0, 0, 0);
    source.put(1, 0, 0, { heightM: 18 });
    buffer.update(source, 0);
    expect(placeAt(buffer, 0, 0)?.[2]).toBeCloseTo(5.2, 4);
    expect(placeAt(buffer, 1, 0)?.[2]).toBeCloseTo(18, 4);
  });

  it('[WEB-4] grows by doubling and keeps what it held', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(5, 1, 2);
    buffer.update(source, 0);
    expect(buffer.capacity).toBe(1024);
    const before = buffer.revision;
    source.put(1500, 3, 4);
    buffer.update(source, 1);
    expect(buffer.capacity).toBe(2048);
    expect(buffer.revision).toBe(before + 1);
    expect(placeAt(buffer, 5, 1)?.slice(0, 2)).toEqual([1, 2]);
    expect([buffer.count, buffer.drawn]).toEqual([1501, 2]);
    expect(buffer.geometry.length).toBe(2048 * FLOATS_PER_PERSON);
  });

  it('somebody who left is hidden', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(0, 0, 0);
    buffer.update(source, 0);
    buffer.restyle(source, styling());
    expect(buffer.isVisible(0)).toBe(true);
    source.present.clear();
    buffer.update(source, 1);
    expect(buffer.restyle(source, styling())).toBe(true);
    expect(buffer.isVisible(0)).toBe(false);
    expect(placeAt(buffer, 0, 1)).toBeNull();
    expect(buffer.drawn).toBe(0);
  });

  it('[WEB-5] shape is the person type; a tag without a wearer is a ring', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    for (const slot of [0, 1, 2, 3]) {
      source.put(slot, 0, 0);
      source.state[slot] = stateFrom(slot, 0, false, 0);
    }
    source.put(4, 0, 0);
    buffer.update(source, 0);
    buffer.restyle(source, styling({ isIdentified: (slot) => slot !== 4 }));
    expect([0, 1, 2, 3, 4].map((slot) => styleOf(buffer, slot)[0])).toEqual([
      SHAPE.disc,
      SHAPE.diamond,
      SHAPE.square,
      SHAPE.ring,
      SHAPE.ring,
    ]);
  });

  it('[WEB-5] the alarm lane sets level, SOS and the pulse; the selection its ring', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    for (const slot of [0, 1, 2]) source.put(slot, 0, 0);
    source.state[2] = stateFrom(0, 3, false, 0);
    buffer.update(source, 0);
    const alarms = new Map([
      [0, { level: 1, acknowledged: false, pulses: true, sos: true }],
      [1, { level: 2, acknowledged: true, pulses: false, sos: false }],
    ]);
    buffer.restyle(source, styling({ alarms, selectedSlot: 1 }));
    expect(styleOf(buffer, 0)[1]).toBe(1 | STYLE_FLAG.pulsing | STYLE_FLAG.sos);
    expect(styleOf(buffer, 1)[1]).toBe(2 | STYLE_FLAG.selected);
    expect(styleOf(buffer, 2)[1]).toBe(3);
  });

  it('[WEB-5] a filter dims or hides calm people, never an alarm or the selection', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    for (const slot of [0, 1, 2, 3]) source.put(slot, 0, 0);
    source.state[3] = stateFrom(1, 0, false, 0);
    buffer.update(source, 0);
    const alarms = new Map([[0, { level: 1, acknowledged: true, pulses: false, sos: false }]]);
    buffer.restyle(
      source,
      styling({ alarms, selectedSlot: 1, shownShapes: [false, true, true, true], isDimmed: () => true }),
    );
    expect([0, 1, 2, 3].map((slot) => styleOf(buffer, slot)[3])).toEqual([
      VISIBILITY.normal,
      VISIBILITY.normal,
      VISIBILITY.hidden,
      VISIBILITY.dimmed,
    ]);
  });

  it('[WEB-5] a fix ages on the screen while no frame comes', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(0, 0, 0);
    buffer.update(source, 0);
    buffer.restyle(source, styling());
    expect(styleOf(buffer, 0)[2]).toBe(0);
    expect(buffer.restyle(source, styling({ nowMs: NOW_MS + 31_000 }))).toBe(true);
    expect(styleOf(buffer, 0)[2]).toBe(1);
    expect([29_999, 30_000, 90_000, 300_000].map(freshnessCode)).toEqual([0, 1, 2, 3]);
  });

  it('moving the origin of time moves nobody', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(0, 0, 0);
    buffer.update(source, 4999);
    source.put(0, 2, 0);
    buffer.update(source, 5000);
    const before = placeAt(buffer, 0, 5000.25);
    buffer.rebaseTime(5000);
    expect(placeAt(buffer, 0, 0.25)?.[0]).toBeCloseTo(before![0]!, 5);
    expect(buffer.movingUntilS).toBeCloseTo(1, 6);
  });
});
