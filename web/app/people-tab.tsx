/** How many are in, by type and by company; a company chosen here makes everyone else fade on the scene. */
import { For, Show } from 'solid-js';
import { PERSON_TYPES } from '../../stream/protocol/vocabulary.ts';
import { useTranslate } from '../i18n/i18n.ts';
import type { ControlRoomState } from './control-room-state.ts';
import { TypeMark } from './marks.tsx';

export function PeopleTab(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const counts = () => room.shown.counts();
  const number = (n: number): string => n.toLocaleString('en-US');
  return (
    <div class="panel-body counts">
      <Show
        when={counts().total > 0}
        fallback={
          <div class="empty">
            <strong>{t('counts.none')}</strong>
            <span>{t('counts.noneDetail')}</span>
          </div>
        }
      >
        <p class="board-figure">
          <b>{number(counts().total)}</b>
          <span>{t('counts.total')}</span>
        </p>
        <Show when={counts().stale > 0}>
          <p class="hint">
            <b>{number(counts().stale)}</b> {t('counts.stale')}
          </p>
        </Show>
        <h3>{t('counts.byType')}</h3>
        <ul class="count-list">
          <For each={PERSON_TYPES}>
            {(type) => (
              <li>
                <TypeMark type={type} />
                <span>{t(`type.${type}`)}</span>
                <b>{number(counts().byType[type])}</b>
              </li>
            )}
          </For>
        </ul>
        <h3>
          {t('counts.byCompany')} <small>{counts().companies.length}</small>
        </h3>
        <p class="hint">
          <Show when={room.companyFilter() !== null} fallback={t('counts.filterHint')}>
            <button type="button" class="button small" onClick={() => room.setCompanyFilter(null)}>
              {t('counts.clear')}
            </button>
          </Show>
        </p>
        <ul class="count-list companies">
          <For each={counts().companies}>
            {(company) => (
              <li>
                <button
                  type="button"
                  classList={{ on: room.companyFilter() === company.code }}
                  aria-pressed={room.companyFilter() === company.code}
                  onClick={() => room.setCompanyFilter(room.companyFilter() === company.code ? null : company.code)}
                >
                  <span>{company.name === '' ? company.code : company.name}</span>
                  <b>{number(company.count)}</b>
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}
