/** Left edge: a rail of tabs; the panel is closed until asked for. */
import { For, Match, Show, Switch } from 'solid-js';
import { BoardsTab } from '../boards/boards-tab.tsx';
import { FindTab } from '../find/find-tab.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { OrdersTab } from '../orders/orders-tab.tsx';
import { PermitsTab } from '../permits/permits-tab.tsx';
import { ViewsTab } from '../views/views-tab.tsx';
import type { ControlRoomState, PanelTab } from './control-room-state.ts';
import { LayersTab } from './layers-tab.tsx';
import { Icon } from './marks.tsx';
import { PeopleTab } from './people-tab.tsx';

export const PANEL_TABS: readonly PanelTab[] = ['boards', 'find', 'layers', 'people', 'permits', 'orders', 'views'];

export function LeftPanel(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  return (
    <div class="left">
      <nav class="rail" aria-label={t('panel.find')}>
        <For each={PANEL_TABS}>
          {(tab) => (
            <button
              type="button"
              classList={{ on: room.panelTab() === tab }}
              aria-expanded={room.panelTab() === tab}
              onClick={() => room.setPanelTab(room.panelTab() === tab ? null : tab)}
            >
              <Icon name={tab} />
              <span>{t(`panel.${tab}`)}</span>
            </button>
          )}
        </For>
        <button type="button" title={t('layers.home')} onClick={() => room.goHome()}>
          <Icon name="home" />
          <span>H</span>
        </button>
      </nav>
      <Show when={room.panelTab()}>
        {(tab) => (
          <section class="panel">
            <header>
              <h2>{t(`panel.${tab()}`)}</h2>
              <button
                type="button"
                class="button icon-only"
                aria-label={t('panel.close')}
                title={t('panel.close')}
                onClick={() => {
                  if (tab() === 'permits') room.permits.close();
                  room.setPanelTab(null);
                  if (room.phoneView() === 'find') room.setPhoneView('alarms');
                }}
              >
                <Icon name="close" />
              </button>
            </header>
            <Switch>
              <Match when={tab() === 'boards'}>
                <BoardsTab room={room} />
              </Match>
              <Match when={tab() === 'find'}>
                <FindTab room={room} />
              </Match>
              <Match when={tab() === 'layers'}>
                <LayersTab room={room} />
              </Match>
              <Match when={tab() === 'orders'}>
                <OrdersTab room={room} />
              </Match>
              <Match when={tab() === 'permits'}>
                <PermitsTab room={room} />
              </Match>
              <Match when={tab() === 'views'}>
                <ViewsTab room={room} />
              </Match>
              <Match when={tab() === 'people'}>
                <PeopleTab room={room} />
              </Match>
            </Switch>
          </section>
        )}
      </Show>
    </div>
  );
}
