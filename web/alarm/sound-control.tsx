/** Volume of this workstation and a test; says so when the browser still keeps quiet. */
import { createSignal, Show } from 'solid-js';
import { Icon } from '../app/marks.tsx';
import { preferences } from '../app/preferences.ts';
import { useTranslate } from '../i18n/i18n.ts';
import type { AlarmSound } from './sound.ts';

export function SoundControl(props: { sound: AlarmSound; isBlocked: boolean }) {
  const t = useTranslate();
  const [isOpen, setOpen] = createSignal(false);
  return (
    <div
      class="menu sound"
      onFocusOut={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setOpen(false)}
    >
      <button
        type="button"
        class="button icon-only"
        classList={{ warn: props.isBlocked || preferences.volume() === 0 }}
        aria-expanded={isOpen()}
        aria-label={t('sound.title')}
        title={t('sound.title')}
        onClick={() => setOpen(!isOpen())}
      >
        <Icon name={preferences.volume() === 0 ? 'muted' : 'sound'} />
      </button>
      <Show when={isOpen()}>
        <div class="menu-list">
          <label class="field">
            <span>
              {t('sound.volume')}{' '}
              <b>{preferences.volume() === 0 ? t('sound.off') : `${Math.round(preferences.volume() * 100)} %`}</b>
            </span>
            <input
              type="range"
              min="0"
              max="1"
              step="0.05"
              value={preferences.volume()}
              onInput={(event) => preferences.setVolume(Number(event.currentTarget.value))}
            />
          </label>
          <button type="button" class="button" onClick={() => props.sound.test(1)}>
            {t('sound.test')}
          </button>
          <small>{t('sound.note')}</small>
        </div>
      </Show>
    </div>
  );
}
