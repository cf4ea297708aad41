/** The alarm list at the right: what, who, where, how long, in two lines; the whole of it works from the keyboard. */
import { createEffect, createMemo, createSignal, For, type JSX, Match, on, Show, Switch } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon, LevelMark } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { problemText } from './act-problem.ts';
import { AlarmDialogs } from './alarm-dialogs.tsx';
import { endsByItself, isWaiting } from './alarm-order.ts';
import { AlarmRowView } from './alarm-row.tsx';
import { type AlarmRow, PAGE_ROWS, pageStart } from './alarm-rows.ts';
import { ruleText } from './alarm-text.ts';
import { AlarmVoice } from './alarm-voice.tsx';
import { LoadStrip } from './load-strip.tsx';
import { MuteBar } from './mute-bar.tsx';
import type { AlarmSound } from './sound.ts';
import { SoundControl } from './sound-control.tsx';

export function AlarmList(props: { room: ControlRoomState; sound: AlarmSound; isSoundBlocked: boolean }) {
  const t = useTranslate();
  const { room } = props;
  const waiting = createMemo(() => room.shown.alarms.filter(isWaiting).length);
  const [page, setPage] = createSignal(0);
  /** First row that is drawn; the last page when the list got shorter. */
  const start = createMemo(() => Math.min(page(), pageStart(room.alarmRows().length - 1)));
  createEffect(
    on(room.chosenAlarmId, (key) => {
      const at = room.alarmRows().findIndex((row) => row.key === key);
      if (at >= 0) setPage(pageStart(at));
    }),
  );
  const keys = createMemo(() => {
    const from = start();
    return room
      .alarmRows()
      .slice(from, from + PAGE_ROWS)
      .map((row) => row.key);
  });
  const further = () => room.alarmRows().length - start() - PAGE_ROWS;
  const rowsByKey = createMemo(() => new Map(room.alarmRows().map((row) => [row.key, row])));

  return (
    <aside class="alarms" aria-label={t('alarm.title')}>
      <header>
        <h2>{t('alarm.title')}</h2>
        <Show when={waiting() > 0} fallback={<span class="count">{room.shown.alarms.length}</span>}>
          <span class="count waiting">{t('alarm.waiting', { n: waiting() })}</span>
        </Show>
        <a
          class="button icon-only"
          href="#handover"
          target="_blank"
          rel="noopener"
          title={t('console.handover')}
          aria-label={t('console.handover')}
        >
          <Icon name="orders" />
        </a>
        <SoundControl room={room} sound={props.sound} isBlocked={props.isSoundBlocked} />
      </header>
      <AlarmVoice room={room} />
      <MuteBar room={room} />
      <LoadStrip room={room} />
      <Show when={props.isSoundBlocked}>
        <p class="sound-blocked" role="status">
          {t('sound.blocked')}
        </p>
      </Show>
      <Show when={room.acts.problem()}>
        {(problem) => (
          <p class="alarm-problem" role="alert">
            {t('alarm.failed', { reason: problemText(t, problem()) })}
          </p>
        )}
      </Show>
      <Show when={room.shown.alarms.length > 0} fallback={<NoAlarms isKnown={room.shown.hasSnapshot()} />}>
        <ol>
          <Show when={start() > 0}>
            <More text={t('alarm.earlierRows', { n: start() })} onPress={() => setPage(start() - PAGE_ROWS)} />
          </Show>
          <For each={keys()}>
            {(key) => <Show when={rowsByKey().get(key)}>{(row) => <Row row={row()} room={room} />}</Show>}
          </For>
          <Show when={further() > 0}>
            <More text={t('alarm.furtherRows', { n: further() })} onPress={() => setPage(start() + PAGE_ROWS)} />
          </Show>
        </ol>
      </Show>
      <AlarmDialogs room={room} />
    </aside>
  );
}

/** To the page of rows before or after. */
function More(props: { text: string; onPress: () => void }) {
  return (
    <li class="more-rows">
      <button type="button" class="button" onClick={() => props.onPress()}>
        {props.text}
      </button>
    </li>
  );
}

