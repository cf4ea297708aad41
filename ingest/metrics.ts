/** Counters of the front door since its start, for the operations pages and the benches. */
import type { InterfaceName } from './ports.ts';
import type { CheckedBatch } from './routes.ts';

export interface InterfaceCounts {
  batches: number;
  accepted: number;
  rejected: number;
  aliases: number;
}

export class IngestMetrics {
  readonly #byInterface = new Map<InterfaceName, InterfaceCounts>();
  /** Answers by status. */
  readonly #answers = new Map<number, number>();

  count(interfaceName: InterfaceName, batch: CheckedBatch): void {
    const counts = this.#byInterface.get(interfaceName) ?? { batches: 0, accepted: 0, rejected: 0, aliases: 0 };
    counts.batches++;
    counts.accepted += batch.accepted;
    counts.rejected += batch.rejected.length;
    counts.aliases += batch.aliases;
    this.#byInterface.set(interfaceName, counts);
  }

  countAnswer(status: number): void {
    this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);
  }

  snapshot(): { readonly interfaces: Record<string, InterfaceCounts>; readonly answers: Record<string, number> } {
    return {
      interfaces: Object.fromEntries([...this.#byInterface].map(([name, counts]) => [name, { ...counts }])),
      answers: Object.fromEntries(this.#answers),
    };
  }
}
