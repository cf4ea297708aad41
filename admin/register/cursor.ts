/** Where a page of a list ends, as opaque text: of the last row what it was sorted by, and its id. */
import { AppError } from '../../core/errors.ts';
import type { ListQuery } from './store.ts';

export interface Cursor {
  /** As text; null: the row has nothing there, and so comes among the last. */
  readonly value: string | null;
  readonly id: string;
}

const sortText = ({ by, descending }: ListQuery['sort']): string => `${descending ? '-' : ''}${by}`;

export const writeCursor = (sort: ListQuery['sort'], { value, id }: Cursor): string =>
  Buffer.from(JSON.stringify([sortText(sort), value, id])).toString('base64url');

/** Throws AppError INPUT_INVALID when it is none, or of a list in another order. */
export function readCursor({ after, sort }: ListQuery): Cursor | null {
  if (after === null) return null;
  try {
    const [of, value, id] = JSON.parse(Buffer.from(after, 'base64url').toString()) as unknown[];
    const isFit = of === sortText(sort) && (value === null || typeof value === 'string') && typeof id === 'string';
    if (isFit) return { value, id };
  } catch {
    // No JSON: said below.
  }
  throw cursorUnfit();
}

export const cursorUnfit = (cause?: unknown): AppError =>
  new AppError('INPUT_INVALID', { detail: 'after: not the `next` of a page of this list', cause });
