/** Over the map while the picture stands still: nobody may take an old one for the park as it is. The strip says why. */
import { Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';

export function NotLive(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { live, shown } = props.room;
  const isOld = (): boolean => ['stale', 'lost', 'ended'].includes(live.health());
  return (
    <Show when={shown.isLive() && isOld()}>
      <div class="not-live" data-health={live.health()} aria-hidden="true">
        <p>
          <strong>{t('alive.notLive')}</strong>
          <Show when={live.frameAgeMs() !== null}>
            <span>{t('alive.pictureOf', { at: exactText(live.picture.frameAtMs) })}</span>
          </Show>
        </p>
      </div>
    </Show>
  );
}
