/** A park with an area, an assembly point and people, in which emergencies are declared. */
import type { MusterInput } from '../../stream/protocol/acts.ts';
import type { EffectsAt } from '../../stream/protocol/effects.ts';
import { MUSTER_STATES, type Muster, type MusterPeople, type MusterPlace } from '../../stream/protocol/muster.ts';
import type { Role } from '../../stream/protocol/vocabulary.ts';
import { CrowdRun, type Place } from './crowd.ts';
import { COMPANY, createArea, createPerson } from './entries.ts';
import { squareAt } from './plane.ts';

export const OTHER = '913100002';
export const PLANT: MusterPlace = { of: 'area', area: `${COMPANY}/plant` };
/** Places in the plant, at the assembly point, and far from both. */
export const IN: Place = [50, 50];
export const AT_POINT: Place = [320, 20];
export const OUT: Place = [200, 50];

export class MusterTestRun extends CrowdRun {
  #acts = 0;

  constructor() {
    super();
    this.tick(this.atMs);
    this.areas(
      createArea({ areaId: 'plant', name: '加氢装置', kind: 'PRODUCTION', polygons: squareAt(0, 0, 100) }),
      createArea({ areaId: 'point', name: '1# 集合点', kind: 'ASSEMBLY', polygons: squareAt(300, 0, 40) }),
    );
  }

  /** People of COMPANY, described. */
  people(...personIds: string[]): this {
    this.persons(...personIds.map((personId) => createPerson({ personId, name: `姓名${personId}` })));
    return this;
  }

  muster(
    input: MusterInput,
    comment: string | null = null,
    by: { role: Role; companyCode: string | null } = { role: 'operator', companyCode: null },
    actId = `m${++this.#acts}`,
  ): EffectsAt | null {
    const body = { actId, act: 'muster', alarmId: '', input, userId: 'u', userName: '值班员', comment, ...by } as const;
    return this.entry('act', body);
  }
  declare(place: MusterPlace = PLANT, kind: 'real' | 'drill' = 'drill'): string {
    this.muster({ step: 'declare', kind, place });
    return `m${this.#acts}`;
  }

  /** As it stands; for the park where no company is named. */
  doc(musterId: string, companyCode: string | null = null): Muster | undefined {
    return this.engine.park.docs.get('muster', companyCode === null ? musterId : `${musterId}/${companyCode}`);
  }
  /** `id:state` of a company's list. */
  list(musterId: string, companyCode = COMPANY): string[] {
    const pieces = this.engine.park.docs.values('muster-people').filter((piece) => piece.musterId === musterId);
    return pieces.filter((piece) => piece.companyCode === companyCode).flatMap(linesOf);
  }
  /** The last documents of musters that ended. */
  ended(): Muster[] {
    return this.published.flatMap(({ effects }) =>
      effects.flatMap((effect) =>
        effect.t === 'doc' && effect.doc === 'muster' && effect.gone ? [effect.value as Muster] : [],
      ),
    );
  }
}

const linesOf = ({ ids, states }: MusterPeople): string[] => ids.map((id, i) => `${id}:${MUSTER_STATES[states[i]!]}`);
