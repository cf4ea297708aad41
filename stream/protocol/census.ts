/** Who is where, counted by the engine each minute: the live doc `census`. */
import type { PersonType } from './vocabulary.ts';

export interface Census {
  /** Engine time of the minute's tick. */
  readonly atMs: number;
  /** People online (heard within the offline limit) by the company and type of the person. */
  readonly people: readonly { readonly companyCode: string; readonly type: PersonType; readonly count: number }[];
  /** People inside, by area (areaKey) and company of the person; areas with nobody are left out. */
  readonly areas: readonly { readonly area: string; readonly companyCode: string; readonly count: number }[];
}
