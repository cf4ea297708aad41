/** The alarms of a wall: as many as can be read from the back of the room, in the order of the desk, the others as a count. */
import { createMemo, createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import { type AlarmView, isQuiet } from '../../stream/protocol/effects.ts';
import { endsByItself, isWaiting } from '../alarm/alarm-order.ts';
import { countText, lastingText, ofWhomText, placeText, ruleText, standingText, whoText } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { LevelMark } from '../app/marks.tsx';
import { isOf, standingByLevel } from '../boards/board-figures.ts';
import { useTranslate } from '../i18n/i18n.ts';

const LEVELS = [1, 2, 3, 4] as const;
/** Of a row with its gap, rem; as in wall.css. */
const ROW_REM = 6;

export function WallAlarms(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const [places, setPlaces] = createSignal(8);
  let list!: HTMLOListElement;
  const measure = (): void => {
    const rowPx = ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const columns = getComputedStyle(list).gridTemplateColumns.split(' ').length;
    setPlaces(Math.max(1, columns * Math.floor(list.clientHeight / rowPx)));
  };
  onMount(() => {
    const observer = new ResizeObserver(measure);
    observer.observe(list);
    onCleanup(() => observer.disconnect());
  });
  const alarms = createMemo(() =>
    room.shown.alarms.filter((alarm) => alarm.under === null && !isQuiet(alarm) && isOf(alarm, room.companyFilter())),
  );
  /** The one that a desk put here is always among them. */
  const seen = createMemo(() => {
    const chosen = alarms().find(({ alarmId }) => alarmId === room.chosenAlarmId());
    const first = alarms().slice(0, places());
    return chosen === undefined || first.includes(chosen) ? first : [chosen, ...first.slice(0, -1)];
  });
  const counts = createMemo(() => standingByLevel(room.shown.alarms, room.companyFilter()));
  const waiting = () => alarms().filter(isWaiting).length;
  return (
    <section class="wall-alarms">
      <ul class="level-split">
        <For each={LEVELS}>
          {(level) => (
            <li>
              <LevelMark level={level} isDim={counts()[level] === 0} /> <b>{counts()[level]}</b>
            </li>
          )}
        </For>
        <li>{waiting() === 0 ? t('wall.noneWaiting') : t('alarm.waiting', { n: waiting() })}</li>
      </ul>
      <ol ref={list}>
        <For each={seen()} fallback={<li class="empty">{t('wall.noAlarms')}</li>}>
          {(alarm) => <Row room={room} alarm={alarm} isChosen={room.chosenAlarmId() === alarm.alarmId} />}
        </For>
      </ol>
      <Show when={alarms().length > seen().length}>
        <p>{t('cards.more', { n: alarms().length - seen().length })}</p>
      </Show>
    </section>
  );
}

function Row(props: { room: ControlRoomState; alarm: AlarmView; isChosen: boolean }) {
  const t = useTranslate();
  const { shown } = props.room;
  const isDim = () => props.alarm.acknowledged || endsByItself(props.alarm);
  const more = () => [placeText(t, props.alarm), countText(t, props.alarm)].filter(Boolean).join(' · ');
  return (
    <li
      class={`wall-alarm level-${props.alarm.level}`}
      classList={{ waiting: isWaiting(props.alarm), chosen: props.isChosen }}
    >
      <LevelMark level={props.alarm.level} isDim={isDim()} isDashed={endsByItself(props.alarm)} />
      <div>
        <p class="what">
          <b>{ruleText(t, props.alarm.rule)}</b> <span class="data">{whoText(t, props.alarm, shown.companyName)}</span>
        </p>
        <p class="meta">
          <span class="data">{ofWhomText(t, props.alarm, shown.companyName)}</span> <span class="data">{more()}</span>
        </p>
      </div>
      <p class="long">
        <b>{lastingText(t, props.alarm, shown.nowMs())}</b>
        <span>{standingText(t, props.alarm)}</span>
      </p>
    </li>
  );
}
