/** Scale of the heat of presence, its span and company. */
import { createMemo, For, Match, Show, Switch } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { HEAT_STEPS, heatGrid, heatLimits } from '../scene/heat-grid.ts';
import { HEAT_HOURS } from './heat-room.ts';

export function HeatLegend(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { heat } = props.room.playback;
  const grid = createMemo(() => {
    const found = heat.heat();
    return found === null ? null : heatGrid(found);
  });
  return (
    <Show when={heat.isOpen()}>
      <section class="past-card heat" aria-label={t('heat.title')}>
        <header>
          <h2>{t('heat.title')}</h2>
          <button
            type="button"
            class="button icon-only small"
            title={t('heat.close')}
            aria-label={t('heat.close')}
            onClick={() => heat.setOpen(false)}
          >
            <Icon name="close" />
          </button>
        </header>
        <div class="heat-choices">
          <Show when={!heat.isOfPlayedSpan()} fallback={<span class="button small on">{t('heat.played')}</span>}>
            <For each={HEAT_HOURS}>
              {(hours) => (
                <button
                  type="button"
                  class="button small"
                  classList={{ on: heat.hours() === hours }}
                  aria-pressed={heat.hours() === hours}
                  onClick={() => heat.setHours(hours)}
                >
                  {t('heat.hours', { n: hours })}
                </button>
              )}
            </For>
          </Show>
          <select
            aria-label={t('heat.company')}
            value={heat.companyCode() ?? ''}
            onChange={(event) => heat.setCompanyCode(event.currentTarget.value || null)}
          >
            <option value="">{t('heat.everyCompany')}</option>
            <For each={props.room.shown.counts().companies}>
              {(company) => <option value={company.code}>{company.name}</option>}
            </For>
          </select>
        </div>
        <Switch>
          <Match when={heat.isLoading()}>
            <p class="hint">{t('heat.loading')}</p>
          </Match>
          <Match when={heat.problem()}>{(code) => <p class="problem">{t('heat.failed', { reason: code() })}</p>}</Match>
          <Match when={grid() === null}>
            <p class="hint">{t('heat.none')}</p>
          </Match>
          <Match when={grid()}>
            {(found) => (
              <>
                <ol class="heat-scale" aria-label={t('heat.unit')}>
                  <For each={heatLimits(found().mostMinutes)}>
                    {(from, step) => (
                      <li>
                        <i style={{ background: `rgb(${HEAT_STEPS[step()]?.rgb.join(' ')})` }} />
                        {step() === 0 ? '0' : minutesText(from)}
                      </li>
                    )}
                  </For>
                </ol>
                <p class="hint">
                  {t('heat.unit')} · {t('heat.people', { n: heat.heat()?.people ?? 0, m: found().cellM })}
                </p>
              </>
            )}
          </Match>
        </Switch>
      </section>
    </Show>
  );
}

const minutesText = (minutes: number): string =>
  minutes < 10 ? String(Math.round(minutes * 10) / 10) : String(Math.round(minutes));
