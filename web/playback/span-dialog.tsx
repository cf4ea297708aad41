/** Which span is played back: a day, a time, how long. */
import { createSignal, For, Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Dialog } from '../app/dialog.tsx';
import { dateText, exactText, minuteText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { fromChinaInput } from '../registers/china-time.ts';

const LENGTHS_MIN = [10, 30, 60, 240, 480, 1_440] as const;
const MINUTE_MS = 60_000;

export function SpanDialog(props: { room: ControlRoomState }) {
  return (
    <Show when={props.room.playback.isPickerOpen()}>
      <Picking room={props.room} />
    </Show>
  );
}

function Picking(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { playback, live } = props.room;
  const nowMs = live.parkNowMs();
  const known = playback.span();
  const start = new Date(known?.fromMs ?? nowMs - 60 * MINUTE_MS);
  const [day, setDay] = createSignal(dateText(start));
  const [time, setTime] = createSignal(minuteText(start.getTime()));
  const [minutes, setMinutes] = createSignal<number>(60);
  const fromMs = () => fromChinaInput(`${day()}T${time()}`) ?? nowMs;
  const toMs = () => Math.min(nowMs, fromMs() + minutes() * MINUTE_MS);
  const isReady = () => fromMs() < nowMs - MINUTE_MS;
  return (
    <Dialog
      title={t('playback.pickTitle')}
      confirm={t('playback.begin')}
      isReady={isReady()}
      onCancel={() => playback.setPickerOpen(false)}
      onConfirm={() => {
        playback.setPickerOpen(false);
        playback.begin({ fromMs: fromMs(), toMs: toMs() }, fromMs());
      }}
    >
      <div class="span-fields">
        <label class="field">
          <span>{t('playback.day')}</span>
          <input
            type="date"
            value={day()}
            max={dateText(new Date(nowMs))}
            onInput={(event) => setDay(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{t('playback.time')}</span>
          <input type="time" value={time()} onInput={(event) => setTime(event.currentTarget.value)} />
        </label>
      </div>
      <fieldset class="choices spans">
        <legend>{t('playback.length')}</legend>
        <For each={LENGTHS_MIN}>
          {(length) => (
            <button
              type="button"
              class="button small"
              classList={{ on: minutes() === length }}
              aria-pressed={minutes() === length}
              onClick={() => setMinutes(length)}
            >
              {length < 60 ? t('shelf.minutes', { n: length }) : t('shelf.hours', { n: length / 60 })}
            </button>
          )}
        </For>
      </fieldset>
      <p class="hint">
        <Show when={isReady()} fallback={t('playback.inFuture')}>
          {exactText(fromMs())} – {exactText(toMs())}
        </Show>
      </p>
    </Dialog>
  );
}
