/** Following several people on the scene. */
import { createEffect } from 'solid-js';
import type { BeginScenePart } from '../app/scene-parts.ts';
import { GroupPart } from '../scene/group-part.ts';

export const beginFindScene: BeginScenePart = (scene, { find: { follow } }) => {
  const part = scene.add(
    (context) =>
      new GroupPart(
        context,
        () => follow.setHeld(false),
        (x, y) => {
          const slot = scene.pickAt({ x, y });
          if (slot !== null) follow.toggle(slot);
        },
      ),
  );
  createEffect(() => {
    const isHeld = follow.isHeld();
    if (isHeld) scene.follow(null);
    part.set({ slots: follow.followed().map(({ slot }) => slot), isHeld });
  });
};
