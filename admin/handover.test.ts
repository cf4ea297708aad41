import { beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { handoverContract } from '../test/contract/handovers.ts';
import { MemoryHandoverDesk } from './memory-handover.ts';
import { createTestServer, type TestServer } from './test-server.ts';

handoverContract(async () => {
  const clock = new ManualClock(1_760_000_000_000);
  return { desk: new MemoryHandoverDesk(clock), clock };
});

describe('routes of the hand-over', () => {
  let server: TestServer;
  let cookie: string;
  let company: string;
  beforeAll(async () => {
    server = await createTestServer();
    await server.addUser('operator', 'operator');
    await server.addUser('company', 'enterprise');
    cookie = await server.cookieOf('operator');
    company = await server.cookieOf('company');
  });
  const give = (by: string, payload: object) =>
    server.call({ method: 'POST', url: '/api/handovers', cookie: by, payload });

  it('[CON-51] [CON-53] given by the session’s user for his own desk, told when he signed in', async () => {
    const fromMs = server.clock.nowMs() - 3_600_000;
    const draft = await server.call({ url: `/api/handovers/draft?from=${fromMs}`, cookie });
    expect(draft.json()).toMatchObject({ summary: { fromMs }, lastAtMs: null });
    expect(draft.json<{ signedInAtMs: number }>().signedInAtMs).toBeLessThanOrEqual(server.clock.nowMs());
    const given = await give(cookie, { fromMs, name: '张三', notes: '第一行\n第二行' });
    expect(given.json()).toMatchObject({ given: { userName: 'operator', name: '张三', notes: '第一行\n第二行' } });
    const { id } = given.json<{ id: number }>();
    const other = await server.call({ url: `/api/handovers/${id}`, cookie: company });
    expect(other.statusCode).toBe(404);
  });

  it('[CON-50] what cannot be kept is refused', async () => {
    const fromMs = server.clock.nowMs() - 3_600_000;
    for (const payload of [
      { fromMs, name: '', notes: '' },
      { fromMs, name: '张三', notes: 'a\0b' },
      { fromMs, name: '张三', notes: 'x'.repeat(4_001) },
      { fromMs: server.clock.nowMs(), name: '张三', notes: '' },
      { fromMs: 1.5, name: '张三', notes: '' },
    ]) {
      expect((await give(cookie, payload)).statusCode).toBe(422);
    }
  });
});
