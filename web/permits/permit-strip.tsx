/**
 * Today's work in one line at the edge of the map: how it stands, what of it is in alarm, what goes on by kind. From the live documents
 * alone; each number leads to its list.
 */
import { For, Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { EVERY_JOB, type JobFilter } from './job-items.ts';
import { PermitIcon } from './permit-icon.tsx';
import { CODE_OF_KIND, DAY_STATES } from './permit-states.ts';
import { kindText } from './permit-text.ts';

export function PermitStrip(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { permits } = props.room;
  const show = (change: Partial<JobFilter>): void => {
    permits.close();
    permits.setFilter({ ...EVERY_JOB, companyCode: props.room.companyFilter(), ...change });
    props.room.setPanelTab('permits');
  };
  return (
    <Show when={permits.counts().total > 0}>
      <section class="permit-strip" aria-label={t('permit.board')}>
        <Show when={permits.counts().alarmed > 0}>
          <button type="button" class="alarmed" onClick={() => show({ isAlarmed: true })}>
            <span>{t('permit.boardAlarmed')}</span> <b>{permits.counts().alarmed}</b>
          </button>
        </Show>
        <For each={DAY_STATES}>
          {(state) => (
            <button type="button" onClick={() => show({ state })}>
              <span>{t(`permit.day.${state}`)}</span> <b>{permits.counts().byState[state]}</b>
              <Show when={state === 'working' && permits.counts().paused > 0}>
                <small>
                  {t('permit.status.paused')} {permits.counts().paused}
                </small>
              </Show>
            </button>
          )}
        </For>
        <span class="by-kind">
          <For each={permits.counts().byKind.filter(({ working }) => working > 0)}>
            {({ kind, working }) => (
              <button
                type="button"
                title={`${kindText(t, kind)} · ${t('permit.day.working')}`}
                onClick={() => show({ kind, state: 'working' })}
              >
                <PermitIcon workCode={CODE_OF_KIND[kind]} status="working" isPlain />
                <b>{working}</b>
              </button>
            )}
          </For>
        </span>
      </section>
    </Show>
  );
}
