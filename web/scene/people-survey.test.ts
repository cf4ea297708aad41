import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeopleBuffer, type PeopleSource, STYLE_BYTES_PER_PERSON } from './people-buffer.ts';
import { PLAIN_STYLING, VISIBILITY } from './people-style.ts';
import { CROWD_FROM, CROWD_FROM_M, CROWD_UNTIL, PeopleSurvey, type Projection } from './people-survey.ts';

const WIDTH_PX = 1280;
const HEIGHT_PX = 720;

/** East and north are px of the screen, the height is the distance to the eye. */
const FLAT_SCREEN: Projection & { revision: number } = {
  revision: 0,
  widthPx: WIDTH_PX,
  heightPx: HEIGHT_PX,
  project(enu, out) {
    out.set(enu);
    const [x, y] = enu as unknown as [number, number];
    return x >= 0 && x <= WIDTH_PX && y >= 0 && y <= HEIGHT_PX;
  },
};

interface Someone {
  readonly xPx: number;
  readonly yPx: number;
  readonly distanceM: number;
}

function stage(people: readonly Someone[]) {
  const source = {
    slotCount: people.length,
    easting: Float64Array.from(people, ({ xPx }) => xPx),
    northing: Float64Array.from(people, ({ yPx }) => yPx),
    heightM: Float32Array.from(people, ({ distanceM }) => distanceM),
    generation: new Uint8Array(people.length),
    state: new Uint8Array(people.length),
    observedAtMs: new Float64Array(people.length),
    frameAtMs: 1,
    touched: new Uint32Array(0),
    touchedCount: 0,
    frameCount: 1,
    wholeCount: 0,
    isPresent: (_slot: number): boolean => true,
  } satisfies PeopleSource;
  const buffer = new PeopleBuffer((easting, northing, heightM, out) => {
    out.set([easting, northing, heightM]);
    return true;
  }, 0);
  buffer.update(source, 0);
  const survey = new PeopleSurvey(buffer, FLAT_SCREEN);
  const isSingle = (slot: number): boolean => buffer.style[slot * STYLE_BYTES_PER_PERSON + 3] === VISIBILITY.normal;
  const singles = (): number[] => people.flatMap((_, slot) => (isSingle(slot) ? [slot] : []));
  const counted = (): number => survey.crowds.reduce((sum, { count }) => sum + count, 0);
  return { source, buffer, survey, singles, counted };
}

const FAR_M = CROWD_FROM_M + 1;
const crowdAt = (count: number, xPx: number, yPx: number, distanceM = FAR_M): Someone[] =>
  Array.from({ length: count }, (_, i) => ({ xPx: xPx + (i % 5), yPx: yPx + Math.floor(i / 5), distanceM }));

