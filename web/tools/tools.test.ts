import { createRoot, createSignal } from 'solid-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keptChoice, keptFlag, keptFlags, keptSet } from '../app/preferences.ts';
import { enTools } from '../i18n/en-tools.ts';
import type { Translate } from '../i18n/i18n.ts';
import { measureOf } from '../scene/measure.ts';
import type { SurfacePlace } from '../scene/place-under.ts';
import { createMeasureRoom } from './measure-room.ts';
import { degreesText, measureLines, metresText, placeRow, planeText, squareMetresText } from './place-text.ts';

const place = (easting: number, northing: number, heightM = 4): SurfacePlace => ({
  lng: 121.48,
  lat: 30.8,
  easting,
  northing,
  heightM,
});
const t = ((key: string) => (enTools.tools as Record<string, unknown>)[key.slice('tools.'.length)]) as Translate;

describe('measuring with clicks', () => {
  const room = (pointer: () => SurfacePlace | null = () => null) => createRoot(() => createMeasureRoom(pointer));

  it('[SCN-53] a finished figure stays, and the next click begins another', () => {
    const measure = room();
    measure.begin('distance');
    for (const east of [0, 30, 70]) measure.add(place(east, 0));
    measure.finish();
    expect(measure.result()).toMatchObject({ totalM: 70 });
    measure.add(place(500, 0));
    expect(measure.points()).toHaveLength(1);
    expect(measure.result()).toBeNull();
  });

  it('[SCN-53] the second click of a double one is no point, and too few points do not finish', () => {
    const measure = room();
    measure.begin('area');
    measure.add(place(0, 0));
    measure.add(place(0.004, 0));
    expect(measure.points()).toHaveLength(1);
    measure.finish();
    expect(measure.isFinished()).toBe(false);
  });

  it('[SCN-53] a point is taken back, the key measures the next kind, Esc leaves nothing', () => {
    const measure = room();
    measure.cycle();
    measure.add(place(0, 0));
    measure.add(place(10, 0));
    measure.undo();
    expect(measure.points()).toHaveLength(1);
    measure.cycle();
    expect(measure.kind()).toBe('area');
    expect(measure.points()).toEqual([]);
    measure.end();
    expect(measure.figure()).toBeNull();
  });

  it('[SCN-53] a difference of heights is whole with two points', () => {
    const measure = room();
    measure.begin('height');
    measure.add(place(0, 0, 4));
    measure.add(place(0, 0, 34));
    expect(measure.isFinished()).toBe(true);
    expect(measure.result()).toMatchObject({ riseM: 30 });
  });

  it('[SCN-53] what runs ahead to the pointer is shown and not copied', () => {
    const [pointer, setPointer] = createSignal<SurfacePlace | null>(null);
    const measure = room(pointer);
    measure.begin('distance');
    measure.add(place(0, 0));
    setPointer(place(25, 0));
    expect(measure.running()).toMatchObject({ totalM: 25 });
    expect(measure.result()).toBeNull();
    expect(measure.figure()?.next).toEqual(place(25, 0));
  });
});

describe('places and measures as words', () => {
  it('[SCN-55] degrees to a ten-millionth, the grid to a centimetre', () => {
    const at = { lng: 121.48, lat: 30.8, easting: 1250.54421, northing: -48259.17001, heightM: 4.006 };
    expect(degreesText(at)).toBe('121.4800000, 30.8000000');
    expect(planeText(at)).toBe('E 1250.54  N -48259.17');
    expect(placeRow(at)).toBe('121.4800000\t30.8000000\t1250.54\t-48259.17\t4.01');
  });

  it('[SCN-55] thousands are set apart, decimals are not', () => {
    expect(metresText(1_234_567.891)).toBe('1\u2009234\u2009567.89 m');
    expect(metresText(999.5)).toBe('999.50 m');
    expect(squareMetresText(12_345.678)).toBe('12\u2009345.7 m²');
  });

  it('[SCN-55] each measure says first what was asked for', () => {
    const ring = [place(0, 0), place(200, 0), place(200, 100), place(0, 100)];
    const first = (kind: 'distance' | 'area' | 'height') => {
      const measure = measureOf(kind, ring);
      return measure === null ? null : measureLines(t, measure)[0]?.value;
    };
    expect(first('distance')).toBe('500.00 m');
    expect(first('area')).toBe('20\u2009000.0 m² (2.000 ha)');
    expect(first('height')).toBe('+0.00 m');
  });

  it('[SCN-51] an area whose edges cross has words and no number', () => {
    const crossed = measureOf('area', [place(0, 0), place(9, 9), place(9, 0), place(0, 9)]);
    expect(crossed === null ? '' : measureLines(t, crossed)[0]?.value).toBe(enTools.tools.crossed);
  });
});

describe('what a workstation keeps of its layers', () => {
  const store = new Map<string, string>();
  beforeEach(() =>
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => store.get(key) ?? null,
      setItem: (key: string, value: string) => store.set(key, value),
      removeItem: (key: string) => store.delete(key),
    }),
  );
  afterEach(() => {
    vi.unstubAllGlobals();
    store.clear();
  });
  const rooted = <T>(make: () => T): T => createRoot(make);

  it('[SCN-43] a choice outlives the page, and one that is no longer known is forgotten', () => {
    const choices = ['clock', 'day', 'night'] as const;
    rooted(() => keptChoice('light', choices, 'clock'))[1]('night');
    expect(rooted(() => keptChoice('light', choices, 'clock'))[0]()).toBe('night');
    expect(rooted(() => keptChoice('light', ['clock', 'day'], 'clock'))[0]()).toBe('clock');
    rooted(() => keptFlag('flat', false))[1]((was) => !was);
    expect(rooted(() => keptFlag('flat', false))[0]()).toBe(true);
  });

  it('[SCN-43] sets and rows of flags come back; what is new since begins as it begins', () => {
    rooted(() => keptSet('areas', ['a', 'b', 'c'], ['a']))[1](new Set(['b'] as const));
    expect([...rooted(() => keptSet('areas', ['a', 'b', 'c', 'd'], ['a', 'd']))[0]()]).toEqual(['b', 'd']);
    rooted(() => keptFlags('people', 3))[1]([true, false, true]);
    expect(rooted(() => keptFlags('people', 4))[0]()).toEqual([true, false, true, true]);
  });

  it('[SCN-43] a browser that refuses storage only forgets', () => {
    vi.stubGlobal('localStorage', {
      getItem: () => {
        throw new Error('refused');
      },
    });
    const [value, setValue] = rooted(() => keptFlag('flat', false));
    setValue(true);
    expect(value()).toBe(true);
  });
});
