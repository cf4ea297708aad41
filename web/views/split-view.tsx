/** A second scene beside the first: the same park, alarms and selection, with a camera of its own, which may follow somebody while the first stays. */
import { createSignal, Show } from 'solid-js';
import { personText } from '../alarm/alarm-text.ts';
import type { ControlRoomState, SceneCommands, Selection } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import type { Theme } from '../app/preferences.ts';
import { SceneHost } from '../app/scene-host.tsx';
import { useTranslate } from '../i18n/i18n.ts';

export function SplitView(props: { room: ControlRoomState; theme: Theme }) {
  return (
    <Show when={props.room.views.isSplit()}>
      <Second room={props.room} theme={props.theme} />
    </Show>
  );
}

function Second(props: { room: ControlRoomState; theme: Theme }) {
  const t = useTranslate();
  const { room } = props;
  const [scene, setScene] = createSignal<SceneCommands | null>(null);
  const [followed, setFollowed] = createSignal<Selection | null>(null);
  /** All of the room, but this scene's own camera. */
  const second: ControlRoomState = {
    ...room,
    find: { ...room.find, follow: { ...room.find.follow, isHeld: () => false } },
    setScene: (commands) => void setScene(commands),
    isFollowing: () => followed() !== null,
    setFollowing: ((isOn: boolean) => {
      if (!isOn) setFollowed(null);
      return isOn;
    }) as ControlRoomState['setFollowing'],
  };
  const follow = (): void => {
    const next = followed() === null ? room.selection() : null;
    scene()?.follow(next?.slot ?? null);
    setFollowed(next);
  };
  const name = (selection: Selection): string =>
    selection.person === null ? t('card.unidentified') : personText(t, selection.person);
  const state = (): string => {
    const one = followed();
    return one === null ? t('split.stays') : t('split.follows', { name: name(one) });
  };
  return (
    <section class="split" aria-label={t('split.title')}>
      <SceneHost room={second} theme={props.theme} isSecond />
      <header>
        <b>{t('split.title')}</b>
        <span>{state()}</span>
        <button
          type="button"
          class="button small"
          classList={{ on: followed() !== null }}
          aria-pressed={followed() !== null}
          disabled={followed() === null && room.selection() === null}
          onClick={follow}
        >
          {t(followed() === null ? 'split.follow' : 'card.unfollow')}
        </button>
        <button
          type="button"
          class="button small icon-only"
          aria-label={t('layers.home')}
          title={t('layers.home')}
          onClick={() => scene()?.goHome()}
        >
          <Icon name="home" />
        </button>
        <button
          type="button"
          class="button small icon-only"
          aria-label={t('split.close')}
          title={t('split.close')}
          onClick={() => room.views.setSplit(false)}
        >
          <Icon name="close" />
        </button>
      </header>
    </section>
  );
}
