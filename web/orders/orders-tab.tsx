/** Work orders at the left, as they stand at the moment that is shown: open ones by deadline, those that are over, or the one that was opened. */
import { createMemo, createSignal, For, Show } from 'solid-js';
import type { Order } from '../../stream/protocol/orders.ts';
import { problemText } from '../alarm/act-problem.ts';
import { ruleText } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { LevelMark } from '../app/marks.tsx';
import { exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { createClosedOrders } from './closed-orders.ts';
import { OrderDetail } from './order-detail.tsx';
import { compareOrders, urgencyOf } from './order-order.ts';
import { deadlineText, partyText, stateText } from './order-text.ts';

export function OrdersTab(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const orders = createMemo(() => [...room.shown.docs('order')].sort(compareOrders));
  const closed = createClosedOrders();
  const [isOver, setOver] = createSignal(false);
  const isLive = () => room.shown.isLive();
  /** Those that are over come from the register of today: of an earlier moment there are those that were open then. */
  const known = () => (isLive() ? [...orders(), ...closed.orders()] : orders());
  const opened = () => known().find(({ orderId }) => orderId === room.orderId());
  const choose = (next: boolean): void => {
    setOver(next);
    if (next) void closed.refresh();
  };
  return (
    <div class="panel-body orders">
      <Show when={isLive() && room.acts.problem()}>
        {(problem) => (
          <p class="alarm-problem" role="alert">
            {t('alarm.failed', { reason: problemText(t, problem()) })}
          </p>
        )}
      </Show>
      <Show
        when={opened()}
        fallback={
          <>
            <Show when={isLive()}>
              <fieldset class="segments" aria-label={t('order.one')}>
                <button type="button" class="button small" aria-pressed={!isOver()} onClick={() => choose(false)}>
                  {t('order.openOnes')}
                </button>
                <button type="button" class="button small" aria-pressed={isOver()} onClick={() => choose(true)}>
                  {t('order.closedOnes')}
                </button>
              </fieldset>
            </Show>
            <Show when={isLive() && isOver()} fallback={<OrderRows orders={orders()} room={room} />}>
              <ClosedRows closed={closed} room={room} />
            </Show>
          </>
        }
      >
        {(order) => <OrderDetail order={order()} room={room} />}
      </Show>
    </div>
  );
}

function OrderRows(props: { orders: readonly Order[]; room: ControlRoomState }) {
  return (
    <Show when={props.orders.length > 0} fallback={<NoOrders />}>
      <ol>
        <For each={props.orders}>{(order) => <OrderRow order={order} room={props.room} />}</For>
      </ol>
    </Show>
  );
}

function ClosedRows(props: { closed: ReturnType<typeof createClosedOrders>; room: ControlRoomState }) {
  const t = useTranslate();
  const { closed } = props;
  return (
    <>
      <ol>
        <For each={closed.orders()}>{(order) => <OrderRow order={order} room={props.room} />}</For>
      </ol>
      <Show when={closed.phase() === 'failed'}>
        <p class="alarm-problem" role="alert">
          {t('order.closedFailed')}
        </p>
      </Show>
      <Show when={closed.phase() === 'ready' && closed.orders().length === 0}>
        <p class="note">{t('order.noneClosed')}</p>
      </Show>
      <Show when={closed.phase() === 'failed' || closed.hasMore()}>
        <button
          type="button"
          class="button"
          disabled={closed.phase() === 'loading'}
          onClick={() => void (closed.orders().length === 0 ? closed.refresh() : closed.loadMore())}
        >
          {t(closed.phase() === 'failed' ? 'order.askAgain' : 'order.older')}
        </button>
      </Show>
    </>
  );
}

function OrderRow(props: { order: Order; room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const urgency = () => urgencyOf(props.order, room.shown.nowMs());
  return (
    <li>
      <button type="button" class={`order-row ${urgency()}`} onClick={() => room.openOrder(props.order.orderId)}>
        <LevelMark level={props.order.level} isDim={urgency() === 'closed'} />
        <span class="lines">
          <span class="what">
            <b>{ruleText(t, props.order.rule)}</b> · {props.order.title.subject}
          </span>
          <span class="meta">
            <span class="standing">{stateText(t, props.order.state)}</span>
            <Show
              when={props.order.closedAtMs}
              fallback={
                <span class="due" title={exactText(props.order.deadlineAtMs)}>
                  {deadlineText(t, props.order, room.shown.nowMs())}
                </span>
              }
            >
              {(at) => <span>{exactText(at())}</span>}
            </Show>
            <span class="where">
              {props.order.assignee?.name ?? partyText(t, props.order.party, room.shown.companyName)}
            </span>
          </span>
        </span>
      </button>
    </li>
  );
}

function NoOrders() {
  const t = useTranslate();
  return (
    <div class="empty">
      <strong>{t('order.none')}</strong>
      <span>{t('order.noneDetail')}</span>
    </div>
  );
}
