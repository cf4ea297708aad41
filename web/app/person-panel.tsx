/** Card of the selected person, at the bottom centre: who, whose, where, how sure; follow, track, close. */
import { createEffect, createResource, For, onCleanup, Show } from 'solid-js';
import type { PersonCard } from '../../core/web-api.ts';
import { createProjection } from '../../geo/projection.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { personText } from '../alarm/alarm-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { openVideo } from '../video/open-video.ts';
import { placeOfSlot } from '../video/person-place.ts';
import { api, personKey } from './api.ts';
import type { ControlRoomState, Selection } from './control-room-state.ts';
import { Icon, LevelMark, TypeMark } from './marks.tsx';
import { agoText, exactText } from './time-text.ts';

/** Battery, floor and accuracy are not in frames; they are asked for again while the card is open. */
const REFRESH_MS = 5_000;

export function PersonPanel(props: { room: ControlRoomState }) {
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
  const address = (): { company: string; key: string } | null => {
    const known = person();
    const key = known === null ? null : personKey(known);
    return known === null || key === null ? null : { company: known.companyCode, key };
  };
  const [card, { refetch }] = createResource(
    () => {
      const a = address();
      return a === null ? null : `${a.company}/${a.key}`;
    },
    async (): Promise<PersonCard | null> => {
      const a = address();
      return a === null ? null : await api.person(a.company, a.key);
    },
  );
  const refresher = setInterval(() => void refetch(), REFRESH_MS);
  onCleanup(() => clearInterval(refresher));
  createEffect(() => {
    if (card.error !== undefined) console.warn('person card', card.error);
  });
  const details = (): PersonCard | null => (card.error === undefined ? (card.latest ?? null) : null);
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
  const projection = createProjection(room.settings.projection);
  const video = (): void => {
    const { slot, generation } = props.selection;
    const known = person();
    const name = known === null ? t('card.unidentified') : personText(t, known);
    openVideo({
      title: t('video.followOf', { name }),
      cameraCodes: [],
      follow: () => placeOfSlot(shown.picture, projection, slot, generation),
    });
  };
  const facts = () => {
    const latest = details()?.latest ?? null;
    const known = person();
    return [
      { key: 'card.company' as const, value: known?.companyName ?? null },
      { key: 'card.department' as const, value: known?.department ?? null },
      { key: 'card.post' as const, value: known?.post ?? null },
      { key: 'card.type' as const, value: t(`type.${known?.type ?? 'unidentified'}`) },
      { key: 'card.floor' as const, value: latest?.floor ?? null },
      {
        key: 'card.battery' as const,
        value: latest?.batteryPct == null ? null : `${latest.batteryPct} %`,
        isLow: (latest?.batteryPct ?? 100) <= 15,
      },
      {
        key: 'card.accuracy' as const,
        value: latest?.accuracyM == null ? null : t('card.metres', { m: latest.accuracyM.toFixed(1) }),
      },
      { key: 'card.mobile' as const, value: details()?.mobileMasked ?? null },
      { key: 'card.cardNo' as const, value: known?.cardNo ?? details()?.cardNo ?? null },
    ];
  };

  return (
    <section
      class="person-card"
      aria-label={
        person() === null ? t('card.unidentified') : personText(t, person() as NonNullable<Selection['person']>)
      }
    >
      <header>
        <Show when={level()} fallback={<TypeMark type={person()?.type ?? 'unidentified'} />}>
          {(standing) => <LevelMark level={standing()} />}
        </Show>
        <h2>
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
        <button
          type="button"
          class="button icon-only"
          aria-label={t('card.close')}
          title={`${t('card.close')} (Esc)`}
          onClick={() => room.select(null)}
        >
          <Icon name="close" />
        </button>
      </header>
      <Show when={person()} fallback={<p class="hint">{t('card.unidentifiedDetail')}</p>}>
        <dl>
          <For each={facts()}>
            {(fact) => (
              <div>
                <dt>{t(fact.key)}</dt>
                <dd classList={{ absent: fact.value === null || fact.value === '', low: fact.isLow === true }}>
                  {fact.value === null || fact.value === '' ? t('card.notSent') : fact.value}
                </dd>
              </div>
            )}
          </For>
        </dl>
      </Show>
      <Show when={card.error !== undefined}>
        <p class="hint">{t('card.failed')}</p>
      </Show>
      <footer>
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
          classList={{ on: room.track() !== null }}
          aria-pressed={room.track() !== null}
          disabled={address() === null}
          onClick={() => (room.track() === null ? void room.loadTrack() : room.clearTrack())}
        >
          {t(room.track() === null ? 'card.track' : 'card.hideTrack')}
        </button>
        <button type="button" class="button" disabled={!isPresent()} onClick={video}>
          <Icon name="camera" /> {t('video.near')}
        </button>
      </footer>
    </section>
  );
}
