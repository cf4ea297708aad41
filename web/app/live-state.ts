/**
 * The live lanes as the page sees them. People stay in LivePicture's columns and go straight to the scene; only
 * counters (once a second), the alarms and the connection's state become signals.
 */
import { type Accessor, batch, createMemo, createSignal, onCleanup } from 'solid-js';
import { createStore } from 'solid-js/store';
import type { WebSettings } from '../../core/web-api.ts';
import type { AlarmView, Effect } from '../../stream/protocol/effects.ts';
import { LiveClient } from '../../stream/protocol/live-client.ts';
import { DOC_STORED, type LiveDocKind } from '../../stream/protocol/live-docs.ts';
import { sortAlarms } from '../alarm/alarm-order.ts';
import { Away, type Missed } from '../live/away.ts';
import { browserEnvironment } from '../live/browser-environment.ts';
import { connectionHealth, type Health } from '../live/connection-health.ts';
import { FrameAge } from '../live/frame-age.ts';
import { LiveConnection, type LiveStatus } from '../live/live-connection.ts';
import { browserClocks, SteadyClock } from '../live/steady-clock.ts';
import { ApiError, api } from './api.ts';
import { createCompanyNames } from './company-names.ts';
import { countPeople, NO_PEOPLE, type PeopleCounts } from './people-tables.ts';
import type { PictureChange, PictureState } from './shown-state.ts';

const CLOCK_MS = 500;
const COUNT_MS = 1_000;
/** A frame may take this much longer than its tick. */
const ROAD_MS = 2_000;
/** In a flood the lane brings hundreds of changes a second; the list takes them in no more often than this. */
const TAKE_ALARMS_MS = 100;

export interface LiveState extends PictureState {
  readonly connection: LiveConnection;
  readonly status: Accessor<LiveStatus>;
  readonly health: Accessor<Health>;
  /** While the picture was not live; null: nothing, or it was told. */
  readonly missed: Accessor<Missed | null>;
  forgetMissed(): void;
  /** Epoch ms that go on evenly: spans in this page are measured by it. */
  steadyNowMs(): number;
  readonly frameAgeMs: Accessor<number | null>;
  readonly tickMs: Accessor<number>;
}

const versionsOf = (version: number): Record<LiveDocKind, number> =>
  Object.fromEntries(Object.keys(DOC_STORED).map((kind) => [kind, version])) as Record<LiveDocKind, number>;

const isOfRegister = (effect: Effect): boolean => effect.t !== 'alarm' && effect.t !== 'doc';

