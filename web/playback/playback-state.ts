/** The past as the page sees it: a player behind the signals that live-state.ts has for the present. */
import { type Accessor, batch, createSignal, onCleanup } from 'solid-js';
import { createStore } from 'solid-js/store';
import type { AlarmView, Effect } from '../../stream/protocol/effects.ts';
import { DOC_STORED, type LiveDocKind } from '../../stream/protocol/live-docs.ts';
import { sortAlarms } from '../alarm/alarm-order.ts';
import { createCompanyNames } from '../app/company-names.ts';
import { countPeople, NO_PEOPLE, type PeopleCounts } from '../app/people-tables.ts';
import type { PictureChange, PictureState } from '../app/shown-state.ts';
import type { PlaybackSource } from './chunk-store.ts';
import { type PictureMove, PlaybackPlayer, type PlayedSpan, type PlayerProblem } from './playback-player.ts';
import type { Speed } from './playback-speed.ts';

const TICK_MS = 100;
/** Clocks of lists and cards follow this often, counts of people twice as seldom. */
const CLOCK_MS = 500;
const COUNT_MS = 1_000;

/** What the time line shows of the player. */
export interface PlayerView {
  readonly atMs: number;
  readonly waitingForMs: number | null;
  readonly isPlaying: boolean;
  readonly isAtEnd: boolean;
  readonly speed: Speed;
  readonly problem: PlayerProblem | null;
  readonly hasPicture: boolean;
}

export interface PastState extends PictureState {
  readonly view: Accessor<PlayerView>;
  open(span: PlayedSpan, source: PlaybackSource, atMs: number): void;
  close(): void;
  play(): void;
  pause(): void;
  seek(atMs: number): void;
  step(by: 1 | -1): void;
  setSpeed(speed: Speed): void;
}

const isOfRegister = (effect: Effect): boolean => effect.t !== 'alarm' && effect.t !== 'doc';

/** `nameOf`: names of companies that nobody of is in the picture. */
export function createPastState(nameOf: (companyCode: string) => string): PastState {
  const listeners: ((change: PictureChange) => void)[] = [];
  const companies = createCompanyNames();
  const player: PlaybackPlayer = new PlaybackPlayer((move) => take(move));
  const viewNow = (): PlayerView => ({
    atMs: player.atMs,
    waitingForMs: player.waitingForMs,
    isPlaying: player.isPlaying,
    isAtEnd: player.isAtEnd,
    speed: player.speed,
    problem: player.problem,
    hasPicture: player.hasPicture,
  });
  const [view, setView] = createSignal<PlayerView>(viewNow());
  const [nowMs, setNowMs] = createSignal(0);
  const [counts, setCounts] = createSignal<PeopleCounts>(NO_PEOPLE, { equals: false });
  const [registerVersion, setRegisterVersion] = createSignal(0);
  const [docVersions, setDocVersions] = createStore<Record<string, number>>({});
  const [alarms, setAlarms] = createSignal<readonly AlarmView[]>([]);
  let clockedAtMs = Number.NEGATIVE_INFINITY;
  let countedAtMs = Number.NEGATIVE_INFINITY;

  const take = ({ hasFrame, hasSnapshot, effects, isJump }: PictureMove): void => {
    const { picture } = player;
    const wallMs = performance.now();
    const isLeap = isJump || !player.isPlaying;
    batch(() => {
      setView(viewNow());
      if (isLeap || wallMs - clockedAtMs >= CLOCK_MS) {
        clockedAtMs = wallMs;
        setNowMs(player.atMs);
      }
      if (hasFrame && (isLeap || wallMs - countedAtMs >= COUNT_MS)) {
        countedAtMs = wallMs;
        setCounts(countPeople(picture));
      }
      if (hasSnapshot) companies.learn(picture.bindings.values());
      else companies.learn(effects.filter((effect) => effect.t === 'bind'));
      if (hasSnapshot || effects.some(({ t }) => t === 'alarm')) setAlarms(sortAlarms(picture.alarms.values()));
      if (hasSnapshot || effects.some(isOfRegister)) setRegisterVersion((version) => version + 1);
      const docs = new Set<LiveDocKind>(hasSnapshot ? (Object.keys(DOC_STORED) as LiveDocKind[]) : []);
      for (const effect of effects) if (effect.t === 'doc') docs.add(effect.doc);
      for (const kind of docs) setDocVersions(kind, (version) => (version ?? 0) + 1);
    });
    if (hasSnapshot || effects.length > 0) for (const listener of listeners) listener('effects');
    if (hasFrame) for (const listener of listeners) listener('frame');
  };

  let ticker: ReturnType<typeof setInterval> | undefined;
  const close = (): void => {
    clearInterval(ticker);
    player.close();
    setView(viewNow());
  };
  onCleanup(close);

  return {
    picture: player.picture,
    view,
    open(span, source, atMs) {
      close();
      player.open(span, source, atMs);
      ticker = setInterval(() => player.tick(performance.now()), TICK_MS);
    },
    close,
    play: () => player.play(),
    pause: () => player.pause(),
    seek: (atMs) => player.seek(atMs),
    step: (by) => player.step(by),
    setSpeed: (speed) => player.setSpeed(speed),
    nowMs,
    counts,
    get alarms() {
      return alarms();
    },
    hasSnapshot: () => view().hasPicture,
    registerVersion,
    docs(kind) {
      void docVersions[kind];
      return player.picture.docsOf(kind);
    },
    companyName(companyCode) {
      const name = companies.nameOf(companyCode);
      return name === companyCode ? nameOf(companyCode) : name;
    },
    onPicture: (listener) => listeners.push(listener),
    parkNowMs: () => player.atMs,
  };
}
