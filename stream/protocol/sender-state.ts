/** How a company stands with its duty to report, one interface: the live doc `sender`. */
import type { SendingMode } from './vocabulary.ts';

export interface SenderState {
  readonly companyCode: string;
  readonly interfaceName: string;
  readonly mode: SendingMode;
  /** What it may take at the most between two signs of life: by law, as promised, or of the heartbeats asked for. */
  readonly allowedS: number;
  /** Receipt of the newest batch or heartbeat; null: never heard. */
  readonly heardAtMs: number | null;
  readonly state: 'unknown' | 'online' | 'late' | 'silent' | 'maintenance';
  /** Suspicion that it has failed (phi-accrual), to a tenth. */
  readonly phi: number;
  readonly sinceMs: number;
}
