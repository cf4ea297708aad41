/** Files of an order: what is attached, and a way to add one. The file is kept first, then named in the order's history. */
import { createResource, createSignal, For, Show } from 'solid-js';
import type { OrderAttachment, OrderDetail } from '../../core/order-api.ts';
import { stepsFor } from '../../stream/protocol/order-rules.ts';
import type { Order } from '../../stream/protocol/orders.ts';
import { request } from '../app/api.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { useTranslate } from '../i18n/i18n.ts';

const pathOf = (orderId: string): string => `/api/orders/${encodeURIComponent(orderId)}`;

export function OrderFiles(props: { order: Order; room: ControlRoomState }) {
  const t = useTranslate();
  const { acts, session } = props.room;
  const [isBusy, setBusy] = createSignal(false);
  const [hasFailed, setFailed] = createSignal(false);
  const [detail] = createResource(
    () =>
      props.order.attachmentIds.length === 0 ? null : `${props.order.orderId} ${props.order.attachmentIds.length}`,
    () => request<OrderDetail<unknown, unknown>>('GET', pathOf(props.order.orderId)),
  );
  const files = (): readonly OrderAttachment[] =>
    (detail.error === undefined ? (detail.latest?.attachments ?? []) : []).filter(({ attachmentId }) =>
      props.order.attachmentIds.includes(attachmentId),
    );
  const upload = async (file: File): Promise<void> => {
    const { orderId } = props.order;
    setBusy(true);
    setFailed(false);
    try {
      const body = { name: file.name, base64: await base64Of(file) };
      const { attachmentId } = await request<OrderAttachment>('POST', `${pathOf(orderId)}/attachments`, body);
      setFailed(!(await acts.order({ orderId, step: 'attach', attachmentIds: [attachmentId] }, null)));
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="files">
      <For each={files()}>
        {(file) => (
          <a
            href={`${pathOf(props.order.orderId)}/attachments/${encodeURIComponent(file.attachmentId)}`}
            target="_blank"
            rel="noopener"
          >
            {file.name} <small>{t('order.kilobytes', { n: Math.ceil(file.sizeBytes / 1024) })}</small>
          </a>
        )}
      </For>
      <Show when={props.room.shown.isLive() && stepsFor(props.order, session).includes('attach')}>
        <label class="button small">
          {t(isBusy() ? 'order.attaching' : 'order.attach')}
          <input
            type="file"
            hidden
            disabled={isBusy()}
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? [];
              event.currentTarget.value = '';
              if (file !== undefined) void upload(file);
            }}
          />
        </label>
      </Show>
      <Show when={hasFailed()}>
        <p class="form-error" role="alert">
          {t('order.attachFailed')}
        </p>
      </Show>
    </div>
  );
}

/** Without the head of a data address. */
function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error ?? new Error('file not readable'));
    reader.readAsDataURL(file);
  });
}
