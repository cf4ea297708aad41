/**
 * One output of a wall, `#wall/<n>`: the map, the alarms or the boards over the whole screen. It is watched, not worked with: it shows what
 * a desk puts there, comes back by itself, and nothing on it stands still for long.
 */
import { createEffect, createSignal, ErrorBoundary, Match, onCleanup, Show, Switch } from 'solid-js';
import type { SessionInfo, WebSettings } from '../../core/web-api.ts';
import { createControlRoomState } from '../app/control-room-state.ts';
import { Shield } from '../app/marks.tsx';
import { preferences, type Theme } from '../app/preferences.ts';
import { clockText, dateText, durationText, minuteText } from '../app/time-text.ts';
import { Boards } from '../boards/boards.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { onWallNotice } from '../notices/notices.tsx';
import { burnInShift } from './burn-in.ts';
import { keepWall } from './keep-wall.ts';
import { WallAlarms } from './wall-alarms.tsx';
import { createWallFocus } from './wall-focus.ts';
import { listenAtWall, openWallChannel } from './wall-link.ts';
import { WallMap } from './wall-map.tsx';
import type { WallOutput } from './wall-outputs.ts';
import { ENDING_MS } from './wall-remedy.ts';
import { parseWallShow } from './wall-show.ts';

/** So many of companies and of areas fit a column of a wall. */
const BOARD_LINES = 7;
/** A part that failed is drawn anew with the page. */
const AFTER_FAULT_MS = 10_000;

export function WallPage(props: {
  settings: WebSettings;
  session: SessionInfo;
  output: WallOutput;
  theme: Theme;
  onSessionEnded: () => void;
}) {
  return (
    <ErrorBoundary fallback={(reason: unknown) => <Fault reason={reason} />}>
      <Output {...props} />
    </ErrorBoundary>
  );
}

function Fault(props: { reason: unknown }) {
  const t = useTranslate();
  console.error('wall', props.reason);
  const timer = setTimeout(() => location.reload(), AFTER_FAULT_MS);
  onCleanup(() => clearTimeout(timer));
  return (
    <main class="notice-page" role="alert">
      <h1>{t('wall.fault')}</h1>
    </main>
  );
}

function Output(props: {
  settings: WebSettings;
  session: SessionInfo;
  output: WallOutput;
  theme: Theme;
  onSessionEnded: () => void;
}) {
  const room = createControlRoomState(props.settings, props.session);
  const focus = createWallFocus(room);
  onCleanup(listenAtWall(openWallChannel(props.session.userId), focus.show));
  onWallNotice((sent) => {
    const what = parseWallShow(sent);
    if (what !== null) focus.show(what);
  });
  keepWall(room.live);
  createEffect(() => {
    if (room.live.status().endReason === 'session') props.onSessionEnded();
  });
  const shift = () => {
    const { xRem, yRem } = burnInShift(room.live.nowMs());
    return `translate(${xRem.toFixed(3)}rem, ${yRem.toFixed(3)}rem)`;
  };
  return (
    <div class="wall" data-output={props.output} data-health={room.live.health()}>
      <div class="wall-frame" style={{ transform: shift() }}>
        <Head room={room} output={props.output} session={props.session} />
        <main class="wall-main">
          <Switch>
            <Match when={props.output === 'map'}>
              <WallMap room={room} focus={focus} theme={props.theme} />
            </Match>
            <Match when={props.output === 'alarms'}>
              <WallAlarms room={room} />
            </Match>
            <Match when={props.output === 'boards'}>
              <Boards room={room} isFixed lines={BOARD_LINES} />
            </Match>
          </Switch>
        </main>
      </div>
    </div>
  );
}

function Head(props: { room: ReturnType<typeof createControlRoomState>; output: WallOutput; session: SessionInfo }) {
  const t = useTranslate();
  const { live, settings, companyFilter, shown } = props.room;
  const now = () => new Date(live.nowMs());
  const parkName = () => (preferences.language() === 'en' ? settings.parkName.en : settings.parkName.zh);
  const [signedInUntilMs, setUntil] = createSignal(props.session.expiresAtMs);
  createEffect(() => setUntil(props.session.expiresAtMs));
  const endsInMs = () => signedInUntilMs() - live.nowMs();
  const problem = (): string | null => {
    const age = live.frameAgeMs();
    if (live.health() === 'stale') return t('strip.staleDetail', { age: durationText(t, age ?? 0) });
    if (live.health() === 'lost' || live.health() === 'ended')
      return age === null ? t('strip.lostNoFrame') : t('strip.lostDetail', { age: durationText(t, age) });
    return null;
  };
  return (
    <header class="wall-head">
      <Shield />
      <h1>
        <span class="data">{parkName()}</span> <span>{t(`wall.output.${props.output}`)}</span>
      </h1>
      <Show when={companyFilter()}>{(code) => <span class="data tag">{shown.companyName(code())}</span>}</Show>
      <Show
        when={problem()}
        fallback={<span class="wall-health">{t(live.health() === 'live' ? 'strip.live' : 'strip.connecting')}</span>}
      >
        {(words) => (
          <strong class="wall-problem" role="status">
            {words()}
          </strong>
        )}
      </Show>
      <Show when={endsInMs() > 0 && endsInMs() < ENDING_MS}>
        <strong>{t('wall.signInEnds', { at: minuteText(signedInUntilMs()) })}</strong>
      </Show>
      <time datetime={now().toISOString()}>
        <span>{dateText(now())}</span> <b>{clockText(now())}</b>
      </time>
    </header>
  );
}
