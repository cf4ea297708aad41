/** A private park with the demonstration's people, registered; each sends a position every `intervalMs` from `load.go()` on. */
import { createDemoPark, type DemoPark } from '../park/demo-park.ts';
import { LoadProcess } from './load-process.ts';
import type { PrivateStack } from './private-stack.ts';
import { sendRegisters } from './registers.ts';
import { withStack } from './with-stack.ts';

export interface Crowd {
  readonly stack: PrivateStack;
  readonly park: DemoPark;
  readonly load: LoadProcess;
}

export function withCrowd<T>(
  { tickMs, people, intervalMs }: { readonly tickMs: number; readonly people: number; readonly intervalMs: number },
  use: (crowd: Crowd) => Promise<T>,
): Promise<T> {
  return withStack(tickMs, async ({ stack }) => {
    const load = new LoadProcess({
      url: stack.ingestUrl,
      credentials: stack.credentials,
      ratePerS: (people * 1_000) / intervalMs,
      intervalMs,
      chunkSize: 1_000,
      connections: 4,
    });
    try {
      await load.ready();
      const park = createDemoPark({ people });
      await sendRegisters(stack.ingestUrl, stack.credentials, park);
      return await use({ stack, park, load });
    } finally {
      load.kill();
    }
  });
}
