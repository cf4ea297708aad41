/** One order: what it is about, what it waits for, what was done; the steps that this user may take. */
import { createSignal, For, Show } from 'solid-js';
import type { OrderStep } from '../../stream/protocol/acts.ts';
import type { Order } from '../../stream/protocol/orders.ts';
import { ruleText } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { WordsField } from '../app/dialog.tsx';
import { Icon, LevelMark } from '../app/marks.tsx';
import { exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { isOpen, needsWords, stepsOf, urgencyOf } from './order-order.ts';
import { deadlineText, stateText, stepText } from './order-text.ts';

export function OrderDetail(props: { order: Order; room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const alarm = () => room.live.alarms.find(({ alarmId }) => props.order.alarmIds.includes(alarmId));
  return (
    <article class="order">
      <button type="button" class="button small" onClick={() => room.openOrder(null)}>
        ‹ {t('order.all')}
      </button>
      <header>
        <LevelMark level={props.order.level} isDim={!isOpen(props.order)} />
        <h3>
          {ruleText(t, props.order.rule)} · {props.order.title.subject}
        </h3>
      </header>
      <dl>
        <Fact name={t('order.where')} value={props.order.title.place} />
        <Fact name={t('order.party')} value={props.order.party} />
        <Fact name={t('order.assignee')} value={props.order.assignee?.name ?? t('order.nobody')} />
        <Fact name={t('order.stateOf')} value={stateText(t, props.order.state)} />
        <Show when={isOpen(props.order)}>
          <div class={`due ${urgencyOf(props.order, room.live.nowMs())}`}>
            <dt>{t('order.deadline')}</dt>
            <dd title={exactText(props.order.deadlineAtMs)}>{deadlineText(t, props.order, room.live.nowMs())}</dd>
          </div>
        </Show>
      </dl>
      <Show when={alarm()}>
        {(standing) => (
          <button type="button" class="button" onClick={() => room.look(standing())}>
            <Icon name="bell" /> {t('order.toAlarm')}
          </button>
        )}
      </Show>
      <Show when={isOpen(props.order)}>
        <Steps order={props.order} room={room} />
      </Show>
      <h3>{t('order.history')}</h3>
      <ol class="history">
        <For each={[...props.order.history].reverse()}>
          {(event) => (
            <li>
              <b>{stepText(t, event.step)}</b> {event.by}
              <small>{exactText(event.atMs)}</small>
              <Show when={event.text !== ''}>
                <p>{event.text}</p>
              </Show>
            </li>
          )}
        </For>
      </ol>
    </article>
  );
}

function Fact(props: { name: string; value: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}

function Steps(props: { order: Order; room: ControlRoomState }) {
  const t = useTranslate();
  const { acts, session } = props.room;
  const [text, setText] = createSignal('');
  const isPending = () => acts.isPending(props.order.orderId);
  const take = async (step: OrderStep): Promise<void> => {
    const words = text().trim();
    // Assigned to oneself: whoever accepts it on duty sees to it, or hands it on outside.
    const assignee = step === 'assign' ? { assignee: { userId: session.userId, name: session.name } } : {};
    const isKept = await acts.order({ orderId: props.order.orderId, step, ...assignee }, words === '' ? null : words);
    if (isKept) setText('');
  };
  return (
    <div class="steps">
      <WordsField label={t('order.words')} value={text()} onInput={setText} />
      <div class="form-actions">
        <For each={stepsOf(session.role, props.order)}>
          {(step) => (
            <button
              type="button"
              class="button"
              classList={{ strong: step !== 'return' }}
              disabled={isPending() || (needsWords(step) && text().trim() === '')}
              onClick={() => void take(step)}
            >
              {stepText(t, step)}
            </button>
          )}
        </For>
        <Show when={session.role !== 'ops'}>
          <button
            type="button"
            class="button"
            disabled={isPending() || text().trim() === ''}
            onClick={() => void take('comment')}
          >
            {stepText(t, 'comment')}
          </button>
        </Show>
      </div>
    </div>
  );
}
