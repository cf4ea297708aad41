/**
 * Fixed gas detectors of the demonstration: one beside each place where jobs are, well below what sounds but where a script has gas come
 * out. Their suppliers send a packet (AQ 3064.1 A.2) a company each ten seconds.
 */
import type { DemoPark } from '../park/demo-park.ts';
import { jobSites } from './permits/sites.ts';

export interface DemoDetector {
  readonly companyIndex: number;
  readonly companyCode: string;
  /** QUOTAID. */
  readonly pointId: string;
  readonly name: string;
  /** Road node of its place of jobs. */
  readonly node: number;
  readonly lng: number;
  readonly lat: number;
}

/** Of the job, plan m. */
const BESIDE_M = 14;
const EVERY_MS = 10_000;
const PERIOD_MS = 240_000;
/** Well over what detectors sound at. */
const SOUNDING_PCT = 60;
const [MIDDLE_PCT, SWING_PCT] = [1.6, 1.1];

export function demoDetectors(park: DemoPark): DemoDetector[] {
  const lngLat = new Float64Array(2);
  return jobSites(park).map(({ companyIndex, name, node, u, v }, n) => {
    const companyCode = park.plan.companies[companyIndex]!.code;
    park.frame.toLngLat(u + BESIDE_M, v, lngLat);
    const [lng, lat] = [...lngLat].map((degrees) => Math.round(degrees * 1e7) / 1e7) as [number, number];
    const pointId = `GT-${String(n + 1).padStart(4, '0')}`;
    return { companyIndex, companyCode, pointId, name: `${name} 可燃气体`, node, lng, lat };
  });
}

/** Topic `detector`. */
export const detectorSettings = (park: DemoPark) =>
  demoDetectors(park).map(({ companyCode, pointId, name, lng, lat }) => ({
    topic: 'detector' as const,
    key: `${companyCode}/${pointId}`,
    value: { name, lng, lat, unit: '%LEL' },
  }));

export interface SensorBatch {
  readonly companyCode: string;
  readonly interfaceName: 'sensors';
  readonly records: readonly object[];
}

export interface Detectors {
  /** Packets due since the last call, one a company at most: nothing is made up for. */
  take(nowMs: number): SensorBatch[];
}

export function createDetectors(
  park: DemoPark,
  startMs: number,
  soundsAt: (node: number) => boolean = () => false,
): Detectors {
  const ofCompany = new Map<number, DemoDetector[]>();
  for (const one of demoDetectors(park))
    ofCompany.set(one.companyIndex, [...(ofCompany.get(one.companyIndex) ?? []), one]);
  const companies = park.plan.companies.length;
  const sent = new Map<number, number>();
  return {
    take: (nowMs) =>
      [...ofCompany].flatMap(([companyIndex, detectors]): SensorBatch[] => {
        const turn = Math.floor((nowMs - startMs) / EVERY_MS - companyIndex / companies);
        if (turn < 0 || turn <= (sent.get(companyIndex) ?? -1)) return [];
        sent.set(companyIndex, turn);
        const { companyCode } = detectors[0]!;
        return [
          { companyCode, interfaceName: 'sensors', records: [packetOf(companyCode, detectors, soundsAt, nowMs)] },
        ];
      }),
  };
}

const packetOf = (
  companyCode: string,
  detectors: readonly DemoDetector[],
  soundsAt: (node: number) => boolean,
  nowMs: number,
): object => ({
  IDENTIFIER: 'GDS',
  DATA_ID: `${companyCode}-${nowMs}`,
  COMPANY_CODE: companyCode,
  GATEWAY_ID: `GW-${companyCode}`,
  COLLECT_TIME: nowMs,
  IS_CONNECT_DATASOURCE: '1',
  REPORT_TYPE: 'report',
  DATASET: detectors.map(({ pointId, node }, n) => ({
    QUOTAID: pointId,
    ...(soundsAt(node)
      ? { VALUE: SOUNDING_PCT + valueAt(n, nowMs), ALARM_TYPE: 'HIGH' }
      : { VALUE: valueAt(n, nowMs) }),
  })),
});

const valueAt = (n: number, nowMs: number): number =>
  Math.round(10 * (MIDDLE_PCT + SWING_PCT * Math.sin((2 * Math.PI * nowMs) / PERIOD_MS + n))) / 10;
