/** Looks after a wall page: loads it anew where that is all that can help, once the server answers again. */
import { onCleanup } from 'solid-js';
import { api } from '../app/api.ts';
import type { LiveState } from '../app/live-state.ts';
import { wallRemedy } from './wall-remedy.ts';

const LOOK_EVERY_MS = 5_000;

export function keepWall({ health }: Pick<LiveState, 'health'>): void {
  const loadedAtMs = performance.now();
  let goneAtMs: number | null = null;
  const look = async (): Promise<void> => {
    const isGone = health() === 'lost' || health() === 'ended';
    goneAtMs = isGone ? (goneAtMs ?? performance.now()) : null;
    const goneForMs = goneAtMs === null ? 0 : performance.now() - goneAtMs;
    const remedy = wallRemedy({ health: health(), goneForMs, sinceLoadMs: performance.now() - loadedAtMs });
    if (remedy === 'wait') return;
    // A page loaded from a server that is down is an error of the browser's, and stays one.
    const answers = await api.settings().then(
      () => true,
      () => false,
    );
    if (answers) location.reload();
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  onCleanup(() => clearInterval(timer));
}
