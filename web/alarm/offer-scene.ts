/** Whether what is offered lies before the operator already. */
import { createEffect, createMemo } from 'solid-js';
import type { BeginScenePart } from '../app/scene-parts.ts';
import { SightPart } from '../scene/sight-part.ts';

export const beginOfferScene: BeginScenePart = (scene, { console: desk, shown }) => {
  const part = scene.add((context) => new SightPart(context, desk.setOfferSeen));
  const offered = createMemo(() => desk.offers()[0], undefined, {
    equals: (a, b) => a?.alarmId === b?.alarmId && a?.place === b?.place,
  });
  createEffect(() => {
    const alarm = offered();
    if (alarm === undefined) return part.set(null);
    const { picture } = shown;
    const isHere = picture.isPresent(alarm.slot) && picture.generation[alarm.slot] === alarm.generation;
    part.set(alarm.slot >= 0 && isHere ? { slot: alarm.slot } : alarm.place);
  });
};
