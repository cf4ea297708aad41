/** Those who are followed: each with its number on the scene, how it stands, where it is and how old its fix is. */
import { createMemo, For, Show } from 'solid-js';
import type { PersonView } from '../../stream/protocol/effects.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { personText } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon, LevelMark, TypeMark } from '../app/marks.tsx';
import { agoText, exactText } from '../app/time-text.ts';
import { isSlotInside } from '../cards/head-count.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { FOLLOWED_MAX, type Followed } from './follow-room.ts';
import { personRef } from './person-ref.ts';

export function FollowList(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { follow } = props.room.find;
  return (
    <Show when={follow.followed().length > 0}>
      <section class="follow-list" aria-label={t('follow.title')}>
        <header>
          <h2>
            {t('follow.title')} <small>{t('follow.count', { n: follow.followed().length, max: FOLLOWED_MAX })}</small>
          </h2>
          <button
            type="button"
            class="button small"
            classList={{ on: follow.isHeld() }}
            aria-pressed={follow.isHeld()}
            title={t('follow.holdDetail')}
            onClick={() => follow.setHeld(!follow.isHeld())}
          >
            {t(follow.isHeld() ? 'follow.letGo' : 'follow.hold')}
          </button>
          <button
            type="button"
            class="button small icon-only"
            aria-label={t('follow.clear')}
            title={t('follow.clear')}
            onClick={() => follow.clear()}
          >
            <Icon name="close" />
          </button>
        </header>
        <ol>
          <For each={follow.followed()}>{(one, i) => <Row room={props.room} one={one} number={i() + 1} />}</For>
        </ol>
      </section>
    </Show>
  );
}

function Row(props: { room: ControlRoomState; one: Followed; number: number }) {
  const t = useTranslate();
  const { room } = props;
  const { shown } = room;
  const level = (): AlarmLevel | null =>
    (room.alarmsBySlot().get(props.one.slot)?.level as AlarmLevel | undefined) ?? null;
  const isPresent = (): boolean => {
    shown.nowMs();
    return room.find.follow.isPresent(props.one);
  };
  const observedAtMs = (): number => {
    shown.nowMs();
    return shown.picture.observedAtMs[props.one.slot] ?? 0;
  };
  /** The innermost area: of those that hold the place the one of least size on the plane. */
  const place = createMemo((): string => {
    shown.counts();
    if (!isPresent()) return '';
    let best = '';
    let leastM2 = Number.POSITIVE_INFINITY;
    for (const area of shown.picture.areas.values()) {
      const plane = room.cards.planeOf(area);
      const sizeM2 = (plane.east - plane.west) * (plane.north - plane.south);
      if (sizeM2 >= leastM2 || !isSlotInside(shown.picture, plane, props.one.slot)) continue;
      best = area.name;
      leastM2 = sizeM2;
    }
    return best;
  });
  /** Somebody whose track is not shown yet. */
  const trackable = (): PersonView | null => {
    const { person } = props.one;
    return person === null || personRef(person) === null || room.tracks.has(person) ? null : person;
  };
  const name = (): string => (props.one.person === null ? t('card.unidentified') : personText(t, props.one.person));
  return (
    <li classList={{ away: !isPresent() }}>
      <button
        type="button"
        class="followed"
        onClick={() => {
          room.select(props.one.slot);
          room.lookAtSelected();
        }}
      >
        <b class="group-number">{props.number}</b>
        <Show when={level()} fallback={<TypeMark type={props.one.person?.type ?? 'unidentified'} />}>
          {(standing) => <LevelMark level={standing()} />}
        </Show>
        <span>
          <b title={name()}>{name()}</b>
          <small title={place()}>{place() === '' ? t('follow.nowhere') : place()}</small>
        </span>
        <time title={exactText(observedAtMs())}>
          <Show when={isPresent()} fallback={t('card.gone')}>
            {agoText(t, Math.max(0, shown.nowMs() - observedAtMs()))}
          </Show>
        </time>
      </button>
      <Show when={trackable()}>
        {(person) => (
          <button
            type="button"
            class="button small icon-only"
            disabled={room.tracks.isFull()}
            aria-label={t('tracks.add')}
            title={t(room.tracks.isFull() ? 'tracks.full' : 'tracks.add')}
            onClick={() => room.tracks.add(person())}
          >
            <Icon name="past" />
          </button>
        )}
      </Show>
      <button
        type="button"
        class="button small icon-only"
        aria-label={t('follow.remove')}
        title={t('follow.remove')}
        onClick={() => room.find.follow.toggle(props.one.slot)}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
