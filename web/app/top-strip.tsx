/**
 * Top strip: product, park, clock, and the connection. A stale picture turns all of it amber, a lost one red, in words:
 * nobody may mistake an old picture for a quiet park.
 */
import { For, Match, Show, Switch } from 'solid-js';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { WallButton } from '../screens/wall-button.tsx';
import type { ControlRoomState } from './control-room-state.ts';
import { Shield } from './marks.tsx';
import type { RegisterList } from './navigation.tsx';
import { NavigationDrawer } from './navigation-drawer.tsx';
import { preferences, type Theme } from './preferences.ts';
import { LanguageSwitch } from './sign-in.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { clockText, dateText, durationText, frameAgeText, weekdayOf } from './time-text.ts';
import { UserMenu } from './user-menu.tsx';

const WEEKDAYS: readonly TextKey[] = [
  'weekday.d0',
  'weekday.d1',
  'weekday.d2',
  'weekday.d3',
  'weekday.d4',
  'weekday.d5',
  'weekday.d6',
];

export function TopStrip(props: {
  room: ControlRoomState;
  registers: RegisterList;
  theme: Theme;
  onSignOut: () => void;
  onChangePassword: () => void;
}) {
  const t = useTranslate();
  const { live, settings } = props.room;
  const now = () => new Date(live.nowMs());
  const parkName = () => (preferences.language() === 'en' ? settings.parkName.en : settings.parkName.zh);

  return (
    <header class="strip" data-health={live.health()}>
      <div class="strip-name">
        <NavigationDrawer session={props.room.session} registers={props.registers} opensApart />
        <Shield />
        <strong>{t('product')}</strong>
        <span class="park-name">{parkName()}</span>
      </div>
      <time class="strip-clock" datetime={now().toISOString()}>
        <span class="date">
          {dateText(now())} {t(WEEKDAYS[weekdayOf(now())] ?? 'weekday.d0')}
        </span>
        <b>{clockText(now())}</b>
      </time>
      <Connection room={props.room} />
      <div class="strip-tools">
        <WallButton room={props.room} />
        <LanguageSwitch />
        <ThemeSwitch theme={props.theme} />
        <button
          type="button"
          class="button icon-only help-button"
          title={t('strip.help')}
          aria-label={t('strip.help')}
          onClick={() => props.room.setHelpOpen(true)}
        >
          ?
        </button>
        <UserMenu session={props.room.session} onSignOut={props.onSignOut} onChangePassword={props.onChangePassword} />
      </div>
    </header>
  );
}

function Connection(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { live } = props.room;
  const figures = () => [
    { key: 'strip.frameAge' as const, value: age(), name: 'age' },
    { key: 'strip.tick' as const, value: t('time.seconds', { s: live.tickMs() / 1000 }), name: 'tick' },
    { key: 'strip.people' as const, value: live.picture.online.toLocaleString('en-US'), name: 'people' },
    { key: 'strip.companies' as const, value: String(live.counts().companies.length), name: 'companies' },
  ];
  const age = (): string => {
    const ms = live.frameAgeMs();
    return ms === null ? '–' : frameAgeText(t, ms);
  };
  return (
    <div class="connection">
      {/* Told when it changes; the figures beside it change all the time. */}
      <span class="health" role="status">
        <Switch>
          <Match when={live.health() === 'live'}>{t('strip.live')}</Match>
          <Match when={live.health() === 'connecting'}>{t('strip.connecting')}</Match>
          <Match when={live.health() === 'stale'}>{t('strip.stale')}</Match>
          <Match when={live.health() === 'lost'}>{t('strip.lost')}</Match>
          <Match when={live.health() === 'ended'}>{t('strip.lost')}</Match>
        </Switch>
      </span>
      <Switch
        fallback={
          <For each={figures()}>
            {(figure) => (
              <span class={`figure ${figure.name}`}>
                <small>{t(figure.key)}</small>
                <b>{figure.value}</b>
              </span>
            )}
          </For>
        }
      >
        <Match when={live.health() === 'stale'}>
          <span class="words">{t('strip.staleDetail', { age: age() })}</span>
        </Match>
        <Match when={live.health() === 'lost'}>
          <span class="words">
            {live.frameAgeMs() === null
              ? t('strip.lostNoFrame')
              : t('strip.lostDetail', { age: durationText(t, live.frameAgeMs() ?? 0) })}
          </span>
          <Retry room={props.room} />
        </Match>
        <Match when={live.health() === 'ended'}>
          <span class="words">{t(END_TEXT[live.status().endReason ?? 'protocol'])}</span>
          <button type="button" class="button small" onClick={() => window.location.reload()}>
            {t('strip.reload')}
          </button>
        </Match>
      </Switch>
    </div>
  );
}

const END_TEXT = {
  session: 'strip.endedSession',
  version: 'strip.endedVersion',
  protocol: 'strip.endedProtocol',
} as const;

function Retry(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { live } = props.room;
  /** Seconds to the next attempt; null: one is under way. */
  const waitS = (): number | null => {
    const { retryAtMs } = live.status();
    live.nowMs();
    return retryAtMs === null ? null : Math.max(1, Math.ceil((retryAtMs - live.steadyNowMs()) / 1000));
  };
  return (
    <Show when={waitS()} fallback={<span class="words">{t('strip.retrying')}</span>}>
      {(s) => (
        <>
          <span class="words">{t('strip.retryIn', { s: s() })}</span>
          <button type="button" class="button small" onClick={() => live.connection.retryNow()}>
            {t('strip.retryNow')}
          </button>
        </>
      )}
    </Show>
  );
}
