/** The full record of a permit, asked for again when the live part says that it changed. */
import { type Accessor, createEffect, createSignal, on } from 'solid-js';
import type { PermitDetail } from '../../stream/protocol/permit-api.ts';
import { ApiError } from '../app/api.ts';
import { permitClient } from './permit-client.ts';

export interface PermitRecordState {
  /** The last one stays while the next is on its way, or fails. */
  readonly detail: Accessor<PermitDetail | null>;
  /** `gone`: there is none that the caller may see. */
  readonly problem: Accessor<'gone' | 'failed' | null>;
  readonly reload: () => void;
}

/** `version`: what is asked for again when it changes, as the update time of the live document. */
export function createPermitRecord(
  companyCode: string,
  permitId: string,
  version: Accessor<number | null>,
): PermitRecordState {
  const [detail, setDetail] = createSignal<PermitDetail | null>(null);
  const [problem, setProblem] = createSignal<'gone' | 'failed' | null>(null);
  let asked = 0;
  const load = async (): Promise<void> => {
    const mine = ++asked;
    try {
      const answer = await permitClient.detail(companyCode, permitId);
      if (mine !== asked) return;
      setDetail(answer);
      setProblem(null);
    } catch (reason) {
      if (mine !== asked) return;
      setProblem(reason instanceof ApiError && [403, 404].includes(reason.status) ? 'gone' : 'failed');
    }
  };
  createEffect(on(version, () => void load()));
  return { detail, problem, reload: () => void load() };
}
