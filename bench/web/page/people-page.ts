/** What people.bench.ts drives: ParkScene as the product has it, with nobody, with our people, or with Cesium's. */
import type { WebSettings } from '../../../core/web-api.ts';
import { createProjection, SHANGHAI_2000_B } from '../../../geo/projection.ts';
import { LiveClient } from '../../../stream/protocol/live-client.ts';
import { createLocalFrame } from '../../../web/scene/local-frame.ts';
import { ParkScene } from '../../../web/scene/park-scene.ts';
import { PeopleBuffer } from '../../../web/scene/people-buffer.ts';
import { createPeopleFrame } from '../../../web/scene/people-frame.ts';
import { PLAIN_STYLING } from '../../../web/scene/people-style.ts';
import { sceneProfileFrom } from '../../../web/scene/scene-profile.ts';
import { EntitiesPart, PointsPart } from './cesium-ways.ts';
import { createWalk, FRAMES_PER_S, FrameFeed } from './people-feed.ts';

/**
 * `ours`: single people, near enough for names; `ours-unnamed`: without names, as Cesium's ways have none; `ours-far`: the same crowd
 * from where it is numbers; `ours-two`: as `ours`, with a second scene of half the width beside it, as the split view has one.
 */
export type Way = 'nobody' | 'ours' | 'ours-unnamed' | 'ours-far' | 'ours-two' | 'points' | 'entities';

const settings: WebSettings = {
  parkCode: 'bench',
  parkName: { zh: '', en: '' },
  home: { lng: 121.48, lat: 30.8, heightM: 900 },
  projection: SHANGHAI_2000_B,
  tileset: { url: null, place: { frame: 'ecef', lng: null, lat: null, heightM: 0, headingDeg: 0 } },
  baseMap: 'none',
  tickMs: 200,
  isDemonstration: false,
  groundHeightM: 4,
};
/** Dots of a pixel: what a software renderer takes for filling larger ones is not what is measured, and on this small canvas a screen's
 * number of places for names and numbers comes about. */
const TYPE_SCALE = 0.1;
/** Above the crowd: every corner of it is nearer than CROWD_FROM_M. */
const ABOVE = { lng: 121.48, lat: 30.8, heightM: 350, headingDeg: 0, pitchDeg: -90, rollDeg: 0 };
const projection = createProjection(settings.projection);
const middle = projection.eastingNorthingFromLngLat(settings.home.lng, settings.home.lat);

function createScene(way: Way, container: 'scene' | 'second'): ParkScene {
  const scene = new ParkScene({
    container: document.getElementById(container) as HTMLElement,
    settings,
    // Every animation frame is drawn, with people and without.
    profile: { ...sceneProfileFrom('?profile=test'), movementFrameMs: 0 },
    theme: 'dark',
    view: way === 'ours-far' ? null : ABOVE,
    texts: { person: (slot) => `${slot}`, area: ({ name }) => name, alarms: String, time: String },
    nowMs: () => performance.now(),
    onPick: () => {},
    onPickPermit: () => {},
    onFollowEnded: () => {},
    onLost: () => {},
    onProblem: (part, reason) => console.error(part, reason),
  });
  scene.setTypeScale(TYPE_SCALE);
  // Every frame is drawn.
  scene.add(() => ({ isMoving: () => true, destroy: () => {} }));
  return scene;
}

let scene: ParkScene | null = null;

const bench = {
  renderer(): string {
    const gl = document.createElement('canvas').getContext('webgl2');
    const info = gl?.getExtension('WEBGL_debug_renderer_info');
    return info == null ? 'unknown' : String(gl?.getParameter(info.UNMASKED_RENDERER_WEBGL));
  },
  /** Begins to draw; frames() counts from then on. */
  start(way: Way, people: number): void {
    document.body.classList.toggle('split', way === 'ours-two');
    scene = createScene(way, 'scene');
    if (way === 'nobody') return;
    const walk = createWalk(people, middle);
    if (way === 'points') scene.add((context) => new PointsPart(context, walk));
    if (way === 'entities') scene.add((context) => new EntitiesPart(context, walk));
    if (!way.startsWith('ours')) return;
    const scenes = way === 'ours-two' ? [scene, createScene(way, 'second')] : [scene];
    scene.setLabelsEnabled(way !== 'ours-unnamed');
    const client = new LiveClient();
    const feed = new FrameFeed(walk);
    const take = (): void => {
      client.receive(feed.next(), performance.now());
      for (const one of scenes) one.updatePeople(client.picture);
    };
    for (let i = 0; i < FRAMES_PER_S; i++) take();
    const styling = { ...PLAIN_STYLING, nowMs: client.picture.frameAtMs, filter: { ...PLAIN_STYLING.filter } };
    for (const one of scenes) one.restyle(styling);
    setInterval(take, 1_000 / FRAMES_PER_S);
    setInterval(() => {
      for (const one of scenes) one.age(client.picture.frameAtMs);
    }, 1_000);
  },
  frames: (): number => scene?.state.framesRendered ?? 0,
  drawn: (): number => scene?.state.peopleDrawn ?? 0,
  crowds: (): number => scene?.state.crowds.length ?? 0,
  /** Milliseconds of taking in one frame that names `moves` of `people`, from its bytes to the vertex buffer, `rounds` times. */
  take(people: number, moves: number, rounds: number): { readonly ms: number[]; readonly bytesPerMove: number } {
    const frame = createLocalFrame(projection, { ...settings.home, heightM: settings.groundHeightM });
    const buffer = new PeopleBuffer(createPeopleFrame(projection, frame), settings.groundHeightM);
    const client = new LiveClient();
    const feed = new FrameFeed(createWalk(people, middle));
    if (people / FRAMES_PER_S !== moves) throw new Error(`${people} people move ${people / FRAMES_PER_S} a frame`);
    let nowS = 0;
    const take = (): number => {
      const bytes = feed.next();
      nowS += 1 / FRAMES_PER_S;
      const startMs = performance.now();
      client.receive(bytes, startMs);
      buffer.update(client.picture, nowS);
      return performance.now() - startMs;
    };
    for (let i = 0; i < 100; i++) take();
    const ms = new Array<number>(rounds).fill(0);
    const heap = (performance as unknown as { readonly memory: { readonly usedJSHeapSize: number } }).memory;
    const before = heap.usedJSHeapSize;
    for (let i = 0; i < rounds; i++) ms[i] = take();
    return { ms, bytesPerMove: (heap.usedJSHeapSize - before) / (rounds * moves) };
  },
};

export type PeopleBenchPage = typeof bench;
Object.assign(window, { bench });