function Row(props: { row: AlarmRow; room: ControlRoomState }) {
  return (
    <Switch>
      <Match when={props.row.kind === 'alarm' && props.row}>
        {(row) => <AlarmRowView row={row()} room={props.room} />}
      </Match>
      <Match when={props.row.kind === 'group' && props.row}>
        {(row) => <GroupRow row={row()} room={props.room} />}
      </Match>
      <Match when={props.row.kind === 'quiet' && props.row}>
        {(row) => <QuietRow row={row()} room={props.room} />}
      </Match>
    </Switch>
  );
}

function Fold(props: {
  row: AlarmRow & { isOpen: boolean };
  room: ControlRoomState;
  class: string;
  children: JSX.Element;
  acts?: JSX.Element;
}) {
  const isChosen = () => props.room.chosenAlarmId() === props.row.key;
  return (
    <li
      id={`alarm-${props.row.key}`}
      class={`alarm-row ${props.class}${isChosen() ? ' chosen' : ''}${props.row.depth > 0 ? ' inside' : ''}`}
    >
      <button
        type="button"
        class="alarm-text"
        aria-expanded={props.row.isOpen}
        aria-current={isChosen()}
        onClick={() => {
          props.room.chooseAlarm(props.row.key);
          props.room.toggleRow(props.row.key);
        }}
      >
        {props.children}
        <Icon name={props.row.isOpen ? 'up' : 'down'} />
      </button>
      {props.acts}
    </li>
  );
}

/** Alarms of one rule, place and time as one line. */
function GroupRow(props: { row: AlarmRow & { kind: 'group' }; room: ControlRoomState }) {
  const t = useTranslate();
  return (
    <Fold
      row={props.row}
      room={props.room}
      class={`level-${props.row.level} group ${props.row.waiting > 0 ? 'active-waiting' : 'active-acknowledged'}`}
      acts={
        <Show when={props.row.waiting > 0 && props.room.shown.isLive()}>
          <span class="alarm-acts">
            <button type="button" class="button" onClick={() => props.room.console.askGroup(props.row.key)}>
              {t('console.groupAct')} <kbd>A</kbd>
            </button>
          </span>
        </Show>
      }
    >
      <LevelMark
        level={props.row.level}
        isDim={props.row.waiting === 0}
        isDashed={props.row.waiting === 0 && endsByItself(props.row.first)}
      />
      <span class="lines">
        <span class="what">
          <b>{ruleText(t, props.row.rule)}</b> · {t('alarm.group', { n: props.row.count })}
        </span>
        <span class="meta">
          <span class="where">
            {props.row.first.areaName ?? props.room.shown.companyName(props.row.first.companyCodes[0] ?? '')}
          </span>
          <span class="standing">
            {props.row.waiting > 0
              ? t('alarm.waiting', { n: props.row.waiting })
              : t(endsByItself(props.row.first) ? 'alarm.byItself' : 'alarm.standing.activeAcknowledged')}
          </span>
        </span>
      </span>
    </Fold>
  );
}

function QuietRow(props: { row: AlarmRow & { kind: 'quiet' }; room: ControlRoomState }) {
  const t = useTranslate();
  const parts = (): string =>
    [
      props.row.shelved > 0 ? t('alarm.shelvedCount', { n: props.row.shelved }) : '',
      props.row.suppressed > 0 ? t('alarm.suppressedCount', { n: props.row.suppressed }) : '',
    ]
      .filter((part) => part !== '')
      .join(' · ');
  return (
    <Fold row={props.row} room={props.room} class="quiet-fold">
      <span class="lines">
        <span class="meta">{parts()}</span>
      </span>
    </Fold>
  );
}

function NoAlarms(props: { isKnown: boolean }) {
  const t = useTranslate();
  return (
    <div class="empty">
      <strong>{t(props.isKnown ? 'alarm.none' : 'alarm.unknownYet')}</strong>
      <span>{t(props.isKnown ? 'alarm.noneDetail' : 'alarm.unknownYetDetail')}</span>
    </div>
  );
}
