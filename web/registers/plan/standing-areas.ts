/** Areas that stand already, to draw beside and snap to. None where the caller may not see them. */
import type { RegisterDescription, RegisterRow } from '../../../core/register-api.ts';
import type { LngLat } from '../plan-text.ts';
import { registerClient } from '../register-client.ts';

/** The register of areas; any register with a ground plan would do. */
const AREAS = 'areas';
const PAGES_MAX = 5;

export interface StandingArea {
  readonly id: string;
  readonly name: string;
  readonly corners: readonly LngLat[];
}

export async function standingAreas(): Promise<readonly StandingArea[]> {
  try {
    const description = await registerClient.description(AREAS);
    const plan = description.fields.find(({ kind }) => kind === 'plan')?.name;
    if (plan === undefined) return [];
    const rows: RegisterRow[] = [];
    let after: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const answer = await registerClient.page(AREAS, new URLSearchParams(), after);
      rows.push(...answer.rows);
      after = answer.next;
      if (after === null) break;
    }
    return rows.flatMap((row) => areaOf(description, plan, row));
  } catch {
    // They only help with drawing.
    return [];
  }
}

function areaOf({ label }: RegisterDescription, plan: string, { id, values }: RegisterRow): StandingArea[] {
  const corners = values[plan];
  return Array.isArray(corners) ? [{ id, name: String(values[label] ?? ''), corners: corners as LngLat[] }] : [];
}
