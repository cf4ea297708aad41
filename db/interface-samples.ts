/** What a joint test has shown so far of its check-list, inside the store's transaction. Called by db/store.ts. */
import { type Sample, type StoreSample, samplesOf } from '../stream/protocol/check-list.ts';
import { cleanText } from './clean-text.ts';
import { firstReceivedAtMs } from './ledger-counts.ts';
import type { PoolClient } from './pool.ts';
import { ledgerInterface, type RecordEntry } from './store-port.ts';
import type { Judged } from './vendor-records.ts';

export interface SampleNote {
  readonly companyCode: string;
  readonly interface: string;
  readonly sample: Sample;
  readonly receivedAtMs: number;
  readonly batchId: string;
}

/** What a batch of a joint test shows; nothing of others. `told`: what only the store can tell. */
export function sampleNotes(entry: RecordEntry, told: Readonly<Record<StoreSample, boolean>>): SampleNote[] {
  const { origin } = entry.body;
  if (origin.stage !== 'joint') return [];
  const ofStore = (Object.keys(told) as StoreSample[]).filter((sample) => told[sample]);
  const receivedAtMs = firstReceivedAtMs(entry);
  const { companyCode, batchId } = origin;
  return [...samplesOf(entry), ...ofStore].map((sample) => ({
    companyCode,
    interface: ledgerInterface(entry),
    sample,
    receivedAtMs,
    batchId,
  }));
}

export const samplesOfRecords = (entry: RecordEntry, { verdicts, hasUpdate }: Judged): SampleNote[] =>
  sampleNotes(entry, { duplicate: verdicts.includes('duplicate'), late: false, updated: hasUpdate });

/** The first proof of each stands. */
export async function noteSamples(client: PoolClient, notes: readonly SampleNote[]): Promise<void> {
  if (notes.length === 0) return;
  await client.query(
    `INSERT INTO interface_sample (company_code, interface, sample, first_at, batch_id)
     SELECT company_code, interface, sample, first_at, batch_id
     FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
       AS u (company_code, interface, sample, first_at, batch_id)
     ON CONFLICT DO NOTHING`,
    [
      notes.map((note) => cleanText(note.companyCode)),
      notes.map((note) => note.interface),
      notes.map((note) => note.sample),
      notes.map((note) => new Date(note.receivedAtMs).toISOString()),
      notes.map((note) => cleanText(note.batchId)),
    ],
  );
}
