/** What features add to the scene, each in its own folder; scene-host.tsx has them begin once the scene is there. */
import { beginOfferScene } from '../alarm/offer-scene.ts';
import { beginCards } from '../cards/cards-scene.ts';
import { beginDetectorsScene } from '../detectors/detectors-scene.ts';
import { beginFindScene } from '../find/find-scene.ts';
import type { Translate } from '../i18n/i18n.ts';
import { beginMusterScene } from '../muster/muster-scene.ts';
import { beginPlaybackScene } from '../playback/playback-scene.ts';
import type { ParkScene } from '../scene/park-scene.ts';
import { beginSceneLooks, beginToolsScene } from '../tools/tools-scene.ts';
import { beginViewsScene } from '../views/views-scene.ts';
import type { ControlRoomState } from './control-room-state.ts';

/** Runs under the scene's owner: its effects end with the scene. */
export type BeginScenePart = (scene: ParkScene, room: ControlRoomState, t: Translate) => void;

export const SCENE_PARTS: readonly BeginScenePart[] = [
  beginViewsScene,
  beginFindScene,
  beginCards,
  beginPlaybackScene,
  beginSceneLooks,
  beginToolsScene,
  beginDetectorsScene,
  beginMusterScene,
  beginOfferScene,
];
/** Of the scene beside the first: what it takes to draw the same, and nothing that there is one of. */
export const SECOND_SCENE_PARTS: readonly BeginScenePart[] = [
  beginFindScene,
  beginSceneLooks,
  beginDetectorsScene,
  beginMusterScene,
];
