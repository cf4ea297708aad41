/** Somebody who is missing: who, since when, last place, phone; looked at, and confirmed by hand with who saw him. */
import { createSignal, Show } from 'solid-js';
import type { Projection } from '../../geo/projection.ts';
import { shortCompany } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon, TypeMark } from '../app/marks.tsx';
import { agoText, exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { lineKey, type MusterLine } from './missing-list.ts';
import { nameOfLine } from './missing-rings.ts';

export function MissingRow(props: {
  room: ControlRoomState;
  line: MusterLine;
  projection: Projection;
  phone: string | null;
}) {
  const t = useTranslate();
  const { room } = props;
  const { musters, shown } = room;
  const [words, setWords] = createSignal<string | null>(null);
  const person = () => {
    shown.registerVersion();
    const { slot } = props.line;
    return slot < 0 ? null : shown.picture.personAt(slot);
  };
  /** In the picture now. */
  const isPlaced = (): boolean => {
    shown.nowMs();
    return props.line.slot >= 0 && shown.picture.isPresent(props.line.slot);
  };
  const name = (): string => {
    shown.registerVersion();
    return nameOfLine(props.line, shown.picture);
  };
  /** Where and when he was last seen. */
  const seen = (): { lng: number; lat: number; atMs: number } | null => {
    const { slot, gone } = props.line;
    if (isPlaced()) {
      const { easting, northing, observedAtMs } = shown.picture;
      const place = props.projection.lngLatFromEastingNorthing(
        easting[slot] ?? Number.NaN,
        northing[slot] ?? Number.NaN,
      );
      return { ...place, atMs: observedAtMs[slot] ?? 0 };
    }
    return gone?.lng == null || gone.lat === null ? null : { lng: gone.lng, lat: gone.lat, atMs: gone.seenAtMs ?? 0 };
  };
  const areaName = (): string => {
    const place = seen();
    return (place === null ? undefined : musters.areaAt()(place.lng, place.lat)?.name) ?? t('muster.noArea');
  };
  const look = (): void => {
    room.setPhoneView('map');
    if (isPlaced()) {
      room.select(props.line.slot);
      room.lookAtSlot(props.line.slot);
      return;
    }
    const place = seen();
    if (place !== null) room.lookAtLngLat(place.lng, place.lat, LOOK_RANGE_M);
  };
  const confirm = (event: SubmitEvent): void => {
    event.preventDefault();
    void musters.confirm(props.line, words()?.trim() ?? '');
    setWords(null);
  };
  return (
    <li classList={{ silent: props.line.isSilent }} data-person={props.line.id}>
      <button type="button" class="who" onClick={look} title={t('muster.lookAt')}>
        <TypeMark type={person()?.type ?? props.line.gone?.type ?? 'unidentified'} />
        <b>{name()}</b>
        <small>{shortCompany(shown.companyName(props.line.companyCode))}</small>
        <Show when={props.line.hasEntered}>
          <small class="entered">{t('muster.cameLater')}</small>
        </Show>
      </button>
      <span class="where">
        <Show when={seen()} fallback={t('muster.neverSeen')}>
          {(place) => (
            <>
              <span title={exactText(place().atMs)}>
                {props.line.isSilent
                  ? t('muster.silentSince', { ago: agoText(t, shown.nowMs() - place().atMs) })
                  : t('muster.seen', { ago: agoText(t, shown.nowMs() - place().atMs) })}
              </span>{' '}
              · {areaName()}
            </>
          )}
        </Show>
      </span>
      <span class="acts">
        <Show when={props.phone}>{(phone) => <a href={`tel:${phone()}`}>{phone()}</a>}</Show>
        <Show when={shown.isLive() && words() === null}>
          <button
            type="button"
            class="button small"
            disabled={musters.isPending(lineKey(props.line))}
            onClick={() => setWords('')}
          >
            <Icon name="check" /> {t('muster.confirm')}
          </button>
        </Show>
      </span>
      <Show when={words() !== null}>
        <form class="confirm" onSubmit={confirm}>
          <input
            type="text"
            maxLength={200}
            placeholder={t('muster.confirmWords')}
            aria-label={t('muster.confirmWords')}
            value={words() ?? ''}
            ref={(field) => queueMicrotask(() => field.focus())}
            onInput={(event) => setWords(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.stopPropagation();
              setWords(null);
            }}
          />
          <button type="submit" class="button small primary">
            {t('muster.isSafe')}
          </button>
        </form>
      </Show>
    </li>
  );
}

/** From where somebody is seen with what is around. */
const LOOK_RANGE_M = 160;
