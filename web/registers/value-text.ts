/** What a field holds, in words: cells of lists, pages of records, history, conflicts. Pure. */
import type { FieldDescription, RegisterRow } from '../../core/register-api.ts';
import type { Language, Translate } from '../i18n/i18n.ts';
import { wordsIn } from '../i18n/words.ts';
import { chinaText } from './china-time.ts';
import type { LngLat } from './plan-text.ts';

export interface Texts {
  readonly t: Translate;
  readonly language: Language;
}

type Labels = RegisterRow['labels'];

/** '' where there is nothing. */
export function valueText(texts: Texts, field: FieldDescription, value: unknown, labels: Labels = {}): string {
  if (value === null || value === undefined) return '';
  switch (field.kind) {
    case 'yes-no':
      return texts.t(value === true ? 'register.yes' : 'register.no');
    case 'integer':
    case 'decimal':
      return withUnit(texts, field, numberText(field, value));
    case 'instant':
      return typeof value === 'number' ? chinaText(value) : String(value);
    case 'choice':
      return optionText(texts, field, String(value));
    case 'choices':
      return joined(texts, value, (one) => optionText(texts, field, one));
    case 'reference':
      return keyText(texts, field, String(value), labels);
    case 'references':
      return joined(texts, value, (one) => keyText(texts, field, one, labels));
    case 'files':
      return joined(texts, value, (one) => (one as unknown as { name: string }).name);
    case 'place':
      return placeText(value as { lng: number; lat: number; heightM: number | null });
    case 'plan':
      return texts.t('plan.corners', { n: (value as readonly LngLat[]).length });
    case 'items':
      return (value as readonly Record<string, unknown>[])
        .map((item) =>
          (field.fields ?? [])
            .map((part) => valueText(texts, { ...part, name: `${field.name}.${part.name}` }, item[part.name], labels))
            .filter((text) => text !== '')
            .join(' '),
        )
        .join('; ');
    default:
      return String(value);
  }
}

/** Numbers stand at the right of their column. */
export const isNumber = ({ kind }: FieldDescription): boolean => kind === 'integer' || kind === 'decimal';

function numberText({ kind, digits }: FieldDescription, value: unknown): string {
  if (typeof value !== 'number') return String(value);
  return kind === 'decimal' ? value.toFixed(digits ?? 0) : String(value);
}

const withUnit = ({ language }: Texts, { unit }: FieldDescription, text: string): string =>
  unit === undefined ? text : `${text} ${wordsIn(language, unit)}`;

function optionText({ language }: Texts, { options }: FieldDescription, value: string): string {
  const option = options?.find((one) => one.value === value);
  return option === undefined ? value : wordsIn(language, option.title);
}

/** A key that no row of the register has is shown as such. */
function keyText({ t }: Texts, { name }: FieldDescription, key: string, labels: Labels): string {
  const known = labels[name];
  if (known === undefined) return key;
  return known[key] ?? t('list.unknownKey', { key });
}

const joined = ({ t }: Texts, values: unknown, text: (value: string) => string): string =>
  Array.isArray(values) ? values.map(text).join(t('listComma')) : String(values);

function placeText({ lng, lat, heightM }: { lng: number; lat: number; heightM: number | null }): string {
  const at = `${lng.toFixed(6)}, ${lat.toFixed(6)}`;
  return heightM === null ? at : `${at}, ${heightM} m`;
}
