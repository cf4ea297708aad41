/** Heat of presence: how long people were where, over a span, drawn on the ground. */
import { type Accessor, createEffect, createMemo, createSignal, on, untrack } from 'solid-js';
import type { PresenceHeat } from '../../core/playback-api.ts';
import { ApiError } from '../app/api.ts';
import { playbackClient } from './playback-client.ts';
import type { PlayedSpan } from './playback-player.ts';

export const HEAT_HOURS = [1, 8, 24] as const;
const CELL_M = 10;

export interface HeatAround {
  readonly parkNowMs: () => number;
  /** null: live. */
  readonly playedSpan: Accessor<PlayedSpan | null>;
}

export function createHeatRoom({ parkNowMs, playedSpan }: HeatAround) {
  const [isOpen, setOpen] = createSignal(false);
  /** Up to now; of no meaning while a span is played. */
  const [hours, setHours] = createSignal<number>(HEAT_HOURS[0]);
  const [companyCode, setCompanyCode] = createSignal<string | null>(null);
  const [heat, setHeat] = createSignal<PresenceHeat | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  const [isLoading, setLoading] = createSignal(false);
  let asked = 0;

  const load = async (): Promise<void> => {
    const mine = ++asked;
    const toMs = Math.round(parkNowMs());
    const { fromMs, toMs: endMs } = playedSpan() ?? { fromMs: toMs - hours() * 3_600_000, toMs };
    setLoading(true);
    setProblem(null);
    try {
      const answer = await playbackClient.heat({ fromMs, toMs: endMs, cellM: CELL_M, companyCode: companyCode() });
      if (mine === asked) setHeat(answer);
    } catch (reason) {
      if (mine !== asked) return;
      setHeat(null);
      setProblem(reason instanceof ApiError ? reason.code : String(reason));
    } finally {
      if (mine === asked) setLoading(false);
    }
  };

  createEffect(
    on([isOpen, hours, companyCode, playedSpan], ([open]) => {
      if (open) void untrack(load);
      else {
        asked++;
        setHeat(null);
      }
    }),
  );

  return {
    isOpen,
    setOpen,
    hours,
    setHours,
    companyCode,
    setCompanyCode,
    heat,
    problem,
    isLoading,
    isOfPlayedSpan: createMemo(() => playedSpan() !== null),
  };
}
export type HeatRoom = ReturnType<typeof createHeatRoom>;
