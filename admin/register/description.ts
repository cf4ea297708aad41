/** What pages are built from (core/register-api.ts): a declaration as one caller may use it. */
import type { FieldDescription, RegisterDescription, RegisterIndex } from '../../core/register-api.ts';
import { searchedFields } from '../../db/registers/table.ts';
import type { Field } from '../../registers/field.ts';
import { type AnyRegister, type Fields, REGISTER_GROUPS } from '../../registers/register.ts';
import { isSortable } from './list-query.ts';
import { may, type RegisterUser, rowScope } from './rights.ts';

export function indexFor(registers: readonly AnyRegister[], user: RegisterUser): RegisterIndex {
  const mine = registers.filter(({ rights }) => may(user, rights.read));
  const groups = Object.entries(REGISTER_GROUPS).map(([name, title]) => ({
    name,
    title,
    registers: mine.filter(({ group }) => group === name).map(({ name, title }) => ({ name, title })),
  }));
  return { groups: groups.filter(({ registers }) => registers.length > 0) };
}

export function descriptionFor(register: AnyRegister, user: RegisterUser): RegisterDescription {
  const { rights, list, states, kept } = register;
  const create = may(user, rights.create);
  const update = may(user, rights.update);
  return {
    name: register.name,
    title: register.title,
    about: register.about,
    group: register.group,
    choosesCompany: register.scope === 'company' && rowScope(user, register).companyCode === null,
    belongsToCompany: register.scope === 'company',
    fields: describe(register.fields),
    key: register.key,
    label: register.label,
    columns: list.columns,
    sort: `${list.sort.descending === true ? '-' : ''}${list.sort.by}`,
    filters: list.filters,
    searches: searchedFields(register).length > 0,
    form: register.form.map(({ title, fields }) => ({ title: title ?? null, fields })),
    states: titled(states?.titles ?? {}).map(({ value, title }) => ({ name: value, title })),
    moves: (states?.moves ?? [])
      .filter(({ by }) => may(user, by))
      .map(({ name, title, reason }) => ({ name, title, reason: reason === true })),
    actions: (register.actions ?? [])
      .filter(({ by }) => may(user, by))
      .map(({ name, title, dangerous, input }) => ({
        name,
        title,
        dangerous: dangerous === true,
        input: describe(input ?? {}),
      })),
    may: {
      create,
      update,
      remove: may(user, rights.remove),
      import: create && update,
      reveal: may(user, rights.reveal),
    },
    tellsEngine: register.tells !== undefined || typeof kept === 'object',
  };
}

const describe = (fields: Fields): FieldDescription[] =>
  Object.entries<Field>(fields).map(([name, field]) => ({
    name,
    kind: field.kind,
    title: field.title,
    help: field.help ?? null,
    required: field.required === true,
    sortable: isSortable(field),
    editable: field.edit ?? 'always',
    wins: field.vendor?.wins ?? null,
    ...ofKind(field),
  }));

function ofKind(field: Field): Partial<FieldDescription> {
  switch (field.kind) {
    case 'text': {
      const pattern = field.form && { source: field.form.pattern.source, words: field.form.words };
      return { maxLength: field.maxLength, ...(pattern && { pattern }) };
    }
    case 'lines':
      return { maxLength: field.maxLength };
    case 'integer':
      return { min: field.min, max: field.max, ...(field.unit && { unit: field.unit }) };
    case 'decimal':
      return { min: field.min, max: field.max, digits: field.digits, ...(field.unit && { unit: field.unit }) };
    case 'choice':
    case 'choices':
      return { options: titled(field.options) };
    case 'reference':
      return { register: field.register };
    case 'references':
      return { register: field.register, max: field.max };
    case 'sealed':
      return { secret: field.secret };
    case 'files':
      return { max: field.max, types: field.types };
    case 'items':
      return { max: field.max, fields: describe(field.fields) };
    default:
      return {};
  }
}

const titled = <T>(words: Readonly<Record<string, T>>): { value: string; title: T }[] =>
  Object.entries(words).map(([value, title]) => ({ value, title }));
