/**
 * How companies send positions, as their heartbeats say. Of a company that sends on change, silence of a tag means that it
 * rests, as long as the company itself is heard: a fix and a heartbeat count alike there. Silence of both does not.
 */
import type { HeartbeatRecord } from '../stream/protocol/entry.ts';
import type { SendingMode } from '../stream/protocol/vocabulary.ts';

const POSITIONS = 'positions';

interface Sender {
  readonly mode: SendingMode;
  readonly intervalS: number | null;
  /** Engine time of the newest heartbeat. */
  readonly heardAtMs: number;
}

/** By company code. */
export type SendersData = [string, SendingMode, number | null, number][];

export class Senders {
  readonly #byCompany = new Map<string, Sender>();

  take(record: HeartbeatRecord, nowMs: number): void {
    if (record.interfaceName !== POSITIONS) return;
    this.#byCompany.set(record.companyCode, { mode: record.mode, intervalS: record.intervalS, heardAtMs: nowMs });
  }

  of(companyCode: string): Sender | undefined {
    return this.#byCompany.get(companyCode);
  }

  /** When a company that sends on change said last that it stands ready; 0 for every other. */
  readyAtMs(companyCode: string): number {
    const sender = this.#byCompany.get(companyCode);
    return sender?.mode === 'on-change' ? sender.heardAtMs : 0;
  }

  save(): SendersData {
    return [...this.#byCompany].map(([company, { mode, intervalS, heardAtMs }]) => [
      company,
      mode,
      intervalS,
      heardAtMs,
    ]);
  }

  static load(data: SendersData): Senders {
    const senders = new Senders();
    for (const [company, mode, intervalS, heardAtMs] of data) {
      senders.#byCompany.set(company, { mode, intervalS, heardAtMs });
    }
    return senders;
  }
}
