import { describe, expect, it } from 'vitest';
import { stateFrom } from '../../stream/protocol/frame.ts';
import { PeopleBuffer, type PeopleSource, STYLE_BYTES_PER_PERSON } from './people-buffer.ts';
import type { PlaneToEnu } from './people-frame.ts';
import { FLOATS_PER_PERSON } from './people-motion.ts';
import {
  freshnessCode,
  type PeopleFilter,
  type PeopleStyling,
  PLAIN_STYLING,
  SHAPE,
  STYLE_FLAG,
  VISIBILITY,
} from './people-style.ts';

/** The plane is the local frame: what is tested is the packing, not the projection. */
const FLAT: PlaneToEnu = (easting, northing, heightM, out, offset = 0) => {
  out[offset] = easting;
  out[offset + 1] = northing;
  out[offset + 2] = heightM;
  return true;
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
  frameAtMs = NOW_MS;
  touched = new Uint32Array(4096);
  touchedCount = 0;
  frameCount = 1;
  wholeCount = 0;
  /** What follows belongs to the next frame. */
  next(): this {
    this.frameCount++;
    this.touchedCount = 0;
    return this;
  }
  isPresent(slot: number): boolean {
    return this.present.has(slot);
  }
  put(slot: number, easting: number, northing: number, more: { heightM?: number; generation?: number } = {}): void {
    this.slotCount = Math.max(this.slotCount, slot + 1);
    this.present.add(slot);
    this.touched[this.touchedCount++] = slot;
    this.easting[slot] = easting;
    this.northing[slot] = northing;
    if (more.heightM !== undefined) this.heightM[slot] = more.heightM;
    if (more.generation !== undefined) this.generation[slot] = more.generation;
  }
}

const styling = ({
  filter,
  ...change
}: Partial<Omit<PeopleStyling, 'filter'>> & { filter?: Partial<PeopleFilter> } = {}): PeopleStyling => ({
  ...PLAIN_STYLING,
  nowMs: NOW_MS,
  ...change,
  filter: { ...PLAIN_STYLING.filter, ...filter },
});

/** The buffer takes the frame in; what is put afterwards belongs to the next. */
const step = (buffer: PeopleBuffer, source: Source, nowS: number): void => {
  buffer.update(source, nowS);
  source.next();
};

const placeAt = (buffer: PeopleBuffer, slot: number, nowS: number): number[] | null => {
  const out = new Float64Array(3);
  return buffer.positionAt(slot, nowS, out) ? [...out] : null;
};
const styleOf = (buffer: PeopleBuffer, slot: number): number[] => [
  ...buffer.style.subarray(slot * STYLE_BYTES_PER_PERSON, (slot + 1) * STYLE_BYTES_PER_PERSON),
];