export function createLiveState(settings: WebSettings): LiveState {
  const client = new LiveClient();
  const { picture } = client;
  const listeners: ((change: PictureChange) => void)[] = [];
  const steady = new SteadyClock(browserClocks);
  const steadyNowMs = (): number => steady.nowMs();
  /** Park clock less ours, from the server's hello. */
  let clockOffsetMs = 0;
  const parkNowMs = (): number => steadyNowMs() + clockOffsetMs;

  const [status, setStatus] = createSignal<LiveStatus>({
    phase: 'connecting',
    attempt: 0,
    retryAtMs: null,
    endReason: null,
  });
  const [tickMs, setTickMs] = createSignal(settings.tickMs);
  const [nowMs, setNowMs] = createSignal(steadyNowMs());
  const [frameAgeMs, setFrameAgeMs] = createSignal<number | null>(null);
  const [counts, setCounts] = createSignal<PeopleCounts>(NO_PEOPLE, { equals: false });
  const [hasSnapshot, setHasSnapshot] = createSignal(false);
  const [registerVersion, setRegisterVersion] = createSignal(0);
  const [docVersions, setDocVersions] = createStore(versionsOf(0));
  const companies = createCompanyNames();
  // Plain views, not a store: an alarm that changed is a new object, and a thousand of them are read without a proxy.
  const [alarms, setAlarms] = createSignal<readonly AlarmView[]>([]);
  let alarmsTakenAtMs = Number.NEGATIVE_INFINITY;
  let alarmsDue: ReturnType<typeof setTimeout> | undefined;
  /** At once after a pause, else when the next time has come. */
  const takeAlarms = (): void => {
    if (alarmsDue !== undefined) return;
    const waitMs = alarmsTakenAtMs + TAKE_ALARMS_MS - performance.now();
    if (waitMs > 0) {
      alarmsDue = setTimeout(() => {
        alarmsDue = undefined;
        takeAlarms();
      }, waitMs);
      return;
    }
    alarmsTakenAtMs = performance.now();
    setAlarms(sortAlarms(picture.alarms.values()));
  };
  const frameAge = new FrameAge();
  const readAge = (): void => {
    setFrameAgeMs(frameAge.ageMs(steadyNowMs()));
  };

  const connection = new LiveConnection(
    client,
    browserEnvironment(steadyNowMs, async () => {
      try {
        return await api.liveTicket();
      } catch (reason) {
        if (reason instanceof ApiError && reason.status === 401) return 'signed-out';
        throw reason;
      }
    }),
    {
      onStatus: setStatus,
      onEvent(event) {
        switch (event.type) {
          case 'hello':
            clockOffsetMs = event.hello.serverAtMs - steadyNowMs();
            setTickMs(event.hello.tickMs);
            break;
          case 'snapshot':
            frameAge.reset();
            setHasSnapshot(true);
            companies.learn(picture.bindings.values());
            takeAlarms();
            setDocVersions(versionsOf(Date.now()));
            setRegisterVersion((version) => version + 1);
            for (const listener of listeners) listener('effects');
            break;
          case 'effects': {
            const effects = event.message.items.flatMap((item) => item.effects);
            companies.learn(effects.filter((effect) => effect.t === 'bind'));
            if (effects.some((effect) => effect.t === 'alarm')) takeAlarms();
            if (effects.some(isOfRegister)) setRegisterVersion((version) => version + 1);
            batch(() => {
              for (const effect of effects)
                if (effect.t === 'doc') setDocVersions(effect.doc, (version) => version + 1);
            });
            for (const listener of listeners) listener('effects');
            break;
          }
          case 'frame':
            frameAge.take(picture.frameAtMs, steadyNowMs(), parkNowMs());
            readAge();
            for (const listener of listeners) listener('frame');
            break;
          case 'act-answer':
          case 'ignored':
            break;
        }
      },
    },
  );

  const [missed, setMissed] = createSignal<Missed | null>(null);
  const away = new Away();
  const health = createMemo(() => connectionHealth(status(), frameAgeMs(), tickMs()));

  const clock = setInterval(() => {
    // A page in the background is looked at late; as long as its socket talks, nothing slept.
    const gap = steady.look();
    if (gap === 'clock-set' || (gap === 'not-looked' && connection.silentMs() > tickMs() + ROAD_MS))
      connection.reconnect();
    const told = away.take(health(), picture.frameAtMs, picture.alarms);
    if (told !== null) setMissed(told);
    setNowMs(parkNowMs());
    readAge();
  }, CLOCK_MS);
  const counter = setInterval(() => setCounts(countPeople(picture)), COUNT_MS);
  const retry = (): void => connection.retryNow();
  window.addEventListener('online', retry);
  connection.start();
  onCleanup(() => {
    clearInterval(clock);
    clearInterval(counter);
    clearTimeout(alarmsDue);
    window.removeEventListener('online', retry);
    connection.close();
  });

  return {
    picture,
    connection,
    status,
    health,
    steadyNowMs,
    missed,
    forgetMissed: () => void setMissed(null),
    frameAgeMs,
    tickMs,
    nowMs,
    counts,
    get alarms() {
      return alarms();
    },
    hasSnapshot,
    registerVersion,
    docs(kind) {
      void docVersions[kind];
      return picture.docsOf(kind);
    },
    companyName: companies.nameOf,
    onPicture: (listener) => listeners.push(listener),
    parkNowMs,
  };
}
