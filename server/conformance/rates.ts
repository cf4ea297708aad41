/**
 * Miss and false rates as Annex A counts them, (A.1) to (A.4): wrong samples over the samples of a test, both signals together.
 * Beside each rate stand the worst of its stations and how far the rate can be trusted.
 */
import { LAYOUTS, type TestName } from './layouts.ts';
import type { Sample, Station } from './stations.ts';

/** 0 to 1, both ends. */
export type Interval = readonly [low: number, high: number];

/** Samples of one kind: alarm due, or none due. */
interface Share {
  readonly rate: number;
  /** Of one station alone: one placement with one kind of signal. */
  readonly worst: number;
  readonly interval: Interval;
}

export interface Rate {
  readonly test: TestName;
  readonly model: string;
  readonly dueSamples: number;
  readonly misses: number;
  readonly otherSamples: number;
  readonly falseAlarms: number;
  /** Shares of the samples, 0 to 1. */
  readonly missRate: number;
  readonly falseRate: number;
  readonly worstMissRate: number;
  readonly worstFalseRate: number;
  readonly missInterval: Interval;
  readonly falseInterval: Interval;
}

/** By test and noise model, in their order. */
export function ratesOf(stations: readonly Station[], samples: readonly Sample[]): Rate[] {
  const tests = [...new Set(LAYOUTS.map(({ test }) => test))];
  const models = [...new Set(stations.map(({ model }) => model.name))];
  const stationOf = new Map(stations.map((station) => [station.id, station]));
  return models.flatMap((model) =>
    tests.map((test): Rate => {
      const own = samples.filter(({ station }) => {
        const known = stationOf.get(station);
        return known?.model.name === model && known.layout.test === test;
      });
      const due = own.filter(({ isAlarmDue }) => isAlarmDue === true);
      const other = own.filter(({ isAlarmDue }) => isAlarmDue === false);
      const [missed, falsely] = [shareOf(due), shareOf(other)];
      return {
        test,
        model,
        dueSamples: due.length,
        misses: wrongIn(due),
        otherSamples: other.length,
        falseAlarms: wrongIn(other),
        missRate: missed.rate,
        falseRate: falsely.rate,
        worstMissRate: missed.worst,
        worstFalseRate: falsely.worst,
        missInterval: missed.interval,
        falseInterval: falsely.interval,
      };
    }),
  );
}

const wrongIn = (samples: readonly Sample[]): number =>
  samples.filter(({ verdict }) => verdict === 'miss' || verdict === 'false').length;

function shareOf(samples: readonly Sample[]): Share {
  if (samples.length === 0) return { rate: 0, worst: 0, interval: [0, 1] };
  const rate = wrongIn(samples) / samples.length;
  const ofStations = [...new Set(samples.map(({ station }) => station))].map((id) =>
    samples.filter(({ station }) => station === id),
  );
  const worst = Math.max(...ofStations.map((own) => wrongIn(own) / own.length));
  const minutes = new Set(samples.map(({ station, atS }) => `${station} ${Math.ceil(atS / INDEPENDENT_S)}`)).size;
  return { rate, worst, interval: wilsonInterval(rate, minutes) };
}

/** Samples of a minute share their errors, and the alarm that they raised: three times the longest correlation of the noise. */
const INDEPENDENT_S = 60;
/** Of the normal distribution: 95 % lie within. */
const Z = 1.96;

/** Where the rate lies with 95 %, given `n` independent observations (Wilson 1927; holds for a rate of 0 and for few). */
export function wilsonInterval(rate: number, n: number): Interval {
  const share = Z ** 2 / n;
  const middle = (rate + share / 2) / (1 + share);
  const half = (Z / (1 + share)) * Math.sqrt((rate * (1 - rate)) / n + share / (4 * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** AQ 3064.3 7.3.2 and 7.3.3. */
export const LIMITS = { missRate: 0.1, falseRate: 0.15 } as const;

export const isWithinLimits = ({ missRate, falseRate }: Pick<Rate, 'missRate' | 'falseRate'>): boolean =>
  missRate < LIMITS.missRate && falseRate < LIMITS.falseRate;
