/** What a keeper of ops alarms does, in memory and in Redis: rule LOG-90 of docs/spec/log.md. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpsAlarms } from '../../stream/protocol/ops-alarms.ts';

export interface OpsAlarmsUnderTest {
  alarms(): OpsAlarms;
  close(): Promise<void>;
}

export function describeOpsAlarms(name: string, create: () => Promise<OpsAlarmsUnderTest>): void {
  describe(name, () => {
    let under: OpsAlarmsUnderTest;
    beforeEach(async () => {
      under = await create();
    });
    afterEach(() => under.close());

    test('[LOG-90] an ops alarm stands since it was first raised, with what was said last, until it is cleared', async () => {
      const alarms = under.alarms();
      await alarms.raise({ code: 'archive-behind', subject: 'archive', companyCode: null, detail: '1 min', atMs: 200 });
      await alarms.raise({
        code: 'ledger-unbalanced',
        subject: 'c1/positions',
        companyCode: 'c1',
        detail: '',
        atMs: 100,
      });
      await alarms.raise({ code: 'archive-behind', subject: 'archive', companyCode: null, detail: '2 min', atMs: 300 });
      expect(await under.alarms().list()).toEqual([
        { code: 'ledger-unbalanced', subject: 'c1/positions', companyCode: 'c1', detail: '', sinceMs: 100, atMs: 100 },
        { code: 'archive-behind', subject: 'archive', companyCode: null, detail: '2 min', sinceMs: 200, atMs: 300 },
      ]);
      await alarms.clear('archive-behind', 'archive');
      await alarms.clear('archive-behind', 'archive');
      expect((await alarms.list()).map(({ code }) => code)).toEqual(['ledger-unbalanced']);
    });
  });
}
