/** Which jobs shut each other out where their crews meet: pairs of kinds, each with its clause. Distances are the park's (settings). */
import { WORK_TYPES, type WorkKind } from '../../../standard/special-work.ts';

/** What a job is, for this. */
export interface Work {
  readonly kind: WorkKind;
  /** Solvents or paint are said in its content or its details. */
  readonly isPainting: boolean;
}

export interface Exclusion {
  readonly clause: string;
  /** Parts of one job (linked permits, one activity) are planned together: no conflict between them. */
  readonly isWithinJob: boolean;
}

/** Solvent cleaning, painting (使用溶剂清洗、喷漆), and what people call it. */
const PAINTING = /喷漆|刷漆|涂漆|油漆|涂刷|喷涂|防腐涂|溶剂|清洗剂|汽油清洗|paint|solvent/i;

export function workOf(workCode: string, texts: readonly string[]): Work | null {
  const type = WORK_TYPES[workCode];
  return type === undefined ? null : { kind: type.kind, isPainting: texts.some((text) => PAINTING.test(text)) };
}

/** Why the two must not be so near each other; null: nothing says so. */
export function exclusionOf(one: Work, other: Work): Exclusion | null {
  return directed(one, other) ?? directed(other, one);
}

function directed(one: Work, other: Work): Exclusion | null {
  if (one.kind === 'fire' && other.kind === 'blind-plate') return { clause: 'GB 30871-2022 7.6', isWithinJob: true };
  if (one.kind === 'fire' && other.isPainting && other.kind !== 'fire') {
    return { clause: 'GB 30871-2022 5.2.9', isWithinJob: true };
  }
  // Nobody is under the load (9.2.12), and nobody in the line of what falls (8.2.8), but the job's own people.
  if (one.kind === 'lifting') return { clause: 'GB 30871-2022 9.2.12', isWithinJob: false };
  if (one.kind === 'height') return { clause: 'GB 30871-2022 8.2.8', isWithinJob: false };
  return null;
}
