/** One alarm: two lines; the chosen one opens its acts and what is known of it, an emergency its contacts. */
import { createMemo, For, Show } from 'solid-js';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon, LevelMark } from '../app/marks.tsx';
import { exactText } from '../app/time-text.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { showsAdvice } from './advice.ts';
import { canOpen, type DialogAct, mayDo } from './alarm-acts.ts';
import { AlarmAdvice } from './alarm-advice.tsx';
import { AlarmDetail } from './alarm-detail.tsx';
import { endsByItself, standingOf } from './alarm-order.ts';
import type { AlarmRow } from './alarm-rows.ts';
import {
  countText,
  lastingText,
  ofWhomText,
  placeText,
  ruleText,
  sourceKind,
  standingText,
  whoText,
} from './alarm-text.ts';
import { EmergencyCard } from './emergency-card.tsx';

export function AlarmRowView(props: { row: AlarmRow & { kind: 'alarm' }; room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const alarm = (): AlarmView => props.row.alarm;
  const isChosen = () => room.chosenAlarmId() === alarm().alarmId;
  /** Nobody is called about what is over, and each look at a phone is on record. */
  const isWithContacts = createMemo(() => room.shown.isLive() && room.emergencyIds().includes(alarm().alarmId));
  const isCalm = () => endsByItself(alarm()) && !alarm().acknowledged;
  /** An alarm of a permit explains itself once it is open. */
  const isAdvised = () =>
    showsAdvice(alarm(), isChosen(), room.isFlooded()) && !(isChosen() && alarm().permit !== null);
  const className = (): string =>
    [
      'alarm-row',
      `level-${alarm().level}`,
      isCalm() ? 'calm' : standingOf(alarm()),
      isChosen() ? 'chosen' : '',
      props.row.depth > 0 ? 'inside' : '',
      endsByItself(alarm()) ? 'by-itself' : '',
      alarm().shelfId !== null || alarm().suppressedBy !== null ? 'quiet' : '',
    ].join(' ');
  return (
    <li id={`alarm-${alarm().alarmId}`} class={className()}>
      <button type="button" class="alarm-text" aria-current={isChosen()} onClick={() => room.look(alarm())}>
        <LevelMark level={alarm().level} isDim={alarm().acknowledged || isCalm()} isDashed={endsByItself(alarm())} />
        <Lines alarm={alarm()} room={room} />
      </button>
      <Show when={isAdvised()}>
        <AlarmAdvice alarm={alarm()} />
      </Show>
      <Show when={room.shown.isLive()}>
        <Acts alarm={alarm()} room={room} isChosen={isChosen()} />
      </Show>
      <Show when={isWithContacts()}>
        <EmergencyCard
          alarmId={alarm().alarmId}
          level={alarm().level}
          isBrief={room.emergencyIds()[0] !== alarm().alarmId}
        />
      </Show>
      <Show when={isChosen()}>
        <AlarmDetail alarm={alarm()} room={room} hasContacts={isWithContacts()} />
      </Show>
      <Show when={props.row.below > 0}>
        <button
          type="button"
          class="button small below"
          aria-expanded={props.row.isOpen}
          onClick={() => room.toggleRow(props.row.key)}
        >
          {t('alarm.below', { n: props.row.below })} <Icon name={props.row.isOpen ? 'up' : 'down'} />
        </button>
      </Show>
    </li>
  );
}

function Lines(props: { alarm: AlarmView; room: ControlRoomState }) {
  const t = useTranslate();
  const { shown } = props.room;
  const ofWhom = () => ofWhomText(t, props.alarm, shown.companyName);
  const place = () => placeText(t, props.alarm);
  const count = () => countText(t, props.alarm);
  const source = () => sourceKind(props.alarm);
  const standing = () => standingText(t, props.alarm);
  return (
    <span class="lines">
      <span
        class="what"
        title={props.alarm.person?.companyName ?? props.alarm.people.map(({ name }) => name).join(' ')}
      >
        <b>{ruleText(t, props.alarm.rule)}</b> · {whoText(t, props.alarm, shown.companyName)}
        <Show when={ofWhom() !== ''}> · {ofWhom()}</Show>
      </span>
      <span class="meta">
        <Show when={place() !== ''}>
          <span class="where">{place()}</span>
        </Show>
        <Show when={count() !== ''}>
          <span class="amount">{count()}</span>
        </Show>
        <span class="long" title={t('alarm.onset', { at: exactText(props.alarm.onsetAtMs) })}>
          {lastingText(t, props.alarm, shown.nowMs())}
        </span>
        <Show when={standing() !== ''}>
          <span
            class="standing"
            title={
              props.alarm.acknowledgedBy === null ? '' : t('alarm.acknowledgedBy', { name: props.alarm.acknowledgedBy })
            }
          >
            {standing()}
          </span>
        </Show>
        <Show when={source() !== 'park'}>
          <span class="tag" title={t(source() === 'both' ? 'alarm.source.bothTitle' : 'alarm.source.vendorTitle')}>
            {t(source() === 'both' ? 'alarm.source.both' : 'alarm.source.vendor')}
          </span>
        </Show>
        <Show when={endsByItself(props.alarm)}>
          <span class="tag" title={t('alarm.byItselfTitle')}>
            {t('alarm.byItself')}
          </span>
        </Show>
        <Show when={props.alarm.justified !== null}>
          <span class="tag">{t('alarm.justified')}</span>
        </Show>
        <Show when={props.alarm.falseMark !== null}>
          <span class="tag">{t('alarm.markedFalse')}</span>
        </Show>
        <Show when={props.alarm.recordedAtMs}>
          {(at) => (
            <span class="tag" title={t('alarm.recordedTitle', { at: exactText(at()) })}>
              {t('alarm.recorded')}
            </span>
          )}
        </Show>
      </span>
    </span>
  );
}

const DIALOGS: readonly { readonly act: DialogAct; readonly key: string; readonly text: TextKey }[] = [
  { act: 'shelve', key: 'S', text: 'alarm.act.shelve' },
  { act: 'comment', key: 'C', text: 'alarm.act.comment' },
  { act: 'mark-false', key: 'X', text: 'alarm.act.markFalse' },
  { act: 'justify', key: 'J', text: 'alarm.act.justify' },
];

function Acts(props: { alarm: AlarmView; room: ControlRoomState; isChosen: boolean }) {
  const t = useTranslate();
  const { room } = props;
  const isPending = () => room.acts.isPending(props.alarm.alarmId);
  const open = (act: DialogAct) => room.acts.openDialog(act, props.alarm.alarmId);
  const order = () => room.orderOf(props.alarm.alarmId);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame and a legend of its own
    <span class="alarm-acts" role="group" aria-label={t('console.keysOfRow')}>
      <Show when={mayDo(room.session.role, props.alarm, 'acknowledge')}>
        <button
          type="button"
          class="button strong"
          disabled={isPending()}
          onClick={() => void room.acts.acknowledge(props.alarm)}
        >
          {t('alarm.acknowledge')} <kbd>A</kbd>
        </button>
      </Show>
      <Show when={canOpen(room.session.role, props.alarm, 'reset')}>
        <button type="button" class="button strong" disabled={isPending()} onClick={() => open('reset')}>
          {t(props.alarm.rule === 'gathering' ? 'alarm.confirmParted' : 'alarm.reset')} <kbd>R</kbd>
        </button>
      </Show>
      <button type="button" class="button" onClick={() => room.look(props.alarm)}>
        <Icon name="look" /> {t('alarm.look')}
      </button>
      <Show when={props.isChosen}>
        <Show when={props.alarm.shelfId}>
          {(shelfId) => (
            <button type="button" class="button" onClick={() => void room.acts.unshelve(shelfId())}>
              {t('alarm.act.unshelve')}
            </button>
          )}
        </Show>
        <For each={DIALOGS}>
          {({ act, key, text }) => (
            <Show when={canOpen(room.session.role, props.alarm, act)}>
              <button type="button" class="button" disabled={isPending()} onClick={() => open(act)}>
                {t(text)} <kbd>{key}</kbd>
              </button>
            </Show>
          )}
        </For>
        <Show
          when={order()}
          fallback={
            <Show when={canOpen(room.session.role, props.alarm, 'order-create')}>
              <button type="button" class="button" disabled={isPending()} onClick={() => open('order-create')}>
                {t('byHand.act')} <kbd>O</kbd>
              </button>
            </Show>
          }
        >
          {(found) => (
            <button type="button" class="button" onClick={() => room.openOrder(found().orderId)}>
              {t('order.one')} <kbd>O</kbd>
            </button>
          )}
        </Show>
      </Show>
    </span>
  );
}
