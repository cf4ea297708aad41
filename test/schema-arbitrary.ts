/**
 * Values that a JSON Schema of the vendor interface's OpenAPI document allows. What the schema alone cannot say is taken
 * from the document's own hints: the names Time, Day and Geometry, and the extensions of ingest/openapi-values.ts.
 */
import fc from 'fast-check';

// biome-ignore lint/suspicious/noExplicitAny: a document is walked as it is
type Json = any;

export interface SchemaWorld {
  readonly document: Json;
  readonly nowMs: number;
}

const PAD = fc.constantFrom('', ' ', '\u3000');

export function arbitraryOf(schema: Json, world: SchemaWorld): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return refArbitrary(schema, world);
  if (schema['x-number'] !== undefined) return padded(numberIn(schema['x-number']).map(plainDecimal));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined || schema.oneOf !== undefined) {
    return fc.oneof(...(schema.anyOf ?? schema.oneOf).map((part: Json) => arbitraryOf(part, world)));
  }
  if (schema.allOf !== undefined) {
    const parts: fc.Arbitrary<unknown>[] = schema.allOf.map((part: Json) => arbitraryOf(part, world));
    return parts.length === 1 ? parts[0]! : fc.tuple(...parts).map((objects) => Object.assign({}, ...objects));
  }
  if (schema.properties !== undefined || schema.required !== undefined) return objectIn(schema, world);
  const types: string[] = [schema.type ?? []].flat();
  return types.length === 0 ? fc.jsonValue() : fc.oneof(...types.map((type) => typed(type, schema, world)));
}

function typed(type: string, schema: Json, world: SchemaWorld): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'number':
    case 'integer':
      return numberIn(schema);
    case 'string':
      return textIn(schema);
    case 'array':
      return fc.array(arbitraryOf(schema.items, world), { maxLength: Math.min(schema.maxItems, 5) });
    default:
      return dictionaryIn(schema, world);
  }
}

function refArbitrary(schema: Json, world: SchemaWorld): fc.Arbitrary<unknown> {
  const name: string = schema.$ref.split('/').at(-1);
  const window = schema['x-recent'] ?? { pastS: 365 * 86_400, aheadS: 365 * 86_400 };
  if (name === 'Time') return timeNear(world.nowMs, window);
  if (name === 'Day') return padded(timeNear(world.nowMs, window).map((time) => String(time)));
  if (name === 'Geometry') return outlines;
  return arbitraryOf(world.document.components.schemas[name], world);
}

function objectIn(schema: Json, world: SchemaWorld): fc.Arbitrary<Record<string, unknown>> {
  const model = Object.entries(schema.properties ?? {}).map(([name, part]) => [name, arbitraryOf(part, world)]);
  return fc.record(Object.fromEntries(model), { requiredKeys: schema.required ?? [] });
}

const dictionaryIn = (schema: Json, world: SchemaWorld): fc.Arbitrary<unknown> =>
  fc.dictionary(
    fc.stringMatching(new RegExp(schema.propertyNames?.pattern ?? '^[A-Z]{1,8}$')),
    arbitraryOf(schema.additionalProperties ?? {}, world),
    { maxKeys: Math.min(schema.maxProperties ?? 5, 5) },
  );

/** Patterns with Unicode classes are filtered for; the others are generated from. */
function textIn({ pattern }: { readonly pattern?: string }): fc.Arbitrary<string> {
  if (pattern === undefined) return fc.string();
  if (!pattern.includes('\\p')) return fc.stringMatching(new RegExp(pattern));
  const allowed = new RegExp(pattern, 'u');
  const texts = fc.oneof(fc.string({ minLength: 1, maxLength: 70 }), fc.string({ minLength: 1, unit: 'grapheme' }));
  return padded(texts).filter((text) => allowed.test(text));
}

const padded = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(PAD, texts, PAD).map((parts) => parts.join(''));

const numberIn = (limits: Json): fc.Arbitrary<number> =>
  limits.type === 'integer'
    ? fc.integer({ min: limits.minimum, max: limits.maximum })
    : fc.double({ min: limits.minimum ?? -1e9, max: limits.maximum ?? 1e9, noNaN: true });

/** At most 17 digits behind the point, no exponent. */
const plainDecimal = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(6));

const two = (value: number): string => String(value).padStart(2, '0');

function timeNear(nowMs: number, window: { readonly pastS: number; readonly aheadS: number }): fc.Arbitrary<unknown> {
  const instants = fc.integer({ min: nowMs - window.pastS * 1_000 + 1_000, max: nowMs + window.aheadS * 1_000 });
  return fc.tuple(instants, fc.nat(3)).map(([ms, form]) => {
    const local = new Date(ms + 8 * 3_600_000);
    const day = [local.getUTCFullYear(), two(local.getUTCMonth() + 1), two(local.getUTCDate())];
    const clock = [two(local.getUTCHours()), two(local.getUTCMinutes()), two(local.getUTCSeconds())];
    return [ms, `${day.join('-')} ${clock.join(':')}`, [...day, ...clock].join(''), new Date(ms).toISOString()][form];
  });
}

const outlines = fc
  .record({
    lng: fc.double({ min: 121, max: 122, noNaN: true }),
    lat: fc.double({ min: 30, max: 31, noNaN: true }),
    size: fc.double({ min: 0.001, max: 0.01, noNaN: true }),
    form: fc.nat(2),
  })
  .map(({ lng, lat, size, form }) => {
    const ring = [
      [lng, lat],
      [lng + size, lat],
      [lng + size, lat + size],
      [lng, lat + size],
      [lng, lat],
    ];
    const wkt = `POLYGON((${ring.map((point) => point.join(' ')).join(', ')}))`;
    return [wkt, { type: 'Polygon', coordinates: [ring] }, ring.map((point) => point.join(',')).join(';')][form];
  });
