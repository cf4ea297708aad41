/** What became of a batch, before it is put in the words of a request's answer (answer.ts) or of a stream's. */
import type { ErrorCode } from '../core/errors.ts';
import type { InterfaceStage } from '../stream/protocol/vocabulary.ts';
import type { CountedInterface } from './door-counts.ts';
import type { Rejection } from './validate/records.ts';

/** Part of an answer that did not take the whole batch: what was kept of it all the same. */
export interface KeptSos {
  readonly batch_id: string;
  readonly kept_sos: number;
}

/** Records that the log has and that the answer speaks of. */
export interface Kept {
  readonly companyCode: string;
  readonly interfaceName: CountedInterface;
  readonly records: number;
}

export interface BatchTaken {
  readonly ok: true;
  readonly batchId: string;
  readonly accepted: number;
  readonly rejected: readonly Rejection[];
  readonly stage: InterfaceStage;
  readonly sandbox: boolean;
  readonly kept: Kept | null;
}

export interface BatchRefused {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly detail?: string | undefined;
  readonly retryAfterS?: number;
  readonly keptSos: KeptSos | null;
  readonly kept: Kept | null;
}

export type BatchResult = BatchTaken | BatchRefused;

export const refused = (code: ErrorCode, more: Partial<Omit<BatchRefused, 'ok' | 'code'>> = {}): BatchRefused => ({
  ok: false,
  code,
  keptSos: null,
  kept: null,
  ...more,
});

/** What a batch that is not live says of itself in its answer. */
export const marksOf = ({
  stage,
  sandbox,
}: BatchTaken): { readonly sandbox?: true; readonly stage?: InterfaceStage } => {
  if (sandbox) return { sandbox: true };
  return stage === 'live' ? {} : { stage };
};
