/** Brings the tools into the scene, and apart from them its looks: those of a second scene are the same. */
import { createEffect, createMemo } from 'solid-js';
import type { BeginScenePart } from '../app/scene-parts.ts';
import { BaseMapPart } from '../scene/base-map-part.ts';
import { FlatPart } from '../scene/flat-part.ts';
import { HeightPart } from '../scene/height-part.ts';
import { lightOf } from '../scene/light.ts';
import { LightPart } from '../scene/light-part.ts';
import { MeasurePart } from '../scene/measure-part.ts';
import { ReadoutPart } from '../scene/readout-part.ts';

/** The sun moves a degree in four minutes. */
const LIGHT_EVERY_MS = 60_000;

/** Light, base map, and the ground that people stand on. */
export const beginSceneLooks: BeginScenePart = (scene, { tools, shown, settings }) => {
  const light = scene.add((context) => new LightPart(context));
  const minute = createMemo(() => Math.floor(shown.nowMs() / LIGHT_EVERY_MS));
  createEffect(() => light.set(lightOf(tools.light(), minute() * LIGHT_EVERY_MS, settings.home)));

  const baseMap = scene.add((context) => new BaseMapPart(context));
  createEffect(() => baseMap.set(tools.isBaseMapShown()));

  scene.add((context) => new HeightPart(context));
};

export const beginToolsScene: BeginScenePart = (scene, { tools }) => {
  const { measure } = tools;

  const flat = scene.add((context) => new FlatPart(context));
  createEffect(() => flat.set(tools.isFlat()));

  const readout = scene.add((context) => new ReadoutPart(context, tools.setPointer));
  createEffect(() => readout.set(tools.isReadoutOn() || measure.kind() !== null));

  const figure = scene.add((context) => new MeasurePart(context, measure.add, measure.finish));
  createEffect(() => figure.set(measure.kind() !== null, measure.figure()));
};
