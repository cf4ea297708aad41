import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RegisterPage, RegisterRow } from '../../core/register-api.ts';
import { spotChecks } from '../../registers/spot-checks.ts';
import { type Caller, COMPANY, createRegisterPark, OTHER_COMPANY, type RegisterPark } from '../register/test-park.ts';

const PATH = '/spot-checks';
const CHECKED_AT = Date.UTC(2026, 10, 20, 2);
const found = (number: string, more: object = {}) => ({
  companyCode: COMPANY,
  values: {
    number,
    permitId: 't1',
    permitNumber: 'DH-0001',
    checkedAt: CHECKED_AT,
    finding: '监护人不在现场',
    requirement: '立即停止作业，监护人到位后重新确认',
    deadline: CHECKED_AT + 86_400_000,
    ...more,
  },
});

describe('spot checks of permits', () => {
  let park: RegisterPark;
  let checker: Caller;
  let company: Caller;
  beforeAll(async () => {
    park = await createRegisterPark(inject('databaseUrl'), [spotChecks]);
    checker = await park.as({ role: 'operator' });
    company = await park.as({ role: 'enterprise', companyCode: COMPANY });
  });
  afterAll(() => park.end());

  const made = async (number: string): Promise<RegisterRow> => {
    const answer = await checker.call('POST', PATH, found(number));
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json<RegisterRow>();
  };
  const move = (who: Caller, { id, version }: RegisterRow, name: string, reason?: string) =>
    who.call('POST', `${PATH}/${id}/moves/${name}`, { version, ...(reason === undefined ? {} : { reason }) });
  const answered = async (row: RegisterRow, answer: string): Promise<RegisterRow> => {
    const kept = await company.call('PATCH', `${PATH}/${row.id}`, { version: row.version, values: { answer } });
    expect(kept.statusCode, kept.body).toBe(200);
    const moved = await move(company, kept.json<RegisterRow>(), 'answer');
    expect(moved.statusCode, moved.body).toBe(200);
    return moved.json<RegisterRow>();
  };

  it('[PST-40] goes from the finding over the answer to its end, sent back as often as it takes', async () => {
    const first = await answered(await made('CC-1'), '监护人已到位');
    expect(first.state).toBe('answered');
    expect((await move(checker, first, 'return')).json()).toMatchObject({ code: 'REASON_MISSING' });
    const returned = (await move(checker, first, 'return', '请附照片')).json<RegisterRow>();
    expect(returned.state).toBe('returned');
    const closed = (await move(checker, await answered(returned, '照片已上传'), 'close')).json<RegisterRow>();
    expect(closed).toMatchObject({ state: 'closed', may: { update: false, moves: [] } });
  });

  it('[PST-41] the company answers and changes nothing that the park found; without an answer there is none to send', async () => {
    const row = await made('CC-2');
    const seen = (await company.call('GET', `${PATH}/${row.id}`)).json<RegisterRow>();
    expect(seen.may.moves).toEqual([]);
    expect((await move(company, row, 'answer')).json()).toMatchObject({ code: 'CONFLICT' });
    const other = { version: row.version, values: { finding: '没有问题' } };
    expect((await company.call('PATCH', `${PATH}/${row.id}`, other)).json()).toMatchObject({
      code: 'INPUT_INVALID',
      problems: [{ field: 'finding' }],
    });
    const early = await checker.call('POST', PATH, found('CC-3', { answer: '企业会整改' }));
    expect(early.json()).toMatchObject({ code: 'INPUT_INVALID', problems: [{ field: 'answer' }] });
    expect((await company.call('POST', PATH, found('CC-4'))).json()).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('[PST-41] is of the company whose permit it is, and of no other', async () => {
    const row = await made('CC-5');
    const other = await park.as({ role: 'company-admin', companyCode: OTHER_COMPANY });
    expect((await other.call('GET', `${PATH}/${row.id}`)).statusCode).toBe(404);
    expect((await other.call('GET', PATH)).json<RegisterPage>().rows).toEqual([]);
    const contractor = await park.as({ role: 'contractor', companyCode: null, contractorCode: 'unit-1' });
    expect((await contractor.call('GET', PATH)).json()).toMatchObject({ code: 'FORBIDDEN' });
  });
});
