import { createMemoryDatabase, MemoryStore } from '../../db/memory-store.ts';
import { pastParkContract } from '../../test/contract/past-park.ts';
import { MemoryPast } from './memory-past.ts';

pastParkContract(
  'a memory store',
  async () => {
    const database = createMemoryDatabase();
    return { open: () => new MemoryStore(database), past: new MemoryPast(database), pack: async () => {} };
  },
  25,
);
