/** Work orders on a page of their own, for who handles them away from the control room; the live picture comes without the scene. */

import { createControlRoomState } from '../app/control-room-state.ts';
import type { PageProps } from '../app/pages.ts';
import { PageFrame } from '../pages/page-frame.tsx';
import { OrdersTab } from './orders-tab.tsx';

export function OrdersPage(props: PageProps) {
  const room = createControlRoomState(props.settings, props.session);
  return (
    <PageFrame title="nav.orders" tabs={[]} tab="" onTab={() => undefined}>
      <section class="orders-page">
        <OrdersTab room={room} />
      </section>
    </PageFrame>
  );
}
