/** Fixed gas detectors near a job and what each measures, asked for again while somebody looks. */
import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js';
import type { NearDetector } from '../../stream/protocol/permit-api.ts';
import { durationText } from '../app/time-text.ts';
import type { Translate } from '../i18n/i18n.ts';
import { permitClient } from './permit-client.ts';
import { figure } from './permit-text.ts';

const ASK_EVERY_MS = 5_000;
/** A value that is older is no value of now. */
const STALE_MS = 120_000;

export interface NearDetectors {
  /** The last ones stay while the next are on their way, or fail: their values grow old. null: none were had yet. */
  readonly list: Accessor<readonly NearDetector[] | null>;
  readonly isFailed: Accessor<boolean>;
}

/** `place`: of the job, CGCS2000 degrees; null: it has none. */
export function createNearDetectors(
  place: Accessor<{ readonly lng: number; readonly lat: number } | null>,
): NearDetectors {
  const [list, setList] = createSignal<readonly NearDetector[] | null>(null);
  const [isFailed, setFailed] = createSignal(false);
  let asked = 0;
  const ask = async (): Promise<void> => {
    const mine = ++asked;
    const at = place();
    if (at === null) return void setList([]);
    try {
      const answer = await permitClient.detectors(at.lng, at.lat);
      if (mine !== asked) return;
      setList(answer);
      setFailed(false);
    } catch {
      if (mine === asked) setFailed(true);
    }
  };
  createEffect(on([() => place()?.lng, () => place()?.lat], () => void ask()));
  const timer = setInterval(() => void ask(), ASK_EVERY_MS);
  onCleanup(() => clearInterval(timer));
  return { list, isFailed };
}

export interface ReadingText {
  readonly text: string;
  /** How old; '' : of now. */
  readonly age: string;
  readonly isSounding: boolean;
}

export function readingText(
  t: Translate,
  { newest, unit }: Pick<NearDetector, 'newest' | 'unit'>,
  nowMs: number,
): ReadingText {
  if (newest === null) return { text: t('permit.detectorNoValue'), age: '', isSounding: false };
  const { value, isSounding, atMs } = newest;
  const text = [figure(value), unit].filter(Boolean).join('\u00a0');
  const ageMs = nowMs - atMs;
  const age = ageMs > STALE_MS ? t('permit.detectorAge', { time: durationText(t, ageMs) }) : '';
  return { text, age, isSounding };
}
