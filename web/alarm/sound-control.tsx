/** Volume of this workstation, a test of each level, silence for a while; says so when the browser still keeps quiet. */
import { createSignal, For, Show } from 'solid-js';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon, LevelMark } from '../app/marks.tsx';
import { preferences, VOLUME_MIN } from '../app/preferences.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { MUTE_SPANS_MIN } from './mute.ts';
import type { AlarmSound } from './sound.ts';

const LEVELS: readonly AlarmLevel[] = [1, 2, 3, 4];

export function SoundControl(props: { room: ControlRoomState; sound: AlarmSound; isBlocked: boolean }) {
  const t = useTranslate();
  const { console: desk } = props.room;
  const [isOpen, setOpen] = createSignal(false);
  const isMuted = () => desk.muteLeft() > 0;
  return (
    <div
      class="menu sound"
      onFocusOut={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setOpen(false)}
    >
      <button
        type="button"
        class="button icon-only"
        classList={{ warn: props.isBlocked || isMuted() }}
        aria-expanded={isOpen()}
        aria-label={t('sound.title')}
        title={t('sound.title')}
        onClick={() => setOpen(!isOpen())}
      >
        <Icon name={isMuted() ? 'muted' : 'sound'} />
      </button>
      <Show when={isOpen()}>
        <div class="menu-list">
          <label class="field">
            <span>
              {t('sound.volume')} <b>{Math.round(preferences.volume() * 100)} %</b>
            </span>
            <input
              type="range"
              min={VOLUME_MIN}
              max="1"
              step="0.05"
              value={preferences.volume()}
              onInput={(event) => preferences.setVolume(Number(event.currentTarget.value))}
            />
          </label>
          <fieldset class="choices spans">
            <legend>{t('mute.tests')}</legend>
            <For each={LEVELS}>
              {(level) => (
                <button
                  type="button"
                  class="button small"
                  aria-label={t('mute.testLevel', { level: t(`alarm.level.l${level}`) })}
                  onClick={() => props.sound.test(level)}
                >
                  <LevelMark level={level} />
                </button>
              )}
            </For>
            <button
              type="button"
              class="button small"
              aria-label={t('mute.testLevel', { level: t('muster.title') })}
              onClick={() => props.sound.test('muster')}
            >
              <Icon name="muster" />
            </button>
          </fieldset>
          <fieldset class="choices spans">
            <legend>{t('mute.title')}</legend>
            <Show
              when={isMuted()}
              fallback={
                <For each={MUTE_SPANS_MIN}>
                  {(minutes) => (
                    <button type="button" class="button small" onClick={() => desk.beginMute(minutes)}>
                      {t('mute.minutes', { n: minutes })}
                    </button>
                  )}
                </For>
              }
            >
              <button type="button" class="button small" onClick={desk.endMute}>
                {t('mute.end')}
              </button>
            </Show>
          </fieldset>
          <small>
            {t('mute.note')} {t('sound.note')}
          </small>
        </div>
      </Show>
    </div>
  );
}
