import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { RegisterPage, RegisterRow, RowHistory } from '../../core/register-api.ts';
import type { ActionCall, ActionWork } from './actions.ts';
import { SAMPLE } from './sample-register.ts';
import { LOOKS } from './sealed-looks.ts';
import { TableStore } from './table-store.ts';
import { type Caller, COMPANY, createRegisterPark, OTHER_COMPANY, type RegisterPark } from './test-park.ts';

const ID_NUMBER = '11010519491231002X';
let pool: RegisterPark['pool'];
const rate: ActionWork = Object.assign(
  async ({ client, row, input, by }: ActionCall) => {
    const change = { id: row.id, version: row.version, values: { score: input['points'] } };
    await new TableStore(SAMPLE).update(client, [change], by);
    return [{ title: { zh: '得分', en: 'Score' }, value: String(input['points']) }];
  },
  // On a connection of its own.
  { before: async () => void (await pool.query('SELECT 1')) },
);

describe('the registers’ desk', () => {
  let park: RegisterPark;
  let staff: Caller;
  let mine: Caller;
  let other: Caller;

  beforeAll(async () => {
    park = await createRegisterPark(inject('databaseUrl'), [SAMPLE], { actions: { sample: { rate } } });
    pool = park.pool;
    staff = await park.as({ role: 'park', department: 'emergency' });
    mine = await park.as({ role: 'enterprise', companyCode: COMPANY, userId: 'u-mine' });
    other = await park.as({ role: 'enterprise', companyCode: OTHER_COMPANY, userId: 'u-other' });
  });
  beforeEach(() => park.pool.query('TRUNCATE reg_sample'));
  afterAll(() => park.end());

  async function create(caller: Caller, values: object, companyCode?: string): Promise<RegisterRow> {
    const answer = await caller.call(
      'POST',
      '/sample',
      companyCode === undefined ? { values } : { companyCode, values },
    );
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json<RegisterRow>();
  }
  const list = async (caller: Caller, query = ''): Promise<RegisterPage> => {
    const answer = await caller.call('GET', `/sample?${query}`);
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json<RegisterPage>();
  };
  const audited = async (
    action: string,
  ): Promise<{ subject: string; detail: Record<string, unknown>; user_name: string }[]> =>
    (await park.pool.query('SELECT subject, detail, user_name FROM audit WHERE action = $1 ORDER BY id DESC', [action]))
      .rows;

  it('[REG-60] a row of every kind of field comes back as it was sent, and is on record', async () => {
    await create(mine, { code: 'P', name: '上级' });
    const sent = {
      code: 'A-1',
      name: '名',
      rank: 7,
      note: '一行\n两行',
      size: 1.25,
      isNew: false,
      since: '2026-11-21',
      until: '2026-11-22',
      seenAt: 1_790_000_000_123,
      kind: 'b',
      tags: ['x', 'y'],
      unit: 'U1',
      parent: 'P',
      friends: ['P'],
      place: { lng: 121.5, lat: 30.8, heightM: null },
      plan: [
        [121, 30],
        [122, 30],
        [122, 31],
      ],
      shifts: [{ start: 8, post: 'P' }],
      site: 'S',
    };
    const row = await create(mine, sent);
    expect(row.values).toMatchObject(sent);
    expect(row).toMatchObject({ version: 1, companyCode: COMPANY, companyName: '甲公司', state: 'draft' });
    expect(row.labels).toEqual({ parent: { P: '上级' }, friends: { P: '上级' }, 'shifts.post': { P: '上级' } });
    expect((await mine.call('GET', `/sample/${row.id}`)).json()).toEqual(row);
    const [entry] = await audited('register.create');
    expect(entry).toMatchObject({
      subject: `sample:${COMPANY}/A-1`,
      detail: { id: row.id, version: 1, after: { rank: 7 } },
    });
  });

  it('[REG-61] what is wrong is said of each field in both languages, and nothing is kept', async () => {
    const values = {
      name: ' ',
      rank: 101,
      size: 1.234,
      kind: 'c',
      since: '2026-02-30',
      nothing: 1,
      score: 5,
      parent: 'NONE',
    };
    const answer = await mine.call('POST', '/sample', { values });
    expect(answer.statusCode).toBe(422);
    const { code, problems } = answer.json<{
      code: string;
      problems: { field: string; words: { zh: string; en: string } }[];
    }>();
    expect(code).toBe('INPUT_INVALID');
    expect(problems.map(({ field }) => field).sort()).toEqual([
      'code',
      'kind',
      'name',
      'nothing',
      'rank',
      'score',
      'since',
      'size',
    ]);
    for (const { words } of problems) expect(words.zh !== '' && words.en !== '').toBe(true);
    const unknown = await mine.call('POST', '/sample', { values: { code: 'A', name: 'n', parent: 'NONE' } });
    expect(unknown.json()).toMatchObject({ problems: [{ field: 'parent' }] });
    expect((await list(mine)).count).toBe(0);
  });

  it('[REG-61] what no field alone can say is checked with what stands', async () => {
    const row = await create(mine, { code: 'A', name: 'n', since: '2026-03-01' });
    const change = await mine.call('PATCH', `/sample/${row.id}`, { version: 1, values: { until: '2026-02-01' } });
    expect(change.json()).toMatchObject({ problems: [{ field: 'until', words: { zh: '止早于起' } }] });
  });

  it('[REG-62] a company’s people reach their rows alone, by every route', async () => {
    const row = await create(mine, { code: 'A', name: 'n' });
    expect((await list(other)).rows).toEqual([]);
    expect((await list(other, `company=${COMPANY}`)).rows).toEqual([]);
    expect((await list(staff, `company=${COMPANY}`)).rows).toHaveLength(1);
    const tries: [string, string, object?][] = [
      ['GET', ''],
      ['GET', '/history'],
      ['PATCH', '', { version: 1, values: { name: 'x' } }],
      ['POST', '/moves/send', { version: 1 }],
    ];
    for (const [method, path, payload] of tries) {
      const answer = await other.call(method as 'GET', `/sample/${row.id}${path}`, payload);
      expect([method, path, answer.statusCode]).toEqual([method, path, 404]);
    }
    expect(
      (await other.call('POST', '/sample', { companyCode: COMPANY, values: { code: 'B', name: 'n' } })).statusCode,
    ).toBe(403);
    expect((await staff.call('POST', '/sample', { values: { code: 'B', name: 'n' } })).json()).toMatchObject({
      problems: [{ field: 'companyCode' }],
    });
    await create(staff, { code: 'B', name: 'n' }, COMPANY);
    expect((await list(mine)).rows.map(({ values }) => values['code'])).toEqual(['A', 'B']);
    expect((await other.call('GET', '/sample/options')).json()).toEqual({ options: [] });
    expect((await mine.call('GET', '/sample/options?keys=B,C')).json()).toMatchObject({
      options: [{ key: 'B', label: 'n' }],
    });
  });

  it('[REG-62] a contractor’s people reach rows of their unit, and write for no other', async () => {
    const unit = await park.as({ role: 'contractor', companyCode: COMPANY, contractorCode: 'U1' });
    await create(mine, { code: 'A', name: 'n', unit: 'U2' });
    const own = await create(unit, { code: 'B', name: 'n' });
    expect(own.values['unit']).toBe('U1');
    expect((await list(unit)).rows.map(({ values }) => values['code'])).toEqual(['B']);
    const foreign = await unit.call('POST', '/sample', { values: { code: 'C', name: 'n', unit: 'U2' } });
    expect(foreign.json()).toMatchObject({ problems: [{ field: 'unit' }] });
    const moved = await unit.call('PATCH', `/sample/${own.id}`, { version: 1, values: { unit: 'U2' } });
    expect(moved.statusCode).toBe(422);
    const named = await unit.call('POST', '/sample', {
      values: { code: 'C', name: 'n', parent: 'A', friends: ['A', 'B'] },
    });
    expect(named.json()).toMatchObject({ problems: [{ field: 'parent' }, { field: 'friends' }] });
    expect((await create(unit, { code: 'D', name: 'n', parent: 'B' })).labels).toEqual({ parent: { B: 'n' } });
    const nobody = await park.as({ role: 'contractor', companyCode: COMPANY });
    expect((await list(nobody)).rows).toEqual([]);
    const lost = await park.as({ role: 'enterprise' });
    expect((await list(lost)).rows).toEqual([]);
  });

  it('[REG-63] rights go by role and department', async () => {
    const row = await create(mine, { code: 'A', name: 'n' });
    const remove = (caller: Caller) => caller.call('DELETE', `/sample/${row.id}?version=1`);
    expect((await remove(mine)).statusCode).toBe(403);
    expect((await (await park.as({ role: 'operator' })).call('POST', '/sample', { values: {} })).statusCode).toBe(403);
    expect((await (await park.as({ role: 'ops' })).call('GET', '/sample')).statusCode).toBe(403);
    const safety = await park.as({ role: 'enterprise', companyCode: COMPANY, department: 'safety' });
    expect((await safety.call('GET', `/sample/${row.id}`)).json()).toMatchObject({
      may: { remove: true, moves: ['send'] },
    });
    expect((await remove(safety)).statusCode).toBe(204);
    expect((await audited('register.remove'))[0]).toMatchObject({ subject: `sample:${COMPANY}/A` });
    expect((await mine.call('GET', `/sample/${row.id}`)).statusCode).toBe(404);
  });

  it('[REG-64] two people edit one row: the second is told, and nothing of theirs is kept', async () => {
    const row = await create(mine, { code: 'A', name: 'n', rank: 1 });
    const change = (caller: Caller, rank: number) =>
      caller.call('PATCH', `/sample/${row.id}`, { version: 1, values: { rank } });
    expect((await change(mine, 2)).json()).toMatchObject({ version: 2, values: { rank: 2 } });
    const second = await change(staff, 3);
    expect([second.statusCode, second.json<{ code: string }>().code]).toEqual([409, 'CONFLICT']);
    expect((await mine.call('GET', `/sample/${row.id}`)).json()).toMatchObject({ values: { rank: 2 } });
    const taken = await mine.call('POST', '/sample', { values: { code: 'A', name: 'again' } });
    expect([taken.statusCode, taken.json<{ detail: string }>().detail]).toEqual([409, 'code: another row has it']);
  });

  it('[REG-64] a change that changes nothing makes no version and no line', async () => {
    const row = await create(mine, { code: 'A', name: 'n', idNumber: ID_NUMBER, site: 's' });
    const before = (await audited('register.update')).length;
    const values = { ...row.values, name: ' n ', idNumber: row.values['idNumber'] };
    const same = await mine.call('PATCH', `/sample/${row.id}`, { version: 1, values });
    expect(same.json(), same.body).toMatchObject({ version: 1 });
    const again = await mine.call('PATCH', `/sample/${row.id}`, { version: 1, values: { idNumber: ID_NUMBER } });
    expect(again.json()).toMatchObject({ version: 1 });
    expect((await audited('register.update')).length).toBe(before);
    const fixed = await mine.call('PATCH', `/sample/${row.id}`, { version: 1, values: { site: 'other', score: 3 } });
    expect(fixed.json()).toMatchObject({ problems: [{ field: 'site' }, { field: 'score' }] });
  });

  it('[REG-65] states move by presses of those who may, with a reason where it is asked for', async () => {
    const row = await create(mine, { code: 'A', name: 'n' });
    const move = (caller: Caller, name: string, version: number, reason?: string) =>
      caller.call('POST', `/sample/${row.id}/moves/${name}`, reason === undefined ? { version } : { version, reason });
    expect((await move(staff, 'close', 1)).statusCode).toBe(409);
    expect((await move(mine, 'send', 1)).json()).toMatchObject({
      state: 'sent',
      version: 2,
      may: { update: false, moves: [] },
    });
    expect((await mine.call('PATCH', `/sample/${row.id}`, { version: 2, values: { name: 'x' } })).statusCode).toBe(422);
    expect((await move(staff, 'return', 2)).json()).toMatchObject({ code: 'REASON_MISSING' });
    expect((await move(mine, 'return', 2, '缺材料')).statusCode).toBe(403);
    expect((await move(await park.as({ role: 'park', department: 'police' }), 'return', 2, '缺')).statusCode).toBe(403);
    expect((await move(staff, 'return', 2, '缺材料')).json()).toMatchObject({ state: 'draft', version: 3 });
    expect((await move(staff, 'return', 2, '缺材料')).statusCode).toBe(409);
    expect((await list(staff, 'state=draft,done')).rows).toHaveLength(1);
    expect((await list(staff, 'state=sent')).rows).toHaveLength(0);
    const { changes } = (await mine.call('GET', `/sample/${row.id}/history`)).json<RowHistory>();
    expect(changes.map(({ act, reason }) => [act, reason])).toEqual([
      ['return', '缺材料'],
      ['send', null],
      ['create', null],
    ]);
    expect(changes[0]?.diff).toEqual([{ field: 'state', before: 'sent', after: 'draft' }]);
    expect((await audited('register.move'))[0]?.detail).toMatchObject({ from: 'sent', to: 'draft', reason: '缺材料' });
  });

  it('[REG-66] sealed values are masked everywhere, found by equality, and opened with a reason on record', async () => {
    const row = await create(mine, { code: 'A', name: 'n', idNumber: ID_NUMBER.toLowerCase(), phone: '138 1234-1234' });
    await create(mine, { code: 'B', name: 'n' });
    expect(row.values).toMatchObject({ idNumber: '110***********002X', phone: '138****1234' });
    expect((await list(mine, `f.idNumber=${ID_NUMBER}`)).rows.map(({ id }) => id)).toEqual([row.id]);
    expect((await list(mine, 'f.phone=13812341234')).rows).toHaveLength(1);
    expect((await list(mine, 'f.idNumber=110105194912310021')).rows).toEqual([]);
    const reveal = (caller: Caller, payload: object) => caller.call('POST', `/sample/${row.id}/reveal`, payload);
    const police = await park.as({ role: 'park', department: 'police' });
    expect((await reveal(staff, { field: 'idNumber', reason: '核对' })).statusCode).toBe(403);
    expect((await reveal(police, { field: 'idNumber' })).statusCode).toBe(422);
    expect((await reveal(police, { field: 'name', reason: '核对' })).statusCode).toBe(404);
    expect((await reveal(police, { field: 'idNumber', reason: '核对' })).json()).toEqual({ value: ID_NUMBER });
    expect((await audited('register.reveal'))[0]).toMatchObject({ detail: { field: 'idNumber', reason: '核对' } });
    const recoded = await mine.call('PATCH', `/sample/${row.id}`, { version: 1, values: { code: 'A2' } });
    expect(recoded.json()).toMatchObject({ values: { idNumber: '110***********002X' } });
    expect((await reveal(police, { field: 'idNumber', reason: '再看' })).json()).toEqual({ value: ID_NUMBER });
    const { changes } = (await mine.call('GET', `/sample/${row.id}/history`)).json<RowHistory>();
    expect(JSON.stringify(changes)).toContain('110***********002X');
    const everything = await park.pool.query(
      `SELECT (SELECT string_agg(t::text, '') FROM reg_sample t) || (SELECT string_agg(c::text, '') FROM register_change c)
         || (SELECT string_agg(a::text, '') FROM audit a) AS all`,
    );
    expect(everything.rows[0].all).not.toMatch(/19491231002X|12341234/i);
  });

  it('[REG-66] an ID number within a text is in no line of the audit', async () => {
    const note = `特种作业证 T${ID_NUMBER}，复审 2027-03；单据 110105194912310021`;
    const row = await create(mine, { code: 'A', name: 'n', note });
    expect(row.values['note']).toBe(note);
    expect((await audited('register.create'))[0]?.detail).toMatchObject({
      after: { note: '特种作业证 T110***********002X，复审 2027-03；单据 110105194912310021' },
    });
  });

  it('[REG-73] looks by a sealed value are on record without it, one at a time, and few', async () => {
    await create(mine, { code: 'A', name: 'n', idNumber: ID_NUMBER, phone: '13812341234' });
    const guesser = await park.as({ role: 'enterprise', companyCode: COMPANY, userId: 'u-guesser' });
    expect((await list(guesser, 'f.phone=13812341233,13812341234')).rows).toEqual([]);
    const file = await guesser.call('GET', `/sample/export?format=csv&f.idNumber=${ID_NUMBER}&f.kind=a`);
    expect(file.statusCode).toBe(200);
    expect((await audited('register.export'))[0]?.detail).toMatchObject({
      query: { 'f.idNumber': '***', 'f.kind': 'a' },
    });
    expect((await audited('register.seek')).slice(0, 2).map(({ detail }) => detail)).toEqual([
      { fields: ['idNumber'] },
      { fields: ['phone'] },
    ]);
    for (let n = 2; n < LOOKS.most; n++) await list(guesser, `f.phone=1381234${1000 + n}`);
    const refused = await guesser.call('GET', '/sample?f.phone=13812341234');
    expect([refused.statusCode, refused.json()]).toMatchObject([429, { code: 'RATE_LIMITED' }]);
    expect((await guesser.call('GET', '/sample/export?format=csv&f.phone=13812341234')).statusCode).toBe(429);
    expect((await list(guesser)).rows).toHaveLength(1);
    park.clock.advance(LOOKS.windowMs);
    expect((await list(guesser, 'f.phone=13812341234')).rows).toHaveLength(1);
    const { rows } = await park.pool.query(`SELECT string_agg(a::text, '') AS all FROM audit a`);
    expect(rows[0].all).not.toMatch(/19491231002X|12341234/i);
  });

  it('[REG-66] a sealed value that is copied to another row does not open there', async () => {
    const row = await create(mine, { code: 'A', name: 'n', idNumber: ID_NUMBER });
    const copy = await create(mine, { code: 'B', name: 'n' });
    await park.pool.query(
      'UPDATE reg_sample b SET id_number = a.id_number FROM reg_sample a WHERE a.id = $1 AND b.id = $2',
      [row.id, copy.id],
    );
    const police = await park.as({ role: 'park', department: 'police' });
    const answer = await police.call('POST', `/sample/${copy.id}/reveal`, { field: 'idNumber', reason: 'x' });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain(ID_NUMBER);
  });

  it('[REG-67] a row that others name stays, and says who names it', async () => {
    const parent = await create(staff, { code: 'P', name: '上级' }, COMPANY);
    const child = await create(staff, { code: 'C', name: '下级', friends: ['P'] }, COMPANY);
    const remove = (row: RegisterRow) => staff.call('DELETE', `/sample/${row.id}?version=${row.version}`);
    const refused = await remove(parent);
    expect([refused.statusCode, refused.json<{ detail: string }>().detail]).toEqual([
      409,
      'sample: 下级 names it (friends)',
    ]);
    expect((await remove(child)).statusCode).toBe(204);
    expect((await remove(parent)).statusCode).toBe(204);
  });

  it('[REG-68] an action is done with its input checked, once, and on record', async () => {
    const row = await create(mine, { code: 'A', name: 'n' });
    const act = (caller: Caller, input: object, version = 1) =>
      caller.call('POST', `/sample/${row.id}/actions/rate`, { version, input });
    expect((await act(mine, { points: 5 })).statusCode).toBe(403);
    expect((await act(staff, { points: 500 })).json()).toMatchObject({ problems: [{ field: 'points' }] });
    expect((await act(staff, { points: 5 })).json()).toMatchObject({
      row: { version: 2, values: { score: 5 } },
      shown: [{ value: '5' }],
    });
    expect((await act(staff, { points: 6 })).statusCode).toBe(409);
    expect((await audited('register.action'))[0]?.detail).toMatchObject({ action: 'rate' });
  });

  it('[REG-68] more of them at once than there are connections all come to an end', async () => {
    const rows = await Promise.all(Array.from({ length: 24 }, (_, n) => create(mine, { code: `A${n}`, name: 'n' })));
    const done = await Promise.all(
      rows.map(({ id }) => staff.call('POST', `/sample/${id}/actions/rate`, { version: 1, input: { points: 5 } })),
    );
    expect(done.map(({ statusCode }) => statusCode)).toEqual(rows.map(() => 200));
  });

  it('[REG-69] files are known by their content, belong to one row, and are read by who may read it', async () => {
    const pdf = Buffer.from('%PDF-1.7 paper');
    const send = (caller: Caller, name: string, bytes: Buffer) =>
      caller.send('/sample/files?field=papers', name, bytes);
    expect((await send(mine, 'x.pdf', Buffer.from('<html><script>'.repeat(3)))).statusCode).toBe(200);
    expect((await send(mine, 'x.pdf', Buffer.from([0x4d, 0x5a, 0, 1]))).statusCode).toBe(422);
    expect((await send(mine, 'x.pdf', Buffer.alloc(0))).statusCode).toBe(422);
    const file = (await send(mine, '../许可证.pdf', pdf)).json<{ id: string }>();
    expect(file).toMatchObject({ name: '许可证.pdf', type: 'application/pdf', bytes: pdf.length });
    const stolen = await other.call('POST', '/sample', { values: { code: 'A', name: 'n', papers: [file] } });
    expect(stolen.json()).toMatchObject({ problems: [{ field: 'papers' }] });
    const row = await create(mine, { code: 'A', name: 'n', papers: [{ ...file, name: 'other.exe', digest: 'x' }] });
    expect(row.values['papers']).toEqual([file]);
    const read = (caller: Caller) => caller.call('GET', `/sample/${row.id}/files/papers/${file.id}`);
    expect((await read(mine)).rawPayload).toEqual(pdf);
    expect((await read(staff)).headers['content-disposition']).toContain('attachment');
    expect((await read(other)).statusCode).toBe(404);
    const second = await mine.call('POST', '/sample', { values: { code: 'B', name: 'n', papers: [file] } });
    expect(second.statusCode).toBe(422);
  });

  it('[REG-69] a file that no row names is forgotten after a day', async () => {
    const file = (await mine.send('/sample/files?field=papers', 'a.pdf', Buffer.from('%PDF-1.7 lost'))).json<{
      id: string;
    }>();
    park.clock.advance(86_400_001);
    await mine.send('/sample/files?field=papers', 'b.pdf', Buffer.from('%PDF-1.7 next'));
    const late = await mine.call('POST', '/sample', { values: { code: 'A', name: 'n', papers: [file] } });
    expect(late.json()).toMatchObject({ problems: [{ field: 'papers' }] });
    expect((await park.pool.query('SELECT FROM register_file WHERE id = $1', [file.id])).rowCount).toBe(0);
  });

  it('[REG-70] lists refuse what no field offers, and answer what it does', async () => {
    await create(mine, {
      code: 'A',
      name: 'n',
      rank: 5,
      since: '2026-03-01',
      tags: ['y'],
      isNew: true,
      seenAt: 1000,
      size: 0.5,
    });
    for (const query of [
      'sort=note',
      'f.note=x',
      'f.rank=x',
      'f.rank=1..x',
      'f.isNew=maybe',
      'limit=0',
      'limit=1000',
      'after=x',
      'what=1',
      'f.since=2026-02-30',
      'f.rank=99999999999',
    ]) {
      expect([query, (await mine.call('GET', `/sample?${query}`)).statusCode]).toEqual([query, 422]);
    }
    for (const query of [
      'f.rank=1,5',
      'f.rank=5..',
      'f.since=2026-01-01..2026-03-01',
      'f.tags=x,y',
      'f.isNew=true',
      'f.seenAt=1000..1000',
      'f.size=0.5',
      'sort=-rank&f.kind=',
      'q=N',
    ]) {
      expect([query, (await list(mine, query)).count]).toEqual([query, 1]);
    }
    for (const query of ['f.rank=6..', 'f.tags=x', 'f.isNew=false', 'f.kind=a', 'q=xyz']) {
      expect([query, (await list(mine, query)).count]).toEqual([query, 0]);
    }
  });

  it.each([['a\0b'], ['\ud800'], ['a\nb'], ['x'.repeat(65)], [5], [null]])('[REG-61] no name: %j', async (name) => {
    const answer = await mine.call('POST', '/sample', { values: { code: 'A', name } });
    expect(answer.json()).toMatchObject({ code: 'INPUT_INVALID', problems: [{ field: 'name' }] });
  });
});
