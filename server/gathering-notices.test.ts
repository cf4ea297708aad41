import { describe, expect, it } from 'vitest';
import { silentLogger } from '../core/logger.ts';
import { MemoryOpsAlarms } from '../stream/redis-ops-alarms.ts';
import { GatheringNotices, PASSED_OVER_STANDS_MS } from './gathering-notices.ts';

describe('gatherings that are passed over', () => {
  it('[VAM-18] are told until none was for an hour, each company by itself, and no other ops alarm is touched', async () => {
    const opsAlarms = new MemoryOpsAlarms();
    const raise = (subject: string, atMs: number) =>
      opsAlarms.raise({ code: 'gatherings-passed-over', subject, companyCode: subject, detail: '', atMs });
    await raise('quiet', 1_000);
    await raise('loud', 1_000);
    await raise('loud', 2_000);
    await opsAlarms.raise({ code: 'time-jump', subject: 'watch', companyCode: null, detail: '', atMs: 1_000 });
    const standingAt = async (nowMs: number) => {
      await new GatheringNotices({ opsAlarms, clock: { nowMs: () => nowMs }, logger: silentLogger }).clearOld();
      return (await opsAlarms.list()).map(({ subject }) => subject).sort();
    };
    expect(await standingAt(999 + PASSED_OVER_STANDS_MS)).toEqual(['loud', 'quiet', 'watch']);
    expect(await standingAt(1_999 + PASSED_OVER_STANDS_MS)).toEqual(['loud', 'watch']);
    expect(await standingAt(2_000 + PASSED_OVER_STANDS_MS)).toEqual(['watch']);
  });
});
