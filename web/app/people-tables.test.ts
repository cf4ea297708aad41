import { describe, expect, it } from 'vitest';
import type { PersonView } from '../../stream/protocol/effects.ts';
import { encodeFrame, FRAME_KIND, stateFrom } from '../../stream/protocol/frame.ts';
import { LivePicture } from '../../stream/protocol/live-picture.ts';
import { personKey } from './api.ts';
import { countPeople } from './people-tables.ts';

const person = (change: Partial<PersonView>): PersonView => ({
  personId: 'p',
  cardNo: null,
  companyCode: '900000101',
  companyName: '乙化工',
  name: '某人',
  type: 'staff',
  department: '生产部',
  post: '外操',
  ...change,
});

/** Slots 0 - 3 stand on the picture, 4 is bound but away; 3 carries another generation than its binding. */
function picture(): LivePicture {
  const made = new LivePicture();
  const people = [
    person({ personId: 'p0', name: '钱一帆' }),
    person({ personId: 'p1', name: '孙二娘', type: 'contractor', companyCode: '900000102', companyName: '丙储运' }),
    person({ personId: 'p2', name: '李一钱', cardNo: 'C-77', type: 'visitor' }),
    person({ personId: 'p3', name: '周四' }),
    person({ personId: 'p4', name: '钱五' }),
  ];
  made.loadSnapshot({
    epoch: 'e',
    seq: 1,
    bindings: people.map((view, slot) => ({ slot, generation: 0, person: view })),
    areas: [
      {
        areaId: 'a1',
        companyCode: '900000102',
        name: '一号罐区',
        kind: 'HAZARD_SOURCE',
        fixed: true,
        version: 1,
        polygons: [],
        zMinM: null,
        zMaxM: null,
        floorNo: null,
        validFromMs: null,
        validToMs: null,
      },
    ],
    alarms: [],
  });
  const columns = {
    easting: Float64Array.of(1, 2, 3, 4),
    northing: Float64Array.of(1, 2, 3, 4),
    heightM: new Float32Array(4),
    generation: Uint8Array.of(0, 0, 0, 1),
    state: Uint8Array.of(stateFrom(0, 0, false, 0), stateFrom(1, 0, false, 1), stateFrom(2, 0, false, 0), 0),
    observedAtMs: new Float64Array(4).fill(1_000),
    floor: new Uint8Array(4),
  };
  const head = { kind: FRAME_KIND.picture, term: 1, atMs: 1_000, tick: 1, online: 4 };
  made.applyFrame(encodeFrame(head, Uint32Array.of(0, 1, 2, 3), 4, columns));
  return made;
}

describe('people tables', () => {
  it('[WEB-17] counts by type and company; a tag without a known wearer is unidentified', () => {
    const counts = countPeople(picture());
    expect(counts.total).toBe(4);
    expect(counts.byType).toEqual({ staff: 1, contractor: 1, visitor: 1, unidentified: 1 });
    expect(counts.stale).toBe(1);
    expect(counts.companies).toEqual([
      { code: '900000101', name: '乙化工', count: 2 },
      { code: '900000102', name: '丙储运', count: 1 },
    ]);
  });

  it('asks the server by person id, else by card', () => {
    expect(personKey(person({ personId: 'p9', cardNo: 'c9' }))).toBe('p9');
    expect(personKey(person({ personId: null, cardNo: 'c9' }))).toBe('card:c9');
    expect(personKey(person({ personId: null }))).toBeNull();
  });
});
