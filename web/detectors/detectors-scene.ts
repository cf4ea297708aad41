/** Draws the gas detectors while their layer is on. */
import { createEffect, createMemo } from 'solid-js';
import type { BeginScenePart } from '../app/scene-parts.ts';
import { readingText } from '../permits/detectors.ts';
import { DetectorsPart } from '../scene/detectors-part.ts';

/** How often ages of values are written anew. */
const AGE_EVERY_MS = 30_000;

export const beginDetectorsScene: BeginScenePart = (scene, { detectors, shown }, t) => {
  const part = scene.add((context) => new DetectorsPart(context));
  const beat = createMemo(() => Math.ceil(shown.nowMs() / AGE_EVERY_MS) * AGE_EVERY_MS);
  createEffect(() => {
    part.set(
      detectors.list().map((detector) => {
        const { text, age, isSounding } = readingText(t, detector, beat());
        const { companyCode, code, name, lng, lat } = detector;
        const words = [name, text, age].filter(Boolean).join(' ');
        return { key: `${companyCode}/${code}`, lng, lat, isSounding, text: words };
      }),
    );
  });
};
