/** How a company stands with its duty to report, one interface: the live doc `sender`. */
import type { SendingMode } from './vocabulary.ts';

export interface SenderState {
  readonly companyCode: string;
  readonly interfaceName: string;
  readonly mode: SendingMode;
  /** Receipt of the newest batch or heartbeat; null: never heard. */
  readonly heardAtMs: number | null;
  readonly state: 'unknown' | 'online' | 'late' | 'silent' | 'maintenance';
  /** Suspicion that it has failed (phi-accrual); tenths. */
  readonly phi: number;
  readonly sinceMs: number;
}
