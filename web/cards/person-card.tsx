/** Card of the selected person: who, whose, qualified for what, where, on which job, in which alarm, how sure; follow, track, close. */
import { createEffect, createMemo, createResource, For, onCleanup, Show } from 'solid-js';
import type { PersonCard as PersonRecord } from '../../core/web-api.ts';
import { type AlarmLevel, SCREEN_ROLE } from '../../stream/protocol/vocabulary.ts';
import { personText } from '../alarm/alarm-text.ts';
import { api, personKey } from '../app/api.ts';
import type { ControlRoomState, Selection } from '../app/control-room-state.ts';
import { Icon, LevelMark, TypeMark } from '../app/marks.tsx';
import { agoText, exactText } from '../app/time-text.ts';
import { personRef } from '../find/person-ref.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { openVideo } from '../video/open-video.ts';
import { placeOfSlot } from '../video/person-place.ts';
import { CardFrame } from './card-frame.tsx';
import { Mobile } from './mobile.tsx';
import { PersonAround } from './person-around.tsx';

/** Battery and accuracy are not in frames; they are asked for again while the card is open. */
const REFRESH_MS = 5_000;

export function PersonCard(props: { room: ControlRoomState }) {
  return (
    <Show when={props.room.selection()?.slot.toString()} keyed>
      <Show when={props.room.selection()}>{(selection) => <Card room={props.room} selection={selection()} />}</Show>
    </Show>
  );
}

