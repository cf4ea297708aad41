import { createRoot } from 'solid-js';
import { describe, expect, it } from 'vitest';
import { areaViewFrom } from '../../stream/protocol/effects.ts';
import { encodeFrame, FRAME_KIND } from '../../stream/protocol/frame.ts';
import { LivePicture } from '../../stream/protocol/live-picture.ts';
import { createArea } from '../../test/builders/entries.ts';
import type { PictureState } from '../app/shown-state.ts';
import { isAreaShown } from '../scene/area-shown.ts';
import { floorNamesOf, slotsOnFloor, sortFloors } from './floor-names.ts';
import { createFloorsRoom } from './floors-room.ts';

const person = (companyCode: string, personId: string) => ({
  ...{ personId, companyCode, cardNo: null, companyName: '', name: personId },
  ...{ type: 'staff' as const, department: '', post: '' },
});

function showing(floors: readonly number[]): LivePicture {
  const made = new LivePicture();
  const companyOf = (slot: number): string => (slot < 2 ? 'a' : 'b');
  const doc = (key: string, names: string[]) =>
    ({ t: 'doc', doc: 'floors', key, companyCodes: [key], value: { companyCode: key, names }, gone: false }) as const;
  made.loadSnapshot({
    epoch: 'e',
    seq: 1,
    bindings: floors.map((_, slot) => ({ slot, generation: 0, person: person(companyOf(slot), `p${slot}`) })),
    areas: [areaViewFrom({ version: 1, record: createArea({ floorNo: '10F' }) })],
    alarms: [],
    docs: [doc('a', ['1F', '2F']), doc('b', ['2F', '夹层'])],
  });
  const n = floors.length;
  const columns = {
    ...{ easting: new Float64Array(n), northing: new Float64Array(n), heightM: new Float32Array(n) },
    ...{ generation: new Uint8Array(n), state: new Uint8Array(n), observedAtMs: new Float64Array(n).fill(1_000) },
    floor: Uint8Array.from(floors),
  };
  const head = { kind: FRAME_KIND.picture, term: 1, atMs: 1_000, tick: 1, online: n };
  made.applyFrame(
    encodeFrame(
      head,
      Uint32Array.from({ length: n }, (_, slot) => slot),
      n,
      columns,
    ),
  );
  return made;
}

describe('floors on the page', () => {
  it('[FLO-20] are offered from below upwards, each once, those of areas and of people', () => {
    expect(sortFloors(['10F', '2F', '屋面', 'B1', '1F', 'B2', '2F', '地下3层'])).toEqual([
      ...['地下3层', 'B2', 'B1', '1F', '2F', '10F', '屋面'],
    ]);
    const picture = showing([]);
    expect(floorNamesOf(picture.areas.values(), picture.docsOf('floors'))).toEqual(['1F', '2F', '10F', '夹层']);
    expect(floorNamesOf([{ floorNo: null }, { floorNo: '' }], [])).toEqual([]);
  });

  it('[FLO-21] whoever is on another floor, or on none that is known, is off the chosen one; a name is one floor in every company', () => {
    const on = (floors: readonly number[], name: string): number[] => {
      const picture = showing(floors);
      const { slotCount, floor, bindings } = picture;
      return [...slotsOnFloor({ slotCount, floor, bindings, docsOf: () => picture.docsOf('floors') }, name)];
    };
    expect(on([1, 2, 1, 0], '2F')).toEqual([0, 1, 1, 0]);
    expect(on([2, 1, 1, 2], '2F')).toEqual([1, 0, 1, 0]);
    expect(on([1, 2, 1, 2], '夹层')).toEqual([0, 0, 0, 1]);
    expect(on([0, 2, 0, 1], '9F')).toEqual([0, 0, 0, 0]);
  });

  it('[FLO-22] areas of other floors are left out, those of the chosen one drawn whatever their layer says', () => {
    const shown = (floorNo: string | null, chosen: string | null, isLayerOn: boolean): boolean =>
      isAreaShown(
        { kind: 'PRODUCTION', floorNo },
        { floorNo: chosen, shownKinds: new Set(isLayerOn ? ['PRODUCTION'] : []) },
      );
    expect([shown('1F', '1F', false), shown('2F', '1F', true), shown('2F', null, true)]).toEqual([true, false, true]);
    expect([shown(null, '1F', true), shown(null, '1F', false), shown('1F', null, false)]).toEqual([true, false, false]);
  });

  it('[FLO-23] the choice stands in the address, and a name that nobody could send means nothing', () => {
    createRoot((dispose) => {
      const shown = { picture: showing([]), counts: () => 0, registerVersion: () => 0 } as unknown as PictureState;
      const { linkPart, chosen } = createFloorsRoom(shown);
      expect(linkPart.read()).toBeNull();
      expect(linkPart.write('2F')).toBe(true);
      expect([linkPart.read(), chosen()]).toEqual(['2F', '2F']);
      expect([linkPart.write(''), linkPart.write('x'.repeat(33)), chosen()]).toEqual([false, false, '2F']);
      expect(linkPart.write(null)).toBe(true);
      expect(chosen()).toBeNull();
      dispose();
    });
  });
});
