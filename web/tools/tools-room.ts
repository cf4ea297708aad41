/** Tools of the scene in the control room: view from above, light, read-out, measuring, and layers that are none of a feature. */
import { createSignal } from 'solid-js';
import { keptChoice, keptFlag } from '../app/preferences.ts';
import { LIGHT_CHOICES } from '../scene/light.ts';
import type { SurfacePlace } from '../scene/place-under.ts';
import { copyText } from './copy-text.ts';
import { createMeasureRoom } from './measure-room.ts';
import { placeRow } from './place-text.ts';

const COPIED_MS = 1_500;

export function createToolsRoom() {
  const [isFlat, setFlat] = keptFlag('scene.flat', false);
  const [light, setLight] = keptChoice('scene.light', LIGHT_CHOICES, 'clock');
  const [isReadoutOn, setReadoutOn] = keptFlag('scene.readout', true);
  const [isBaseMapShown, setBaseMapShown] = keptFlag('layer.base-map', true);
  /** Under the pointer; null: it is not over the scene. */
  const [pointer, setPointer] = createSignal<SurfacePlace | null>(null);
  /** The place was just copied. */
  const [isCopied, setCopied] = createSignal(false);
  return {
    isFlat,
    toggleFlat: () => setFlat(!isFlat()),
    light,
    setLight,
    isReadoutOn,
    setReadoutOn,
    isBaseMapShown,
    setBaseMapShown,
    pointer,
    setPointer,
    isCopied,
    async copyPointer(): Promise<void> {
      const place = pointer();
      if (place === null || !(await copyText(placeRow(place)))) return;
      setCopied(true);
      setTimeout(() => setCopied(false), COPIED_MS);
    },
    measure: createMeasureRoom(pointer),
  };
}
export type ToolsRoom = ReturnType<typeof createToolsRoom>;
