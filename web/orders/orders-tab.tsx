/** Work orders at the left: open ones by deadline, or the one that was opened. */
import { createMemo, For, Show } from 'solid-js';
import type { Order } from '../../stream/protocol/orders.ts';
import { problemText } from '../alarm/act-problem.ts';
import { ruleText } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { LevelMark } from '../app/marks.tsx';
import { exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { OrderDetail } from './order-detail.tsx';
import { compareOrders, urgencyOf } from './order-order.ts';
import { deadlineText, partyText, stateText } from './order-text.ts';

export function OrdersTab(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const orders = createMemo(() => [...room.live.docs('order')].sort(compareOrders));
  const shown = () => orders().find(({ orderId }) => orderId === room.orderId());
  return (
    <div class="panel-body orders">
      <Show when={room.acts.problem()}>
        {(problem) => (
          <p class="alarm-problem" role="alert">
            {t('alarm.failed', { reason: problemText(t, problem()) })}
          </p>
        )}
      </Show>
      <Show
        when={shown()}
        fallback={
          <Show when={orders().length > 0} fallback={<NoOrders />}>
            <ol>
              <For each={orders()}>{(order) => <OrderRow order={order} room={room} />}</For>
            </ol>
          </Show>
        }
      >
        {(order) => <OrderDetail order={order()} room={room} />}
      </Show>
    </div>
  );
}

function OrderRow(props: { order: Order; room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const urgency = () => urgencyOf(props.order, room.live.nowMs());
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
            <span class="due" title={exactText(props.order.deadlineAtMs)}>
              {deadlineText(t, props.order, room.live.nowMs())}
            </span>
            <span class="where">
              {props.order.assignee?.name ?? partyText(t, props.order.party, room.live.companyName)}
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
