/** Rings round who is missing, while the board of a muster is open. */
import { createEffect } from 'solid-js';
import type { BeginScenePart } from '../app/scene-parts.ts';
import { agoText } from '../app/time-text.ts';
import { MissingRingsPart } from '../scene/missing-rings-part.ts';
import type { MissingRing } from './missing-rings.ts';

export const beginMusterScene: BeginScenePart = (scene, { musters, shown }, t) => {
  const part = scene.add((context) => new MissingRingsPart<MissingRing>(context));
  createEffect(() => {
    const nowMs = shown.nowMs();
    part.set(musters.rings(), ({ name, seenAtMs }) =>
      seenAtMs === null ? name : t('muster.ring', { name, ago: agoText(t, Math.max(0, nowMs - seenAtMs)) }),
    );
  });
};
