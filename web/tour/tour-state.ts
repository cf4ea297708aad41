/** Which step of the tour is shown; by itself once per user and workstation, later when asked for. */
import { type Accessor, createEffect, createSignal, on } from 'solid-js';
import { preferences } from '../app/preferences.ts';
import { TOUR_STEPS, TOUR_VERSION } from './tour-steps.ts';

/** Tests look at the screen itself. */
const startsByItself = (): boolean => new URLSearchParams(location.search).get('profile') !== 'test';

export function createTour(userId: string, redWaiting: Accessor<number>) {
  const [step, setStep] = createSignal<number | null>(
    startsByItself() && preferences.tourSeen(userId) < TOUR_VERSION ? 0 : null,
  );
  const end = (): void => {
    preferences.setTourSeen(userId, TOUR_VERSION);
    setStep(null);
  };
  // Nothing stands before a red alarm: the tour gives way, and comes back next time if it was not through.
  createEffect(
    on(redWaiting, (now, before) => {
      if (now > (before ?? now)) setStep(null);
    }),
  );
  return {
    /** null: no tour. */
    step,
    start: () => setStep(0),
    end,
    next: () => {
      const at = step();
      if (at === null) return;
      if (at + 1 < TOUR_STEPS.length) setStep(at + 1);
      else end();
    },
    back: () => setStep((at) => (at === null ? null : Math.max(0, at - 1))),
  };
}

export type Tour = ReturnType<typeof createTour>;
