import { describe, expect, it } from 'vitest';
import type { PresenceHeat } from '../../core/playback-api.ts';
import { HEAT_STEPS, heatGrid, heatLimits, heatStep } from '../scene/heat-grid.ts';
import { strokesOf, TRACK_DASHES } from '../scene/track-marks.ts';
import { createReasons, REASON_HOLDS_MS } from './reason.ts';
import { axisPercent, axisTicks, inDrawingOrder, runsOf } from './time-axis.ts';
import { MAX_TRACKS } from './tracks-room.ts';

const MINUTE_MS = 60_000;
const UTC_8_MS = 480 * MINUTE_MS;
const T0 = Date.UTC(2026, 10, 20, 1, 3);

describe('why somebody looks', () => {
  it('[PLAY-50] is asked once for a session of looking, and again after a quarter of an hour without a look', () => {
    let nowMs = 0;
    const reasons = createReasons(() => nowMs);
    const looks: string[] = [];
    const look = () => reasons.withReason('', (reason) => looks.push(reason));
    look();
    expect(looks).toEqual([]);
    expect(reasons.asked()).not.toBeNull();
    reasons.answer('事故调查');
    expect(reasons.asked()).toBeNull();
    nowMs += REASON_HOLDS_MS - 1;
    look();
    nowMs += REASON_HOLDS_MS;
    look();
    expect(looks).toEqual(['事故调查', '事故调查', '事故调查']);
    nowMs += REASON_HOLDS_MS + 1;
    look();
    expect(looks).toHaveLength(3);
    reasons.cancel();
    expect(looks).toHaveLength(3);
  });

  it('[PLAY-50] an alarm is a reason by itself, unless somebody said one; none is longer than the server takes', () => {
    const reasons = createReasons(() => 0);
    const looks: string[] = [];
    reasons.suggest(`报警核查${'长'.repeat(600)}`);
    reasons.withReason('', (reason) => looks.push(reason));
    expect(looks[0]).toMatch(/^报警核查/);
    expect(looks[0]).toHaveLength(500);
    reasons.answer('企业申请');
    reasons.suggest('另一条');
    reasons.withReason('', (reason) => looks.push(reason));
    expect(looks[1]).toBe('企业申请');
  });
});

describe('the axis of the time line', () => {
  it('[PLAY-51] has its times at full minutes or hours of the park, nine at most', () => {
    const hour = axisTicks({ fromMs: T0, toMs: T0 + 60 * MINUTE_MS }, UTC_8_MS);
    expect(hour.map((at) => new Date(at + UTC_8_MS).toISOString().slice(11, 16))).toEqual([
      '09:10',
      '09:20',
      '09:30',
      '09:40',
      '09:50',
      '10:00',
    ]);
    for (const hours of [0.1, 0.5, 4, 8, 24]) {
      const ticks = axisTicks({ fromMs: T0, toMs: T0 + hours * 60 * MINUTE_MS }, UTC_8_MS);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThanOrEqual(10);
    }
    const day = axisTicks({ fromMs: T0, toMs: T0 + 1_440 * MINUTE_MS }, UTC_8_MS);
    expect(day.every((at) => (at + UTC_8_MS) % (180 * MINUTE_MS) === 0)).toBe(true);
  });

  it('[PLAY-51] nothing lies beside it, and the gravest alarm lies above the others', () => {
    const span = { fromMs: T0, toMs: T0 + 100 };
    expect([T0 - 5, T0, T0 + 25, T0 + 500].map((at) => axisPercent(span, at))).toEqual([0, 0, 25, 100]);
    expect(axisPercent({ fromMs: T0, toMs: T0 }, T0)).toBe(0);
    expect(inDrawingOrder([{ level: 1 }, { level: 4 }, { level: 2 }]).map(({ level }) => level)).toEqual([4, 2, 1]);
  });

  it('[PLAY-52] a track is a band where positions are stored, with the gaps open', () => {
    const at = [0, 30_000, 60_000, 200_000, 230_000];
    expect(runsOf(at)).toEqual([
      { fromMs: 0, toMs: 60_000 },
      { fromMs: 200_000, toMs: 230_000 },
    ]);
    expect(runsOf([])).toEqual([]);
  });
});

describe('tracks side by side', () => {
  it('[PLAY-52] up to eight, each with a dash of its own', () => {
    expect(TRACK_DASHES).toHaveLength(MAX_TRACKS);
    expect(new Set(TRACK_DASHES).size).toBe(MAX_TRACKS);
    for (const pattern of TRACK_DASHES) {
      const strokes = strokesOf(pattern);
      expect(strokes.length % 2).toBe(0);
      expect(strokes.reduce((sum, length) => sum + length, 0)).toBe(16);
      expect(pattern & 1).toBe(1);
    }
    expect(strokesOf(0x0f0f)).toEqual([4, 4, 4, 4]);
    expect(strokesOf(0xffff)).toEqual([16, 0]);
  });
});

describe('heat of presence', () => {
  const heat = (cells: readonly (readonly [number, number, number])[]): PresenceHeat => ({
    fromMs: 0,
    toMs: 1,
    cellM: 10,
    easting: cells.map(([easting]) => easting),
    northing: cells.map(([, northing]) => northing),
    personSeconds: cells.map(([, , seconds]) => seconds),
    people: 1,
  });

  it('[PLAY-53] cells stand where they were counted, in person-minutes, and what is empty is drawn as nothing', () => {
    const grid = heatGrid(
      heat([
        [-20, 30, 120],
        [10, 40, 60],
      ]),
    );
    expect(grid).toMatchObject({ easting: -20, northing: 30, columns: 4, rows: 2, cells: 2, mostMinutes: 2 });
    expect([...(grid?.minutes ?? [])]).toEqual([2, 0, 0, 0, 0, 0, 0, 1]);
    expect(heatGrid(heat([]))).toBeNull();
  });

  it('[PLAY-53] the scale has one hue, grows with the time, and its words say from where on each step holds', () => {
    const limits = heatLimits(1_024);
    expect(limits).toEqual([0, 4, 16, 64, 256]);
    expect([0, 3.9, 4, 63, 64, 1_024].map((minutes) => heatStep(minutes, 1_024))).toEqual([0, 0, 1, 2, 3, 4]);
    const brightness = HEAT_STEPS.map(({ rgb }) => rgb[0] + rgb[1] + rgb[2]);
    expect(brightness).toEqual([...brightness].sort((a, b) => a - b));
    for (const { rgb } of HEAT_STEPS) expect(rgb[1]).toBeGreaterThan(rgb[0]);
  });

  it('[PLAY-53] a cell far away does not make a texture that no card takes', () => {
    const grid = heatGrid(
      heat([
        [0, 0, 60],
        [1_000_000, 0, 60],
      ]),
    );
    expect(grid?.columns).toBe(2_048);
    expect(grid?.cells).toBe(1);
  });
});
