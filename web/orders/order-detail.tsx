/** One order at the moment that is shown: what it is about, what it waits for, what was done; live, the steps that this user may take. */
import { createResource, createSignal, For, Show } from 'solid-js';
import type { OrderAssignee } from '../../core/order-api.ts';
import type { OrderStep } from '../../stream/protocol/acts.ts';
import { needsWords, stepsFor } from '../../stream/protocol/order-rules.ts';
import { isOpenOrder, type Order } from '../../stream/protocol/orders.ts';
import { ruleText } from '../alarm/alarm-text.ts';
import { request } from '../app/api.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { WordsField } from '../app/dialog.tsx';
import { Icon, LevelMark } from '../app/marks.tsx';
import { exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { OrderFiles } from './order-files.tsx';
import { urgencyOf } from './order-order.ts';
import { deadlineText, partyText, stateText, stepText } from './order-text.ts';

export function OrderDetail(props: { order: Order; room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const alarm = () => room.shown.alarms.find(({ alarmId }) => props.order.alarmIds.includes(alarmId));
  return (
    <article class="order">
      <button type="button" class="button small" onClick={() => room.openOrder(null)}>
        ‹ {t('order.all')}
      </button>
      <header>
        <LevelMark level={props.order.level} isDim={!isOpenOrder(props.order)} />
        <h3>
          {ruleText(t, props.order.rule)} · {props.order.title.subject}
        </h3>
      </header>
      <dl>
        <Fact name={t('order.where')} value={props.order.title.place} />
        <Fact name={t('order.party')} value={partyText(t, props.order.party, room.shown.companyName)} />
        <Fact name={t('order.assignee')} value={props.order.assignee?.name ?? t('order.nobody')} />
        <Fact name={t('order.loopOf')} value={t(`order.loop.${props.order.loop}`)} />
        <Fact name={t('order.stateOf')} value={stateText(t, props.order.state)} />
        <Show when={isOpenOrder(props.order)}>
          <div class={`due ${urgencyOf(props.order, room.shown.nowMs())}`}>
            <dt>{t('order.deadline')}</dt>
            <dd title={exactText(props.order.deadlineAtMs)}>{deadlineText(t, props.order, room.shown.nowMs())}</dd>
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
      <Show when={room.shown.isLive() && isOpenOrder(props.order)}>
        <Steps order={props.order} room={room} />
      </Show>
      <OrderFiles order={props.order} room={room} />
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
  const [assignee, setAssignee] = createSignal(session.name);
  const said = () => text().trim();
  const steps = () => stepsFor(props.order, session).filter((step) => step !== 'attach');
  /** Somebody else may be named too: not everybody who reports has an account. */
  const [users] = createResource(
    () => steps().includes('assign') && props.order.orderId,
    (orderId) =>
      request<{ readonly users: readonly OrderAssignee[] }>(
        'GET',
        `/api/orders/${encodeURIComponent(orderId)}/assignees`,
      )
        .then((answer) => answer.users)
        .catch(() => []),
  );
  const isPending = () => acts.isPending(props.order.orderId);
  const isReady = (step: OrderStep): boolean =>
    !isPending() && !(needsWords(step) && said() === '') && !(step === 'assign' && assignee().trim() === '');
  const take = async (step: OrderStep): Promise<void> => {
    const name = assignee().trim();
    const known = users()?.find((one) => one.name === name);
    const who = known ?? { userId: name === session.name ? session.userId : name, name };
    const input = { orderId: props.order.orderId, step, ...(step === 'assign' ? { assignee: who } : {}) };
    if (await acts.order(input, said() === '' ? null : said())) setText('');
  };
  return (
    <Show when={steps().length > 0}>
      <div class="steps">
        <Show when={steps().includes('assign')}>
          <label class="field">
            <span>{t('order.assignee')}</span>
            <input
              type="text"
              maxLength={64}
              value={assignee()}
              list="order-assignees"
              onInput={(event) => setAssignee(event.currentTarget.value)}
            />
            <datalist id="order-assignees">
              <For each={users()}>{({ name }) => <option value={name} />}</For>
            </datalist>
          </label>
        </Show>
        <WordsField label={t('order.words')} value={text()} onInput={setText} />
        <div class="form-actions">
          <For each={steps()}>
            {(step) => (
              <button
                type="button"
                class="button"
                classList={{ strong: STRONG.includes(step) }}
                disabled={!isReady(step)}
                onClick={() => void take(step)}
              >
                {stepText(t, step)}
              </button>
            )}
          </For>
        </div>
      </div>
    </Show>
  );
}

/** Those that carry the order on. */
const STRONG: readonly OrderStep[] = ['accept', 'assign', 'report', 'approve'];
