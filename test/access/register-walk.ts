/** What the walk over the registers knows of a register: who may do what by its declaration, and which right a route asks for. */
import { optionReaders } from '../../admin/register/references.ts';
import type { RouteSpec } from '../../admin/route.ts';
import type { AnyRegister, Party } from '../../registers/register.ts';

/** Parties by right, in words: `read`, `create`, `move confirm`, `action unlock` ... */
export type Access = Readonly<Record<string, string>>;

const words = (parties: readonly Party[] | undefined): string => [...new Set(parties ?? [])].join(' ');

export function declaredAccess(registers: readonly AnyRegister[], register: AnyRegister): Access {
  const { rights, states, actions = [] } = register;
  const all: Record<string, string> = {
    read: words(rights.read),
    options: words(optionReaders(registers, register)),
    create: words(rights.create),
    update: words(rights.update),
    remove: words(rights.remove),
    reveal: words(rights.reveal),
    ...Object.fromEntries((states?.moves ?? []).map(({ name, by }) => [`move ${name}`, words(by)])),
    ...Object.fromEntries(actions.map(({ name, by }) => [`action ${name}`, words(by)])),
  };
  return Object.fromEntries(Object.entries(all).filter(([, parties]) => parties !== ''));
}

/** Rights of which one is needed. Throws for a route of which nobody said who may: say it here and in register-access.ts. */
export function rightsOf({ method, path }: RouteSpec, register: AnyRegister): readonly string[] {
  const rest = path.slice(`/api/registers/${register.name}`.length);
  const key = `${method} ${rest}`;
  const named = /^POST \/:id\/(moves|actions)\/([a-z0-9-]+)$/.exec(key);
  if (named !== null) return [`${named[1] === 'moves' ? 'move' : 'action'} ${named[2]}`];
  const known = RIGHTS[key];
  if (known === undefined) throw new Error(`nobody said who may call ${method} ${path}`);
  return known;
}

const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  'GET ': ['read'],
  'GET /description': ['read'],
  'GET /options': ['options'],
  'GET /:id': ['read'],
  'GET /:id/history': ['read'],
  'GET /:id/files/:field/:file': ['read'],
  'GET /export': ['read'],
  'GET /template': ['create', 'update'],
  'POST /import': ['create', 'update'],
  'POST /files': ['create', 'update'],
  'POST ': ['create'],
  'PATCH /:id': ['update'],
  'DELETE /:id': ['remove'],
  'POST /:id/reveal': ['reveal'],
};
