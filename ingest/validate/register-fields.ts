/** Wire fields of a register that vendors send, from its declaration: names, limits and codes of the route are the register's. */
import type { Words } from '../../core/words.ts';
import type { ChoiceField, ChoicesField, Field as RegisterField } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { COMPANY_CODE, DELETED, type Field, type FieldType, UPDATE_DATE } from './fields.ts';

/** Of keys that name another row, and of numbers that are sealed. */
const KEY_MAX = 64;

/** What the options of a choice are called on the wire. */
export const wireCodes = ({ options, vendor }: ChoiceField | ChoicesField): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(options).map((option) => [
      option,
      vendor?.codes?.[option] ?? option.toUpperCase().replaceAll('-', '_'),
    ]),
  );

/** null: vendors send none of this kind. */
function typeOf(field: RegisterField): FieldType | null {
  switch (field.kind) {
    case 'text':
      return {
        type: 'text',
        maxLength: field.maxLength,
        ...(field.form === undefined ? {} : { form: { pattern: field.form.pattern, words: field.form.words.en } }),
      };
    case 'lines':
      return { type: 'prose', maxLength: field.maxLength };
    case 'integer':
      return { type: 'number', min: field.min, max: field.max, integer: true };
    case 'decimal':
      return { type: 'number', min: field.min, max: field.max };
    case 'yes-no':
      return { type: 'flag' };
    case 'day':
      return { type: 'day' };
    case 'instant':
      return { type: 'time' };
    case 'choice':
      return { type: 'code', codes: Object.values(wireCodes(field)) };
    case 'choices':
      return { type: 'codes', codes: Object.values(wireCodes(field)) };
    case 'reference':
    case 'sealed':
      return { type: 'text', maxLength: KEY_MAX };
    case 'references':
      return { type: 'texts', maxLength: KEY_MAX, maxItems: field.max };
    case 'items':
      return { type: 'objects', fields: fieldsOf(field.fields), maxItems: field.max };
    case 'files':
    case 'place':
    case 'plan':
      return null;
  }
}

function meaningOf(field: RegisterField): string {
  const said = (words: Words): string => `${words.en} (${words.zh})`;
  const codes =
    field.kind === 'choice' || field.kind === 'choices'
      ? `: ${Object.entries(wireCodes(field))
          .map(([option, code]) => `${code} ${(field.options as Readonly<Record<string, Words>>)[option]?.zh}`)
          .join(', ')}`
      : '';
  const sealed = field.kind === 'sealed' ? '; sealed on receipt' : '';
  const help = field.help === undefined ? '' : ` ${field.help.en}.`;
  const wins = field.vendor?.wins === 'page' ? ' What was entered on a page of the park stands.' : '';
  return `${said(field.title)}${codes}${sealed}.${help}${wins}`;
}

const fieldsOf = (fields: Readonly<Record<string, RegisterField>>): Field[] =>
  Object.values(fields).flatMap((field) => {
    const is = typeOf(field);
    if (field.vendor === undefined || is === null) return [];
    return [{ name: field.vendor.name, required: field.required === true, is, meaning: meaningOf(field) }];
  });

/** In the order of the declaration, between the company and what every record has. */
export const registerFields = (register: AnyRegister): readonly Field[] => [
  COMPANY_CODE,
  ...fieldsOf(register.fields),
  { ...DELETED, otherNames: ['IS_DELETED'] },
  UPDATE_DATE,
];
