/** Shapes of answers (core/register-api.ts) as zod says them, for OpenAPI. Nothing is checked by them. */
import { z } from 'zod';
import type { AnyRegister } from '../../registers/register.ts';
import { schemasOf } from './check.ts';

const words = z.object({ zh: z.string(), en: z.string() });
const named = z.object({ name: z.string(), title: words });

export const index = z.object({ groups: z.array(named.extend({ registers: z.array(named) })) });

export const description = z.looseObject({
  name: z.string(),
  title: words,
  about: words,
  group: z.string(),
  choosesCompany: z.boolean(),
  belongsToCompany: z.boolean(),
  fields: z.array(
    z.looseObject({
      name: z.string(),
      kind: z.string(),
      title: words,
      help: words.nullable(),
      required: z.boolean(),
      sortable: z.boolean(),
      editable: z.enum(['always', 'create', 'later', 'never']),
      wins: z.enum(['vendor', 'page']).nullable(),
    }),
  ),
  key: z.string(),
  label: z.string(),
});

export const options = z.object({
  options: z.array(z.object({ key: z.string(), label: z.string(), companyCode: z.string().nullable() })),
});

export const history = z.object({
  changes: z.array(
    z.object({
      version: z.int(),
      atMs: z.int(),
      by: z.string(),
      act: z.string(),
      reason: z.string().nullable(),
      diff: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
    }),
  ),
});

export const revealed = z.object({ value: z.string() });

export const storedFile = z.object({
  id: z.uuid(),
  name: z.string(),
  type: z.string(),
  bytes: z.int(),
  digest: z.string(),
});

const rowOf = (register: AnyRegister) =>
  z.object({
    id: z.string(),
    version: z.int(),
    companyCode: z.string().nullable(),
    companyName: z.string().nullable(),
    state: register.states === undefined ? z.null() : z.enum(Object.keys(register.states.titles)),
    values: schemasOf(register).all,
    labels: z.record(z.string(), z.record(z.string(), z.string())),
    createdAtMs: z.int(),
    createdBy: z.string(),
    updatedAtMs: z.int(),
    updatedBy: z.string(),
    fromVendor: z.array(z.string()),
    may: z.object({
      update: z.boolean(),
      remove: z.boolean(),
      moves: z.array(z.string()),
      actions: z.array(z.string()),
    }),
    running: z.object({ version: z.int(), problem: z.string().nullable() }).nullable(),
    links: z.array(z.object({ title: words, href: z.string() })),
  });

function makeShapes(register: AnyRegister) {
  const row = rowOf(register).meta({ id: `${register.name}-row` });
  return {
    row,
    page: z.object({ rows: z.array(row), next: z.string().nullable(), count: z.int() }),
    actionAnswer: z.object({
      row,
      shown: z.array(z.object({ title: words, value: z.string(), isPage: z.boolean().optional() })),
    }),
  };
}
const shapes = new WeakMap<AnyRegister, ReturnType<typeof makeShapes>>();

/** Made once: each has a name, which belongs to one shape. */
export function shapesOf(register: AnyRegister) {
  const known = shapes.get(register) ?? makeShapes(register);
  shapes.set(register, known);
  return known;
}