describe('survey of people', () => {
  it('[SCN-4] far away a crowd is one number and its people are not drawn; few, and the near, are drawn one by one', () => {
    const { survey, singles } = stage([
      ...crowdAt(CROWD_FROM, 100, 100),
      ...crowdAt(CROWD_FROM - 1, 400, 100),
      ...crowdAt(50, 800, 100, CROWD_FROM_M - 1),
    ]);
    survey.update(0);
    expect(survey.crowds.map(({ count }) => count)).toEqual([CROWD_FROM]);
    expect(survey.crowds[0]!.enu[0]).toBeCloseTo(102, 0);
    expect(singles()).toHaveLength(CROWD_FROM - 1 + 50);
  });

  it('[SCN-4] everybody on the screen is drawn by himself or in one number, wherever people stand', () => {
    const someone = fc.record({
      // Few places, so that crowds come about.
      xPx: fc.integer({ min: -2, max: 40 }).map((x) => x * 33),
      yPx: fc.integer({ min: -2, max: 22 }).map((y) => y * 35),
      distanceM: fc.constantFrom(CROWD_FROM_M - 5, FAR_M),
    });
    fc.assert(
      fc.property(fc.array(someone, { maxLength: 600, size: 'max' }), (people) => {
        const { survey, singles, counted } = stage(people);
        survey.update(0);
        expect(singles().length + counted()).toBe(people.length);
      }),
      { numRuns: 60 },
    );
  });

  it('[SCN-4] two numbers never stand in each other’s place: a crowd across a border of cells is one', () => {
    const { survey } = stage([...crowdAt(20, 60, 100), ...crowdAt(20, 66, 100)]);
    survey.update(0);
    expect(survey.crowds.map(({ count }) => count)).toEqual([40]);
  });

  it('[SCN-4] an alarm and the selection stand out of the number at once, and it counts without them from then on', () => {
    const { survey, buffer, singles } = stage(crowdAt(CROWD_FROM + 2, 100, 100));
    survey.update(0);
    expect(singles()).toEqual([]);
    const alarms = new Map([[3, { level: 2, acknowledged: false, pulses: true, sos: false }]]);
    buffer.restyle({ ...PLAIN_STYLING, alarms, selectedSlot: 5 });
    expect(singles()).toEqual([3, 5]);
    survey.update(1);
    expect(survey.crowds.map(({ count }) => count)).toEqual([CROWD_FROM]);
    expect(singles()).toEqual([3, 5]);
  });

  it('[SCN-4] a number dissolves only when clearly fewer stand there, and is made anew each second, twice while the camera moves', () => {
    const { survey, buffer, source, counted } = stage(crowdAt(CROWD_FROM, 100, 100));
    const keep = (count: number): void => {
      source.isPresent = (slot) => slot < count;
      buffer.age(0);
    };
    survey.update(0);
    keep(CROWD_UNTIL);
    survey.update(0.9);
    expect(counted()).toBe(CROWD_FROM);
    survey.update(1);
    expect(counted()).toBe(CROWD_UNTIL);
    keep(CROWD_UNTIL - 1);
    FLAT_SCREEN.revision++;
    survey.update(1.4);
    expect(counted()).toBe(CROWD_UNTIL);
    survey.update(1.5);
    expect(counted()).toBe(0);
  });

  it('[SCN-4] asks for a frame when one was drawn since the last count, and for none while nothing is', () => {
    const { survey } = stage(crowdAt(CROWD_FROM, 100, 100));
    survey.update(0);
    expect(survey.isDue(9)).toBe(false);
    survey.update(0.2);
    expect([survey.isDue(0.9), survey.isDue(1)]).toEqual([false, true]);
    survey.update(1);
    expect(survey.isDue(9)).toBe(false);
  });

  it('[SCN-4] who is filtered away is in no number', () => {
    const { survey, buffer, counted } = stage(crowdAt(30, 100, 100));
    buffer.restyle({ ...PLAIN_STYLING, filter: { ...PLAIN_STYLING.filter, isDimmed: (slot) => slot % 2 === 0 } });
    survey.update(0);
    expect(counted()).toBe(15);
  });

  it('[SCN-5] for a name the nearest of each place is offered, as many as there are places and not as there are people', () => {
    const people = [...crowdAt(200, 100, 100, 50), { xPx: 101, yPx: 101, distanceM: 20 }];
    const { survey } = stage(people);
    survey.update(0);
    const near = survey.near();
    expect(near).toContain(200);
    expect(near.length).toBeLessThan(5);
  });

  it('[SCN-5] of a screen full of people the nearest 240 places are considered', () => {
    const people = Array.from({ length: 300 }, (_, i) => ({
      xPx: (i % 20) * 64 + 32,
      yPx: Math.floor(i / 20) * 48 + 24,
      distanceM: 10 + i,
    }));
    const { survey } = stage(people);
    survey.update(0);
    expect([...survey.near()].sort((a, b) => a - b)).toEqual(people.slice(0, 240).map((_, slot) => slot));
  });

  it('[SCN-5] a name stays with its person until somebody is nearer by a tenth', () => {
    const { survey, source, buffer } = stage([
      { xPx: 100, yPx: 100, distanceM: 50 },
      { xPx: 101, yPx: 101, distanceM: 51 },
    ]);
    survey.update(0);
    expect(survey.near()).toEqual([0]);
    const namedWith = (distanceM: number, nowS: number): readonly number[] => {
      source.heightM[1] = distanceM;
      source.wholeCount++;
      buffer.update(source, nowS);
      survey.update(nowS);
      return survey.near();
    };
    expect(namedWith(46, 1)).toEqual([0]);
    expect(namedWith(44, 2)).toEqual([1]);
    expect(namedWith(46, 3)).toEqual([1]);
  });
});
