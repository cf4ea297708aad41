/** Small made-up things of the live picture, for gateway tests and the fuzz. All names are invented. */
import type { AlarmView, AreaView, Effect, PersonView } from '../../stream/protocol/effects.ts';
import { encodeFrame, FRAME_KIND, stateFrom } from '../../stream/protocol/frame.ts';
import type { PictureData } from '../../stream/protocol/picture.ts';
import { createAlarmView } from '../builders/alarm-views.ts';

export const personOf = (id: string, companyCode: string): PersonView => ({
  personId: id,
  cardNo: null,
  companyCode,
  companyName: `公司 ${companyCode}`,
  name: `人员 ${id}`,
  type: 'staff',
  department: '操作部',
  post: '外操',
});

export const bindOf = (slot: number, generation: number, companyCode: string): Effect => ({
  t: 'bind',
  slot,
  generation,
  person: personOf(`P${slot}-${generation}`, companyCode),
});

export const areaOf = (areaId: string, companyCode: string, version: number): AreaView => ({
  areaId,
  companyCode,
  name: `区域 ${areaId}`,
  kind: 'FORBIDDEN',
  fixed: true,
  version,
  polygons: [
    [
      [
        [121, 30],
        [121.001, 30],
        [121.001, 30.001],
        [121, 30],
      ],
    ],
  ],
  zMinM: null,
  zMaxM: null,
  floorNo: null,
  validFromMs: null,
  validToMs: null,
});

export const alarmOf = (alarmId: string, companyCodes: readonly string[], change: Partial<AlarmView> = {}): AlarmView =>
  createAlarmView({
    subject: '913100001/p1',
    alarmId,
    companyCodes,
    slot: 1,
    generation: 1,
    person: personOf('P1-1', companyCodes[0] ?? ''),
    latched: true,
    onsetAtMs: 1,
    raisedAtMs: 1,
    ...change,
  });

export interface Place {
  readonly slot: number;
  readonly generation: number;
  readonly easting: number;
  readonly northing: number;
}

export interface FrameAt {
  readonly term: number;
  readonly atMs: number;
  readonly tick: number;
  readonly online: number;
}

export function frameOf(at: FrameAt, places: readonly Place[], kind: number = FRAME_KIND.delta): Uint8Array {
  const size = places.reduce((most, place) => Math.max(most, place.slot + 1), 0);
  const columns = {
    easting: new Float64Array(size),
    northing: new Float64Array(size),
    heightM: new Float32Array(size).fill(4),
    generation: new Uint8Array(size),
    state: new Uint8Array(size).fill(stateFrom(0, 0, false, 0)),
    observedAtMs: new Float64Array(size).fill(at.atMs),
    floor: new Uint8Array(size),
  };
  for (const { slot, generation, easting, northing } of places) {
    columns.easting[slot] = easting;
    columns.northing[slot] = northing;
    columns.generation[slot] = generation;
  }
  const slots = Uint32Array.from(places, (place) => place.slot);
  return encodeFrame({ kind, ...at }, slots, slots.length, columns);
}

export function pictureOf(
  epoch: string,
  parts: Partial<Omit<PictureData, 'version' | 'epoch' | 'frame'>> & { readonly places?: readonly Place[] } = {},
): PictureData {
  const { places = [], ...rest } = parts;
  const at = { term: rest.term ?? 1, atMs: rest.atMs ?? 1_764_000_000_000, tick: 1, online: places.length };
  return {
    version: 1,
    epoch,
    term: at.term,
    atMs: at.atMs,
    alarmsSeq: 0,
    liveId: '0-0',
    bindings: [],
    areas: [],
    alarms: [],
    ...rest,
    frame: frameOf(at, places, FRAME_KIND.picture),
  };
}