function Card(props: { room: ControlRoomState; selection: Selection }) {
  const t = useTranslate();
  const { room } = props;
  const { shown } = room;
  const person = () => props.selection.person;
  const address = createMemo(
    (): { readonly company: string; readonly key: string } | null => {
      const known = person();
      const key = known === null ? null : personKey(known);
      // What a screen may know of a person is in the picture.
      return known === null || key === null || room.session.role === SCREEN_ROLE
        ? null
        : { company: known.companyCode, key };
    },
    null,
    { equals: (a, b) => a?.company === b?.company && a?.key === b?.key },
  );
  const [card, { refetch }] = createResource(address, ({ company, key }) => api.person(company, key));
  const refresher = setInterval(() => void refetch(), REFRESH_MS);
  onCleanup(() => clearInterval(refresher));
  createEffect(() => {
    if (card.error !== undefined) console.warn('person card', card.error);
  });
  const details = (): PersonRecord | null => (card.error === undefined ? (card.latest ?? null) : null);
  const level = (): AlarmLevel | null =>
    (room.alarmsBySlot().get(props.selection.slot)?.level as AlarmLevel | undefined) ?? null;
  const isPresent = (): boolean => {
    shown.nowMs();
    return shown.picture.isPresent(props.selection.slot);
  };
  const observedAtMs = (): number => {
    shown.nowMs();
    return shown.picture.observedAtMs[props.selection.slot] ?? 0;
  };
  const floor = (): string | null => {
    shown.nowMs();
    return shown.picture.floorAt(props.selection.slot);
  };
  const isTracked = (): boolean => {
    const known = person();
    return known !== null && room.tracks.has(known);
  };
  const toggleTrack = (): void => {
    const known = person();
    const key = known === null ? null : personRef(known);
    if (known === null || key === null) return;
    if (isTracked()) room.tracks.remove(key);
    else room.tracks.add(known);
  };
  const video = (): void => {
    const { slot, generation } = props.selection;
    const known = person();
    const name = known === null ? t('card.unidentified') : personText(t, known);
    openVideo({
      title: t('video.followOf', { name }),
      cameraCodes: [],
      follow: () => placeOfSlot(shown.picture, room.cards.projection, slot, generation),
    });
  };
  const facts = () => {
    // Of now: while the past is shown it would be of another time.
    const latest = shown.isLive() ? (details()?.latest ?? null) : null;
    const known = person();
    return [
      { key: 'card.department' as const, value: known?.department ?? null },
      { key: 'card.post' as const, value: known?.post ?? null },
      { key: 'card.type' as const, value: t(`type.${known?.type ?? 'unidentified'}`) },
      { key: 'card.floor' as const, value: floor() },
      {
        key: 'card.battery' as const,
        value: latest?.batteryPct == null ? null : `${latest.batteryPct} %`,
        isLow: (latest?.batteryPct ?? 100) <= 15,
      },
      {
        key: 'card.accuracy' as const,
        value: latest?.accuracyM == null ? null : t('card.metres', { m: latest.accuracyM.toFixed(1) }),
      },
      { key: 'card.cardNo' as const, value: known?.cardNo ?? details()?.cardNo ?? null },
    ];
  };

  return (
    <CardFrame
      class="person-card"
      label={person() === null ? t('card.unidentified') : personText(t, person() as NonNullable<Selection['person']>)}
      onClose={() => room.select(null)}
      head={
        <>
          <Show when={level()} fallback={<TypeMark type={person()?.type ?? 'unidentified'} />}>
            {(standing) => <LevelMark level={standing()} />}
          </Show>
          <h2 class="data">
            <Show when={person()} fallback={t('card.unidentified')}>
              {(known) => personText(t, known())}
            </Show>
          </h2>
          <code>{person()?.personId}</code>
          <span class="fix-age" classList={{ gone: !isPresent() }} title={exactText(observedAtMs())}>
            <Show when={isPresent()} fallback={t('card.gone')}>
              {t('card.fixAge')} {agoText(t, Math.max(0, shown.nowMs() - observedAtMs()))}
            </Show>
          </span>
        </>
      }
      foot={
        <>
          <button type="button" class="button" disabled={!isPresent()} onClick={() => room.lookAtSelected()}>
            <Icon name="look" /> {t('card.look')}
          </button>
          <button
            type="button"
            class="button"
            classList={{ on: room.isFollowing() }}
            aria-pressed={room.isFollowing()}
            disabled={!isPresent()}
            onClick={() => room.toggleFollow()}
          >
            {t(room.isFollowing() ? 'card.unfollow' : 'card.follow')} <kbd>F</kbd>
          </button>
          <button
            type="button"
            class="button"
            classList={{ on: isTracked() }}
            aria-pressed={isTracked()}
            disabled={address() === null || (room.tracks.isFull() && !isTracked())}
            title={room.tracks.isFull() ? t('tracks.full') : ''}
            onClick={toggleTrack}
          >
            {t(isTracked() ? 'tracks.remove' : 'tracks.add')}
          </button>
          <button type="button" class="button" disabled={!isPresent()} onClick={video}>
            <Icon name="camera" /> {t('video.near')}
          </button>
        </>
      }
    >
      <Show when={person()} fallback={<p class="hint">{t('card.unidentifiedDetail')}</p>}>
        {(known) => (
          <dl class="facts">
            <div>
              <dt>{t('card.company')}</dt>
              <dd>
                <button type="button" class="as-link data" onClick={() => room.cards.openCompany(known().companyCode)}>
                  {known().companyName === '' ? known().companyCode : known().companyName}
                </button>
              </dd>
            </div>
            <For each={facts()}>
              {(fact) => (
                <div>
                  <dt>{t(fact.key)}</dt>
                  <dd
                    class="data"
                    classList={{ absent: fact.value === null || fact.value === '', low: fact.isLow === true }}
                  >
                    {fact.value === null || fact.value === '' ? t('card.notSent') : fact.value}
                  </dd>
                </div>
              )}
            </For>
            <div>
              <dt>{t('card.mobile')}</dt>
              <dd>
                <Show when={details()?.mobileMasked} fallback={<span class="absent">{t('card.notSent')}</span>}>
                  {(masked) => <Mobile address={address()} masked={masked()} />}
                </Show>
              </dd>
            </div>
          </dl>
        )}
      </Show>
      <PersonAround room={room} selection={props.selection} details={details()} />
      <Show when={card.error !== undefined}>
        <p class="hint">{t('card.failed')}</p>
      </Show>
    </CardFrame>
  );
}
