/** The control room: the map is the page; the strip, the alarms, the panel, the card and the time line float at its edges. */
import { createEffect, createSignal, onCleanup, Show } from 'solid-js';
import type { SessionInfo, WebSettings } from '../../core/web-api.ts';
import { AlarmList } from '../alarm/alarm-list.tsx';
import { AlarmOffer } from '../alarm/alarm-offer.tsx';
import { AlarmSound } from '../alarm/sound.ts';
import { MissedNote } from '../alive/missed-note.tsx';
import { NotLive } from '../alive/not-live.tsx';
import { Cards } from '../cards/cards.tsx';
import { FilterBar } from '../find/filter-bar.tsx';
import { FollowList } from '../find/follow-list.tsx';
import { FloorChooser } from '../floors/floor-chooser.tsx';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { MusterBanner } from '../muster/muster-banner.tsx';
import { MusterBoard } from '../muster/muster-board.tsx';
import { MusterDialogs } from '../muster/muster-dialogs.tsx';
import { PermitStrip } from '../permits/permit-strip.tsx';
import { Playback } from '../playback/playback.tsx';
import { ToolsBar } from '../tools/tools-bar.tsx';
import { TourOverlay } from '../tour/tour.tsx';
import { LinkNote } from '../views/link-note.tsx';
import { addLinkParts } from '../views/link-parts.ts';
import { SplitView } from '../views/split-view.tsx';
import { createControlRoomState } from './control-room-state.ts';
import { HelpDialog } from './help-dialog.tsx';
import { listenToKeys } from './keyboard.ts';
import { LeftPanel } from './left-panel.tsx';
import { Icon } from './marks.tsx';
import type { RegisterList } from './navigation.tsx';
import { preferences, type Theme } from './preferences.ts';
import { SceneHost } from './scene-host.tsx';
import { TimelineBar } from './timeline-bar.tsx';
import { TopStrip } from './top-strip.tsx';

export function ControlRoom(props: {
  settings: WebSettings;
  session: SessionInfo;
  registers: RegisterList;
  theme: Theme;
  onSignOut: () => void;
  onChangePassword: () => void;
  onSessionEnded: () => void;
}) {
  const t = useTranslate();
  const room = createControlRoomState(props.settings, props.session);
  addLinkParts(room);
  room.link.begin();
  const [isSoundBlocked, setSoundBlocked] = createSignal(false);
  const sound: AlarmSound = new AlarmSound(() => setSoundBlocked(sound.isBlocked));

  createEffect(() => sound.setVolume(preferences.volume()));
  createEffect(() => sound.setVoice(room.musters.calling().length > 0 ? 'muster' : room.console.sounding()));
  const unlock = (): void => sound.unlock();
  // Not at the press: what asks for it goes away then, and the list below would move from under the pointer.
  window.addEventListener('click', unlock);
  window.addEventListener('keydown', unlock);
  const stopKeys = listenToKeys(room);
  onCleanup(() => {
    window.removeEventListener('click', unlock);
    window.removeEventListener('keydown', unlock);
    stopKeys();
    sound.close();
  });
  createEffect(() => {
    const { endReason } = room.live.status();
    if (endReason === 'session') props.onSessionEnded();
  });

  return (
    <div
      class="control-room"
      classList={{ past: room.playback.isShown() }}
      data-view={room.phoneView()}
      data-panel={room.panelTab() === null ? 'closed' : 'open'}
      data-split={room.views.isSplit() ? 'on' : 'off'}
    >
      <TopStrip
        room={room}
        registers={props.registers}
        theme={props.theme}
        onSignOut={props.onSignOut}
        onChangePassword={props.onChangePassword}
      />
      <main class="stage">
        <SceneHost room={room} theme={props.theme} />
        <SplitView room={room} theme={props.theme} />
        <LinkNote room={room} />
        <Show when={room.notice()}>
          {(key) => (
            <p class="scene-notice" role="status">
              <span>{t(key() as TextKey)}</span>
              <button type="button" class="button small" onClick={() => room.setNotice(null)}>
                {t('scene.dismiss')}
              </button>
            </p>
          )}
        </Show>
        <NotLive room={room} />
        <MissedNote room={room} />
        <PermitStrip room={room} />
        <MusterBanner room={room} />
        <MusterBoard room={room} />
        <MusterDialogs room={room} />
        <LeftPanel room={room} />
        <div class="find-over">
          <FilterBar room={room} />
          <FollowList room={room} />
        </div>
        <AlarmOffer room={room} />
        <AlarmList room={room} sound={sound} isSoundBlocked={isSoundBlocked()} />
        <Cards room={room} />
        <ToolsBar tools={room.tools} gridId={room.settings.projection.id}>
          <FloorChooser floors={room.floors} />
        </ToolsBar>
        <TimelineBar room={room} />
        <Playback room={room} />
      </main>
      <nav class="phone-tabs" aria-label={t('product')}>
        <button
          type="button"
          classList={{ on: room.phoneView() === 'alarms' }}
          onClick={() => room.setPhoneView('alarms')}
        >
          <Icon name="bell" />
          {t('view.alarms')}
        </button>
        <button
          type="button"
          classList={{ on: room.phoneView() === 'find' }}
          onClick={() => {
            // Visible first, or the field cannot take the focus.
            room.setPhoneView('find');
            room.setPanelTab('find');
          }}
        >
          <Icon name="find" />
          {t('view.find')}
        </button>
        <button
          type="button"
          classList={{ on: room.phoneView() === 'map' }}
          onClick={() => {
            room.setPanelTab(null);
            room.setPhoneView('map');
          }}
        >
          <Icon name="map" />
          {t('view.map')}
        </button>
      </nav>
      <Show when={room.isHelpOpen()}>
        <HelpDialog
          onClose={() => room.setHelpOpen(false)}
          onTour={() => {
            room.setHelpOpen(false);
            room.tour.start();
          }}
        />
      </Show>
      <TourOverlay tour={room.tour} />
    </div>
  );
}
