/**
 * JSON Schemas of values and records, from the field tables. Exact the one way: whatever the server accepts under the
 * published names conforms. The other way a schema cannot say everything; what a reader of the document needs to make a
 * record that is accepted stands in extensions: `x-number` (limits of a number written as text), `x-recent` (a time must
 * be so near to now), `x-geometry`.
 */
import type { Field } from './validate/fields.ts';
import { AHEAD_MS, OLDEST_MS } from './validate/times.ts';
import { CERTIFICATE, FIRST_MS, LAST_MS, LIST_COMMAS } from './validate/values.ts';

export type Json = Readonly<Record<string, unknown>>;

export const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

const PLAIN = '[^\\s\\p{Cc}\\p{Cs}]';
const STORABLE = '[^\\p{Cc}\\p{Cs}]';
const TIMES = [
  '\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}',
  '\\d{14}',
  '\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?(?:[Zz]|[+-]\\d{2}(?::?\\d{2})?)',
  '\\d{12,13}',
];

/** Blanks around a value are never looked at. */
const text = (...alternatives: string[]): Json => ({
  type: 'string',
  pattern: `^\\s*(?:${alternatives.join('|')})\\s*$`,
});

/** At least one character that shows, at most `max` between the outer blanks. */
const textOf = (max: number): Json => ({
  ...text(PLAIN, `${PLAIN}${STORABLE}{0,${max - 2}}${PLAIN}`),
  description: `Text of at most ${max} characters.`,
});

export const codesSchema = (codes: readonly string[]): Json => ({
  anyOf: [
    { enum: codes },
    text(...codes),
    ...(codes.every((code) => /^\d+$/.test(code)) ? [{ enum: codes.map(Number) }] : []),
  ],
});

const listOf = (items: Json, maxItems: number): Json => ({ type: 'array', maxItems, items });

/** At most so many texts with commas between. */
function commaText(max: number, maxItems: number): Json {
  const plain = `[^${LIST_COMMAS}\\s\\p{Cc}\\p{Cs}]`;
  const item = `\\s*(?:${plain}(?:[^${LIST_COMMAS}\\p{Cc}\\p{Cs}]{0,${max - 2}}${plain})?)?\\s*`;
  return { type: 'string', pattern: `^${item}(?:[${LIST_COMMAS}]${item}){0,${maxItems - 1}}$` };
}

/** Schemas that fields refer to by name. */
export const VALUE_SCHEMAS: Json = {
  Absent: { description: 'Counts as absent.', anyOf: [{ type: 'null' }, { type: 'string', pattern: '^\\s*$' }] },
  Id: textOf(64),
  Flag: {
    anyOf: [{ enum: [true, false, 1, 0] }, text('[01]', '[Tt][Rr][Uu][Ee]', '[Ff][Aa][Ll][Ss][Ee]')],
  },
  True: { anyOf: [{ enum: [true, 1] }, text('1', '[Tt][Rr][Uu][Ee]')] },
  Time: {
    description: 'yyyy-MM-dd HH:mm:ss or yyyyMMddHHmmss (GMT+8), ISO 8601 with a zone, or epoch ms; 1990 to 2100.',
    anyOf: [text(...TIMES), { type: 'number', minimum: FIRST_MS, exclusiveMaximum: LAST_MS }],
  },
  Day: {
    description: 'yyyy-MM-dd or yyyyMMdd, 1900 to 2100; or a time, whose day in GMT+8 counts.',
    anyOf: [text('\\d{4}-?\\d{2}-?\\d{2}', ...TIMES), { type: 'number' }],
  },
  Geometry: {
    description: 'WKT, GeoJSON Polygon or MultiPolygon, as an object or as text, or lng,lat;lng,lat;...',
    'x-geometry': true,
    anyOf: [{ type: 'string', pattern: '\\S' }, { type: 'object' }],
  },
  Certificate: {
    type: 'object',
    maxProperties: CERTIFICATE.membersMax,
    propertyNames: { pattern: CERTIFICATE.memberName.source },
    additionalProperties: { anyOf: [{ type: ['number', 'boolean'] }, ref('Absent'), textOf(CERTIFICATE.textMax)] },
  },
};

function schemaOf({ is, required }: Field): Json {
  switch (is.type) {
    case 'text':
      if (is.form !== undefined) return text(is.form.pattern.source.slice(1, -1));
      return is.isToken === true ? text(`[A-Za-z0-9_-]{1,${is.maxLength}}`) : textOf(is.maxLength);
    case 'prose':
      return {
        type: 'string',
        pattern: `^[\\s\\p{Cc}\\p{Cs}]*(?:${PLAIN}|${PLAIN}[\\s\\S]{0,${is.maxLength - 2}}${PLAIN})${required ? '' : '?'}[\\s\\p{Cc}\\p{Cs}]*$`,
        description: `Text of at most ${is.maxLength} characters; line breaks become blanks.`,
      };
    case 'number': {
      const limits = { type: is.integer === true ? 'integer' : 'number', minimum: is.min, maximum: is.max };
      return { anyOf: [limits, { ...text('[+-]?\\d{1,15}(?:\\.\\d{1,17})?'), 'x-number': limits }] };
    }
    case 'flag':
      return ref('Flag');
    case 'time':
      return is.recent === true
        ? { ...ref('Time'), 'x-recent': { pastS: OLDEST_MS / 1_000, aheadS: AHEAD_MS / 1_000 } }
        : ref('Time');
    case 'day':
      return ref('Day');
    case 'code':
      return is.local === undefined
        ? codesSchema(is.codes)
        : { anyOf: [codesSchema(is.codes), text(is.local.source.slice(1, -1))] };
    case 'texts':
      return listOf(textOf(is.maxLength), is.maxItems);
    case 'list':
      return { anyOf: [listOf(textOf(is.maxLength), is.maxItems), commaText(is.maxLength, is.maxItems)] };
    case 'file':
      return { type: 'string', format: 'binary', description: `At most ${is.maxBytes} bytes.` };
    case 'codes':
      return listOf(codesSchema(is.codes), is.codes.length * 4);
    case 'certificates':
      return listOf(ref('Certificate'), is.maxItems);
    case 'geometry':
      return ref('Geometry');
    case 'objects':
      return listOf(recordSchema(is.fields), is.maxItems);
  }
}

function fieldSchema(field: Field): Json {
  const description = `${field.meaning}${(field.otherNames ?? []).map((name) => ` Also ${name}.`).join('')}`;
  if (field.forgiving === true) return { description: `${description} A value that cannot be read counts as absent.` };
  const schema = schemaOf(field);
  return { description, ...(field.required ? { allOf: [schema] } : { anyOf: [ref('Absent'), schema] }) };
}

export const recordSchema = (fields: readonly Field[]): Json => ({
  type: 'object',
  required: fields.filter((field) => field.required).map((field) => field.name),
  properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
});
