import { expect, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { describeLog, entryOf } from '../test/contract/log.ts';
import { DEDUP_TTL_MS } from './continuity.ts';
import { MemoryLog, MemoryLogStore } from './memory-log.ts';

describeLog('MemoryLog', () => {
  const store = new MemoryLogStore(new ManualClock(1_764_000_000_000));
  let epochs = 1;
  return Promise.resolve({
    appender: () => new MemoryLog(store),
    reader: () => new MemoryLog(store),
    trim: async (firstSeq: number) => store.trim(firstSeq),
    lose: async (headSeq: number) => store.lose(headSeq),
    wipe: async () => store.restart(`epoch-${++epochs}`),
    grant: async (lease: string, term: number) => void store.terms.set(lease, term),
    close: async () => {},
  });
});

test('[LOG-3] an id is forgotten after 600 s', async () => {
  const clock = new ManualClock(0);
  const log = new MemoryLog(new MemoryLogStore(clock));
  await log.append(entryOf('a'));
  clock.advance(DEDUP_TTL_MS - 1);
  expect((await log.append(entryOf('a'))).repeat).toBe(true);
  clock.advance(1);
  expect((await log.append(entryOf('a'))).repeat).toBe(false);
});
