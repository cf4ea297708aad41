/** The camera of the first scene, for links and saved views. */
import { onCleanup } from 'solid-js';
import type { BeginScenePart } from '../app/scene-parts.ts';
import { CameraPart } from '../scene/camera-part.ts';

export const beginViewsScene: BeginScenePart = (scene, { views }) => {
  const part = scene.add((context) => new CameraPart(context, views.rests));
  views.setSeat({
    get view() {
      return part.view;
    },
    set(view) {
      scene.follow(null);
      part.set(view);
    },
    goHome: () => scene.goHome(),
  });
  onCleanup(() => views.setSeat(null));
};
