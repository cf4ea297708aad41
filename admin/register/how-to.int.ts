/** The code of docs/how-to-add-a-register.md, walked: what the page promises is what a register does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RegisterDescription, RegisterPage, RegisterRow, RowHistory } from '../../core/register-api.ts';
import * as field from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import * as declaration from '../../registers/register.ts';
import { SESSION_COOKIE } from '../server.ts';
import { type Caller, COMPANY, createRegisterPark, type RegisterPark } from './test-park.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/how-to-add-a-register.md'), 'utf8');
const [, fileName = '', code = ''] = /`(registers\/[\w-]+\.ts)`:\n\n```ts\n([\s\S]*?)```/.exec(page) ?? [];

function built(): AnyRegister {
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(code, { compilerOptions: options });
  const modules: Readonly<Record<string, unknown>> = { './field.ts': field, './register.ts': declaration };
  const exported: Record<string, AnyRegister> = {};
  vm.runInThisContext(`(exports, require) => {${outputText}\n}`)(exported, (name: string) => modules[name]);
  const [register] = Object.values(exported);
  if (register === undefined) throw new Error('the page has no register');
  return register;
}

describe('docs/how-to-add-a-register.md', () => {
  let park: RegisterPark;
  let mine: Caller;
  beforeAll(async () => {
    park = await createRegisterPark(inject('databaseUrl'), [built()]);
    mine = await park.as({ role: 'company-admin', companyCode: COMPANY, userName: '李工' });
  });
  afterAll(() => park.end());

  it('[REG-80] its code type-checks where the page says that it lies, and is a page or less', () => {
    expect(code.split('\n').length).toBeLessThan(80);
    const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile) as { config: object };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
    const path = join(ROOT, fileName);
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists } = host;
    host.fileExists = (name) => name === path || fileExists(name);
    host.getSourceFile = (name, target, ...more) =>
      name === path ? ts.createSourceFile(name, code, target) : getSourceFile(name, target, ...more);
    const program = ts.createProgram([path], { ...options, types: [] }, host);
    const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(path));
    expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
  });

  it('[REG-80] create, list, search, edit, conflict, history, remove', async () => {
    const path = '/emergency-supplies';
    const create = async (values: object): Promise<RegisterRow> => {
      const answer = await mine.call('POST', path, { values });
      expect(answer.statusCode, answer.body).toBe(200);
      return answer.json<RegisterRow>();
    };
    const codes = async (query: string): Promise<unknown[]> =>
      (await mine.call('GET', `${path}?${query}`)).json<RegisterPage>().rows.map(({ values }) => values['code']);
    const foam = await create({
      code: 'YJ-001',
      name: '抗溶性泡沫液',
      kind: 'fire',
      quantity: 20,
      storedAt: '1# 应急物资库',
      expiresOn: '2027-06-30',
    });
    await create({
      code: 'YJ-002',
      name: '正压式空气呼吸器',
      kind: 'breathing',
      quantity: 12,
      storedAt: '中控室',
      expiresOn: '2026-12-31',
    });
    expect(await codes('')).toEqual(['YJ-002', 'YJ-001']);
    expect(await codes('q=泡沫')).toEqual(['YJ-001']);
    expect(await codes('q=中控')).toEqual(['YJ-002']);
    expect(await codes('f.kind=fire')).toEqual(['YJ-001']);
    expect(await codes('f.expiresOn=..2026-12-31')).toEqual(['YJ-002']);
    const refused = await mine.call('POST', path, {
      values: { code: 'YJ-003', name: '沙袋', kind: 'sand', quantity: -1 },
    });
    expect(
      refused
        .json<{ problems: { field: string }[] }>()
        .problems.map(({ field }) => field)
        .sort(),
    ).toEqual(['kind', 'quantity', 'storedAt']);

    const edit = (version: number, values: object) => mine.call('PATCH', `${path}/${foam.id}`, { version, values });
    expect((await edit(1, { quantity: 18, checkedOn: '2026-11-20' })).json()).toMatchObject({ version: 2 });
    expect((await edit(1, { quantity: 17 })).json()).toMatchObject({ code: 'CONFLICT' });
    expect((await edit(2, { expiresOn: '2026-01-01' })).json()).toMatchObject({ problems: [{ field: 'expiresOn' }] });
    const { changes } = (await mine.call('GET', `${path}/${foam.id}/history`)).json<RowHistory>();
    expect(changes.map(({ act, by }) => [act, by])).toEqual([
      ['update', '李工'],
      ['create', '李工'],
    ]);
    expect(changes[0]?.diff).toContainEqual({ field: 'quantity', before: 20, after: 18 });
    expect((await mine.call('DELETE', `${path}/${foam.id}?version=2`)).statusCode).toBe(204);
    expect(await codes('')).toEqual(['YJ-002']);
  });

  it('[REG-80] description and OpenAPI say what was declared', async () => {
    const answer = await mine.call('GET', '/emergency-supplies/description');
    expect(answer.json<RegisterDescription>()).toMatchObject({
      title: { zh: '应急物资' },
      sort: 'expiresOn',
      searches: true,
      choosesCompany: false,
      may: { create: true, update: true, remove: true, import: true, reveal: false },
    });
    expect((await mine.call('GET', '')).json()).toMatchObject({
      groups: [{ name: 'companies', registers: [{ name: 'emergency-supplies' }] }],
    });
    const user = {
      userId: 'u',
      userName: 'u',
      role: 'operator',
      companyCode: null,
      department: null,
      contractorCode: null,
    } as const;
    const { cookie } = await park.server.sessions.start({ ...user, mustChangePassword: false }, '127.0.0.1');
    const { paths } = (
      await park.server.call({ url: '/api/openapi.json', cookie: `${SESSION_COOKIE}=${cookie}` })
    ).json<{ paths: object }>();
    const ours = Object.entries(paths).filter(([name]) => name.includes('emergency-supplies'));
    expect(ours.map(([name]) => name)).toContain('/api/registers/emergency-supplies/{id}/history');
    expect(
      ours.flatMap(([, operations]) => Object.keys(operations as object)).every((method) => method === 'get'),
    ).toBe(true);
  });
});
