/** What the fields of one form share: names of rows that are named, problems by field, files of the row. */
import { createContext, useContext } from 'solid-js';
import type { RegisterRow } from '../../core/register-api.ts';

export interface FormScope {
  /** null: it is being made, and has no files yet. */
  readonly row: () => RegisterRow | null;
  /** Of whom the row is or will be; null: of the park, or not chosen yet. */
  readonly companyCode: () => string | null;
  /** '' where nothing is wrong; path as in FieldProblem. */
  readonly problemAt: (path: string) => string;
  /** A key that was chosen in this form. */
  readonly learn: (path: string, key: string, label: string) => void;
  readonly labelOf: (path: string, key: string) => string | undefined;
}

const FormContext = createContext<FormScope>();
export const FormProvider = FormContext.Provider;

export function useForm(): FormScope {
  const scope = useContext(FormContext);
  if (scope === undefined) throw new Error('outside of a form');
  return scope;
}

/** Without the places in lists: `shifts.2.post` is `shifts.post`. */
export const withoutPlaces = (path: string): string => path.replace(/\.\d+\./g, '.');
/** Of the control, for its label. */
export const idOf = (path: string): string => `field-${path.replaceAll('.', '-')}`;