describe('people buffer', () => {
  it('[SCN-1] goes through those whom the frame names and nobody else', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    for (let slot = 0; slot < 100; slot++) source.put(slot, slot, 0);
    step(buffer, source, 0);
    buffer.changedGeometry.clear();
    const asked: number[] = [];
    buffer.restyle(styling({ filter: { isDimmed: (slot) => asked.push(slot) < 0 } }));
    expect(asked).toHaveLength(100);
    asked.length = 0;
    source.put(40, 41, 0);
    source.put(60, 61, 0);
    // Moved, but not named by the frame.
    source.easting[99] = 500;
    step(buffer, source, 1);
    expect([buffer.changedGeometry.from, buffer.changedGeometry.to]).toEqual([40, 61]);
    expect(asked).toEqual([]);
  });

  it('[SCN-1] goes through everybody after a frame that it missed, and after one that is the whole picture', () => {
    for (const miss of [(source: Source) => source.next(), (source: Source) => source.wholeCount++]) {
      const source = new Source();
      const buffer = new PeopleBuffer(FLAT, 4);
      source.put(0, 0, 0);
      source.put(1, 0, 0);
      step(buffer, source, 0);
      source.put(0, 7, 0);
      source.present.delete(1);
      miss(source);
      step(buffer, source, 1);
      expect(placeAt(buffer, 0, 9)?.[0]).toBe(7);
      expect(placeAt(buffer, 1, 9)).toBeNull();
      expect(buffer.drawn).toBe(1);
    }
  });

  it('[SCN-2] another source, and a leap of time, place everybody at once: nobody walked from there to here', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(0, 0, 0);
    step(buffer, source, 0);
    const other = new Source();
    other.put(0, 30, 0);
    step(buffer, other, 1);
    expect(placeAt(buffer, 0, 1)?.[0]).toBe(30);
    other.put(0, 60, 0);
    other.frameAtMs -= 1;
    step(buffer, other, 2);
    expect(placeAt(buffer, 0, 2)?.[0]).toBe(60);
    other.put(0, 30, 0);
    other.frameAtMs += 61_000;
    step(buffer, other, 3);
    expect(placeAt(buffer, 0, 3)?.[0]).toBe(30);
    other.put(0, 32, 0);
    other.frameAtMs += 1_000;
    step(buffer, other, 4);
    expect(placeAt(buffer, 0, 4)?.[0]).toBe(30);
  });

  it('[SCN-3] a change of alarms or selection asks for the looks of those whom it concerns', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    for (let slot = 0; slot < 10; slot++) source.put(slot, slot, 0);
    step(buffer, source, 0);
    const asked: number[] = [];
    const base = styling({ filter: { isIdentified: (slot) => asked.push(slot) > 0 } });
    buffer.restyle(base);
    asked.length = 0;
    const alarms = new Map([[3, { level: 2, acknowledged: true, pulses: false, sos: false }]]);
    buffer.restyle({ ...base, alarms, selectedSlot: 7 });
    expect([styleOf(buffer, 3)[1], styleOf(buffer, 7)[1]]).toEqual([2, STYLE_FLAG.selected]);
    buffer.restyle(base);
    expect([styleOf(buffer, 3)[1], styleOf(buffer, 7)[1]]).toEqual([0, 0]);
    expect(new Set(asked)).toEqual(new Set([3, 7]));
  });

  it('[WEB-3] draws a person between the last two fixes and never beyond the newest', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(7, 100, 200);
    step(buffer, source, 10);
    source.put(7, 104, 200);
    step(buffer, source, 12);
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
    step(buffer, source, 0);
    source.put(0, 10, 0);
    step(buffer, source, 2);
    source.put(0, 10, 10);
    step(buffer, source, 3);
    expect(placeAt(buffer, 0, 3)?.[0]).toBeCloseTo(5, 4);
    expect(placeAt(buffer, 0, 3)?.[1]).toBeCloseTo(0, 4);
    expect(placeAt(buffer, 0, 4)).toEqual([10, 10, expect.closeTo(5.2, 4)]);
  });

  it('[WEB-3] somebody new, a slot given to another, and a leap are placed at once', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(0, 0, 0);
    source.put(1, 0, 0);
    step(buffer, source, 0);
    expect(placeAt(buffer, 0, 0)?.[0]).toBe(0);
    source.put(0, 20, 0, { generation: 1 });
    source.put(1, 500, 0);
    step(buffer, source, 1);
    expect(placeAt(buffer, 0, 1)?.[0]).toBe(20);
    expect(placeAt(buffer, 1, 1)?.[0]).toBe(500);
  });

  it('a fix sent again without a change uploads nothing', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(3, 5, 5);
    source.put(4, 5, 5, { heightM: 7.3 });
    step(buffer, source, 0);
    buffer.changedGeometry.clear();
    source.put(3, 5, 5);
    step(buffer, source, 1);
    expect(buffer.changedGeometry.isEmpty).toBe(true);
    source.put(4, 6, 5);
    step(buffer, source, 2);
    expect([buffer.changedGeometry.from, buffer.changedGeometry.to]).toEqual([4, 5]);
  });

  it('people without a height stand on the ground of the settings', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(0, 0, 0);
    source.put(1, 0, 0, { heightM: 18 });
    step(buffer, source, 0);
    expect(placeAt(buffer, 0, 0)?.[2]).toBeCloseTo(5.2, 4);
    expect(placeAt(buffer, 1, 0)?.[2]).toBeCloseTo(18, 4);
  });

  it('[WEB-4] grows by doubling and keeps what it held', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(5, 1, 2);
    step(buffer, source, 0);
    expect(buffer.capacity).toBe(1024);
    const before = buffer.revision;
    source.put(1500, 3, 4);
    step(buffer, source, 1);
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
    step(buffer, source, 0);
    buffer.restyle(styling());
    expect(buffer.isVisible(0)).toBe(true);
    source.present.clear();
    buffer.changedStyle.clear();
    buffer.age(NOW_MS);
    expect(buffer.changedStyle.isEmpty).toBe(false);
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
    step(buffer, source, 0);
    buffer.restyle(styling({ filter: { isIdentified: (slot) => slot !== 4 } }));
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
    step(buffer, source, 0);
    const alarms = new Map([
      [0, { level: 1, acknowledged: false, pulses: true, sos: true }],
      [1, { level: 2, acknowledged: true, pulses: false, sos: false }],
    ]);
    buffer.restyle(styling({ alarms, selectedSlot: 1 }));
    expect(styleOf(buffer, 0)[1]).toBe(1 | STYLE_FLAG.pulsing | STYLE_FLAG.sos);
    expect(styleOf(buffer, 1)[1]).toBe(2 | STYLE_FLAG.selected);
    expect(styleOf(buffer, 2)[1]).toBe(3);
  });

  it('[WEB-5] a filter dims or hides calm people, never an alarm or the selection', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    for (const slot of [0, 1, 2, 3]) source.put(slot, 0, 0);
    source.state[3] = stateFrom(1, 0, false, 0);
    step(buffer, source, 0);
    const alarms = new Map([[0, { level: 1, acknowledged: true, pulses: false, sos: false }]]);
    buffer.restyle(
      styling({ alarms, selectedSlot: 1, filter: { shownShapes: [false, true, true, true], isDimmed: () => true } }),
    );
    expect([0, 1, 2, 3].map((slot) => styleOf(buffer, slot)[3])).toEqual([
      VISIBILITY.normal,
      VISIBILITY.normal,
      VISIBILITY.hidden,
      VISIBILITY.dimmed,
    ]);
  });

  it('[FIND-10] others who are hidden stay so from frame to frame, never in an alarm or selected', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 5);
    for (const slot of [0, 1, 2, 3, 4]) source.put(slot, 0, 0);
    step(buffer, source, 0);
    const alarms = new Map([[0, { level: 1, acknowledged: true, pulses: false, sos: false }]]);
    const isHidden = (slot: number): boolean => slot < 3;
    buffer.restyle(styling({ alarms, selectedSlot: 1, filter: { isHidden, isDimmed: (slot) => slot < 4 } }));
    const seen = (): number[] => [0, 1, 2, 3, 4].map((slot) => styleOf(buffer, slot)[3]!);
    const { normal, hidden, dimmed } = VISIBILITY;
    expect(seen()).toEqual([normal, normal, hidden, dimmed, normal]);
    step(buffer, source, 1);
    expect(seen()).toEqual([normal, normal, hidden, dimmed, normal]);
    buffer.restyle(styling({ filter: { isHidden: () => false, isDimmed: () => false } }));
    expect(seen()).toEqual([normal, normal, normal, normal, normal]);
  });

  it('[WEB-5] a fix ages on the screen while no frame comes', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(0, 0, 0);
    step(buffer, source, 0);
    buffer.restyle(styling());
    expect(styleOf(buffer, 0)[2]).toBe(0);
    buffer.age(NOW_MS + 31_000);
    expect(styleOf(buffer, 0)[2]).toBe(1);
    expect([29_999, 30_000, 90_000, 300_000].map(freshnessCode)).toEqual([0, 1, 2, 3]);
  });

  it('moving the origin of time moves nobody', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    source.put(0, 0, 0);
    step(buffer, source, 4999);
    source.put(0, 2, 0);
    step(buffer, source, 5000);
    const before = placeAt(buffer, 0, 5000.25);
    buffer.rebaseTime(5000);
    expect(placeAt(buffer, 0, 0.25)?.[0]).toBeCloseTo(before![0]!, 5);
    expect(buffer.movingUntilS).toBeCloseTo(1, 6);
  });

  it('[SCN-61] who sends no height stands on the ground that is known, and on it as soon as it is', () => {
    const source = new Source();
    const buffer = new PeopleBuffer(FLAT, 4);
    let upM = Number.NaN;
    buffer.ground = { upAt: () => upM };
    source.put(0, 10, 20);
    source.put(1, 10, 20, { heightM: 33 });
    step(buffer, source, 0);
    expect(placeAt(buffer, 0, 1)?.[2]).toBeCloseTo(5.2, 4);
    upM = 7;
    buffer.groundChanged();
    expect(placeAt(buffer, 0, 1)?.[2]).toBeCloseTo(8.2, 4);
    expect(placeAt(buffer, 1, 1)?.[2]).toBe(33);
    upM = 9;
    source.put(0, 12, 20);
    step(buffer, source, 2);
    expect(placeAt(buffer, 0, 10)?.[2]).toBeCloseTo(10.2, 4);
  });
});
