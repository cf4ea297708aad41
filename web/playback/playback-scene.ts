/** What looking back adds to the scene: tracks with their markers, and heat of presence. */
import { createEffect, createMemo, on } from 'solid-js';
import type { BeginScenePart } from '../app/scene-parts.ts';
import { heatGrid } from '../scene/heat-grid.ts';
import { HeatPart } from '../scene/heat-part.ts';
import { type ShownTrack, TrackLayer } from '../scene/track-layer.ts';
import type { PersonTrack } from './tracks-room.ts';

export const beginPlaybackScene: BeginScenePart = (scene, room) => {
  const { tracks, heat } = room.playback;
  const layer = scene.add((context) => new TrackLayer(context));
  const ground = scene.add((context) => new HeatPart(context));
  /** The same object for the same track, so that a line is built once. */
  const shownTracks = createMemo((before: ReadonlyMap<PersonTrack['track'], ShownTrack>) => {
    const next = new Map<PersonTrack['track'], ShownTrack>();
    for (const { track, place } of tracks.tracks())
      if (track !== null) next.set(track, before.get(track) ?? { place, columns: track });
    return next;
  }, new Map());
  createEffect(() => {
    layer.set([...shownTracks().values()]);
    const [first] = shownTracks().values();
    // Times on several lines would cover each other.
    scene.showTrackTimes(shownTracks().size === 1 && first !== undefined ? first.columns : null);
  });
  createEffect(() => layer.mark(tracks.atMs()));
  createEffect(
    on(heat.heat, (found) => {
      ground.show(found === null ? null : heatGrid(found));
    }),
  );
};
