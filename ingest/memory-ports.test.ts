import { describeRefusals } from '../test/contract/refusals.ts';
import { MemoryRefusals } from './memory-ports.ts';

describeRefusals('MemoryRefusals', async () => ({ store: new MemoryRefusals(), close: async () => {} }));
