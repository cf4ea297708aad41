/** What every part of a register's pages needs: the description, who looks, where one is. */
import { type Accessor, createContext, useContext } from 'solid-js';
import type { FieldDescription, RegisterDescription, RegisterRow } from '../../core/register-api.ts';
import type { SessionInfo, WebSettings } from '../../core/web-api.ts';
import { go } from '../app/place.ts';
import { preferences } from '../app/preferences.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { useWords } from '../i18n/words.ts';
import { placeOf, type RegisterView } from './list-place.ts';
import { valueText } from './value-text.ts';

export interface RegisterScope {
  readonly description: RegisterDescription;
  readonly settings: WebSettings;
  readonly session: SessionInfo;
  /** Of the address; the list's part of it goes along from page to page. */
  readonly query: Accessor<URLSearchParams>;
}

const RegisterContext = createContext<RegisterScope>();
export const RegisterProvider = RegisterContext.Provider;

export function useRegister() {
  const scope = useContext(RegisterContext);
  if (scope === undefined) throw new Error('outside of a register');
  const t = useTranslate();
  const words = useWords();
  const texts = () => ({ t, language: preferences.language() });
  return {
    ...scope,
    t,
    words,
    goTo: (view: RegisterView): void => go(placeOf(scope.description.name, view, scope.query())),
    cellText: (field: FieldDescription, row: Pick<RegisterRow, 'values' | 'labels'>): string =>
      valueText(texts(), field, row.values[field.name], row.labels),
    valueText: (field: FieldDescription, value: unknown, labels: RegisterRow['labels'] = {}): string =>
      valueText(texts(), field, value, labels),
    stateText: (name: string | null): string => {
      const state = scope.description.states.find((one) => one.name === name);
      return state === undefined ? (name ?? '') : words(state.title);
    },
    /** How a row is called. */
    labelOf: (row: RegisterRow): string =>
      String(row.values[scope.description.label] ?? row.values[scope.description.key] ?? row.id),
  };
}
