/** An incident bundle: what is in it, why it is taken, and the file. */
import { createSignal, For, Show } from 'solid-js';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { areaKey } from '../../stream/protocol/effects.ts';
import { ruleText, whoText } from '../alarm/alarm-text.ts';
import { ApiError } from '../app/api.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Dialog, WordsField } from '../app/dialog.tsx';
import { preferences } from '../app/preferences.ts';
import { exactText } from '../app/time-text.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { BUNDLE_AFTER_MS, BUNDLE_BEFORE_MS, type BundleOf, type BundlePlace, bundleOfAlarm } from './bundle.ts';
import { playbackClient } from './playback-client.ts';
import type { PlayedSpan } from './playback-player.ts';
import { ReasonChoices } from './reason-dialog.tsx';

const RADIUS_AT_START_M = 50;
/** As the server takes it. */
const RADIUS_MAX_M = 1_000;

/** `alarm`: round it; else an area, or a circle round one of `places`, over `span`. */
export function BundleDialog(props: {
  room: ControlRoomState;
  alarm: AlarmView | null;
  span: PlayedSpan | null;
  places: readonly BundlePlace[];
  onClose: () => void;
}) {
  const t = useTranslate();
  const { shown } = props.room;
  const [usual, setUsual] = createSignal<TextKey | null>(null);
  const [words, setWords] = createSignal('');
  const [area, setArea] = createSignal('');
  const [ground, setGround] = createSignal<'area' | 'circle'>('area');
  const [placeNo, setPlaceNo] = createSignal(0);
  const [radiusM, setRadiusM] = createSignal(RADIUS_AT_START_M);
  const [isBusy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  const areas = [...shown.picture.areas.values()].sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'));
  const reason = (): string => {
    const key = usual();
    return [key === null ? '' : t(key), words().trim()].filter((part) => part !== '').join(': ');
  };
  const of = (): BundleOf | null => {
    if (props.alarm !== null) return bundleOfAlarm(props.alarm);
    if (ground() === 'circle') {
      const place = props.places[placeNo()];
      if (place === undefined || props.span === null || !(radiusM() >= 1 && radiusM() <= RADIUS_MAX_M)) return null;
      const { lng, lat } = place;
      return { fromMs: props.span.fromMs, toMs: props.span.toMs, lng, lat, radiusM: radiusM() };
    }
    const chosen = areas.find((one) => areaKey(one.companyCode, one.areaId) === area());
    if (chosen === undefined || props.span === null) return null;
    const { fromMs, toMs } = props.span;
    return { fromMs, toMs, areaCompanyCode: chosen.companyCode, areaId: chosen.areaId };
  };
  const about = (): string => {
    const { alarm, span } = props;
    if (alarm !== null)
      return `${ruleText(t, alarm.rule)} · ${whoText(t, alarm, shown.companyName)} · ${exactText(alarm.onsetAtMs)}`;
    return span === null ? '' : `${exactText(span.fromMs)} – ${exactText(span.toMs)}`;
  };
  const take = async (): Promise<void> => {
    const wanted = of();
    if (wanted === null || isBusy()) return;
    setBusy(true);
    setProblem(null);
    try {
      const { blob, name } = await playbackClient.bundle(
        wanted,
        reason(),
        preferences.language() === 'en' ? 'en' : 'zh',
      );
      save(blob, name);
      props.onClose();
    } catch (failure) {
      setProblem(failure instanceof ApiError ? failure.code : String(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t('bundle.title')}
      confirm={t(isBusy() ? 'bundle.busy' : 'bundle.download')}
      isReady={reason() !== '' && of() !== null && !isBusy()}
      onCancel={() => props.onClose()}
      onConfirm={() => void take()}
    >
      <p>
        <b>{about()}</b>
      </p>
      <Show when={props.alarm !== null}>
        <p class="hint">{t('bundle.round', { before: BUNDLE_BEFORE_MS / 60_000, after: BUNDLE_AFTER_MS / 60_000 })}</p>
      </Show>
      <p class="hint">{t('bundle.contents')}</p>
      <Show when={props.alarm === null}>
        <fieldset class="segments" aria-label={t('bundle.ground')}>
          <For each={['area', 'circle'] as const}>
            {(one) => (
              <button
                type="button"
                class="button small"
                aria-pressed={ground() === one}
                classList={{ on: ground() === one }}
                onClick={() => setGround(one)}
              >
                {t(`bundle.${one}`)}
              </button>
            )}
          </For>
        </fieldset>
      </Show>
      <Show when={props.alarm === null && ground() === 'circle'}>
        <Show when={props.places.length > 0} fallback={<p class="hint">{t('bundle.noPlace')}</p>}>
          <label class="field">
            <span>{t('bundle.middle')}</span>
            <select value={String(placeNo())} onChange={(event) => setPlaceNo(Number(event.currentTarget.value))}>
              <For each={props.places}>{(place, n) => <option value={String(n())}>{place.name}</option>}</For>
            </select>
          </label>
        </Show>
        <label class="field">
          <span>{t('bundle.radius')}</span>
          <input
            type="number"
            min={1}
            max={RADIUS_MAX_M}
            step="any"
            value={radiusM()}
            onInput={(event) => setRadiusM(event.currentTarget.valueAsNumber)}
          />
        </label>
      </Show>
      <Show when={props.alarm === null && ground() === 'area'}>
        <label class="field">
          <span>{t('bundle.area')}</span>
          <select value={area()} onChange={(event) => setArea(event.currentTarget.value)}>
            <option value="">{t('bundle.pickArea')}</option>
            <For each={areas}>
              {(one) => (
                <option value={areaKey(one.companyCode, one.areaId)}>
                  {one.name} · {shown.companyName(one.companyCode)}
                </option>
              )}
            </For>
          </select>
        </label>
      </Show>
      <ReasonChoices value={usual()} onPick={setUsual} />
      <WordsField label={t('reason.words')} value={words()} onInput={setWords} />
      <Show when={problem()}>
        {(code) => (
          <p class="problem" role="alert">
            {t('bundle.failed', { reason: code() })}
          </p>
        )}
      </Show>
    </Dialog>
  );
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
