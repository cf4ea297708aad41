import type { FieldDescription } from '../../../core/register-api.ts';
import type { Draft } from '../drafts.ts';

export interface FieldInputProps<D extends Draft = Draft> {
  readonly field: FieldDescription;
  /** As in FieldProblem. */
  readonly path: string;
  readonly draft: D;
  readonly onDraft: (draft: Draft) => void;
}
