/** Fixed gas detectors near a job, from the register of detectors. */
import type { RegisterRow } from '../../core/register-api.ts';
import { registerClient } from '../registers/register-client.ts';

/** What lies farther off says little about the air at the job. */
export const NEAR_M = 150;
const SHOWN = 5;

export interface NearDetector {
  readonly code: string;
  readonly name: string;
  readonly distanceM: number;
}

/** Nearest first. `distanceM`: from the job, m; null: it cannot be said. Pure. */
export function nearDetectors(
  rows: readonly Pick<RegisterRow, 'values'>[],
  distanceM: (lng: number, lat: number) => number | null,
): NearDetector[] {
  return rows
    .flatMap(({ values }) => {
      const place = values['place'] as { readonly lng?: unknown; readonly lat?: unknown } | null | undefined;
      if (typeof place?.lng !== 'number' || typeof place.lat !== 'number') return [];
      const away = distanceM(place.lng, place.lat);
      if (away === null || away > NEAR_M) return [];
      return [{ code: String(values['code'] ?? ''), name: String(values['name'] ?? ''), distanceM: away }];
    })
    .sort((a, b) => a.distanceM - b.distanceM)
    .slice(0, SHOWN);
}

/** A company has some hundreds at most; so many are looked through. */
const PAGES = 10;

export async function companyDetectors(companyCode: string): Promise<readonly RegisterRow[]> {
  const rows: RegisterRow[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const answer = await registerClient.page('detectors', new URLSearchParams({ company: companyCode }), after);
    rows.push(...answer.rows);
    if (answer.next === null) break;
    after = answer.next;
  }
  return rows;
}
