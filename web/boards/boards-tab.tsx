/** The boards at the left edge of the map: of the whole park, or of one company, which is then the one on the map too. */
import { For, Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { Boards } from './boards.tsx';

const LINES = 5;

export function BoardsTab(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const companies = () => {
    const present = room.shown.counts().companies;
    const chosen = room.companyFilter();
    // One that nobody is in of stays chosen.
    return chosen === null || present.some(({ code }) => code === chosen)
      ? present
      : [...present, { code: chosen, name: room.shown.companyName(chosen), count: 0 }];
  };
  return (
    <div class="panel-body boards-tab">
      <Show when={companies().length > 1}>
        <select
          class="board-company"
          aria-label={t('boards.company')}
          value={room.companyFilter() ?? ''}
          onChange={(event) => room.setCompanyFilter(event.currentTarget.value || null)}
        >
          <option value="">{t('boards.wholePark')}</option>
          <For each={companies()}>
            {({ code, name }) => (
              <option value={code} selected={room.companyFilter() === code}>
                {name === '' ? code : name}
              </option>
            )}
          </For>
        </select>
      </Show>
      <Boards room={room} isFixed={false} lines={LINES} />
    </div>
  );
}
