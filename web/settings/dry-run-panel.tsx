/** What a changed setting would have raised in the last hours: runs when asked, told as it comes, ends when asked. */
import { createSignal, For, onCleanup, Show } from 'solid-js';
import type { DryRunRequest } from '../../core/settings-api.ts';
import type { AlarmLevel, RuleId } from '../../stream/protocol/vocabulary.ts';
import { ruleText } from '../alarm/alarm-text.ts';
import { ApiError } from '../app/api.ts';
import { LevelMark } from '../app/marks.tsx';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { instantText, numberText } from '../intake/names.ts';
import {
  afterLine,
  alarmsOf,
  DRY_RUN_GROUPS,
  DRY_RUN_STARTED,
  type DryRunGroup,
  type DryRunState,
} from './dry-run-state.ts';
import { settingsApi } from './settings-api.ts';

const SPANS_H = [1, 4, 24] as const;
const HOUR_MS = 3_600_000;
const ROWS_SHOWN = 200;
const GROUP_TEXT: Readonly<Record<DryRunGroup, TextKey>> = {
  added: 'dryRun.added',
  dropped: 'dryRun.dropped',
  same: 'dryRun.same',
};
const PHASE_TEXT: Readonly<Record<DryRunState['phase'], TextKey>> = {
  running: 'dryRun.running',
  ended: 'dryRun.ended',
  cancelled: 'dryRun.cancelled',
  failed: 'dryRun.failed',
};

export function DryRunPanel(props: { topic: string; settingKey: string; value: () => unknown; isReady: boolean }) {
  const t = useTranslate();
  const [spanH, setSpanH] = createSignal<number>(1);
  const [run, setRun] = createSignal<DryRunState | null>(null);
  let abort: AbortController | null = null;
  onCleanup(() => abort?.abort());

  const request = (): DryRunRequest => {
    const toMs = Date.now();
    return { topic: props.topic, key: props.settingKey, value: props.value(), fromMs: toMs - spanH() * HOUR_MS, toMs };
  };
  const start = async (): Promise<void> => {
    const mine = new AbortController();
    abort = mine;
    setRun(DRY_RUN_STARTED);
    try {
      await settingsApi.dryRun(
        request(),
        (line) => setRun((state) => afterLine(state ?? DRY_RUN_STARTED, line)),
        mine.signal,
      );
    } catch (reason) {
      const problem = reason instanceof ApiError ? reason.detail || reason.code : String(reason);
      setRun((state) => ({ ...(state ?? DRY_RUN_STARTED), phase: 'failed', problem }));
    }
  };
  const cancel = (): void => {
    abort?.abort();
    setRun((state) => (state === null ? null : { ...state, phase: 'cancelled' }));
  };

  return (
    <section class="dry-run">
      <h2>{t('dryRun.title')}</h2>
      <p class="hint">{t('dryRun.lead')}</p>
      <div class="segments">
        <For each={SPANS_H}>
          {(hours) => (
            <button
              type="button"
              class="button small"
              classList={{ on: spanH() === hours }}
              aria-pressed={spanH() === hours}
              onClick={() => setSpanH(hours)}
            >
              {t('dryRun.span', { n: hours })}
            </button>
          )}
        </For>
        <Show
          when={run()?.phase === 'running'}
          fallback={
            <button type="button" class="button primary small" disabled={!props.isReady} onClick={() => void start()}>
              {t('dryRun.start')}
            </button>
          }
        >
          <button type="button" class="button small" onClick={cancel}>
            {t('dryRun.cancel')}
          </button>
        </Show>
      </div>
      <Show when={run()}>{(state) => <Results state={state()} />}</Show>
    </section>
  );
}

function Results(props: { state: DryRunState }) {
  const t = useTranslate();
  return (
    <>
      <p role="status" class="run-state">
        <progress value={props.state.done} max="1" />
        {t(PHASE_TEXT[props.state.phase])}
        <Show when={props.state.problem !== ''}> {props.state.problem}</Show>
        <Show when={props.state.summary}>
          {(summary) => (
            <small>
              {' '}
              {t('dryRun.looked', { people: numberText(summary().people), fixes: numberText(summary().fixes) })}
              <Show when={summary().share < 1}> {t('dryRun.share', { n: Math.round(summary().share * 100) })}</Show>
            </small>
          )}
        </Show>
      </p>
      <For each={DRY_RUN_GROUPS}>
        {(group) => (
          <details open={group !== 'same'}>
            <summary>
              {t(GROUP_TEXT[group])} <b>{props.state.summary?.[group] ?? alarmsOf(props.state, group).length}</b>
            </summary>
            <table>
              <tbody>
                <For each={alarmsOf(props.state, group).slice(0, ROWS_SHOWN)}>
                  {(alarm) => (
                    <tr>
                      <td>{instantText(alarm.onsetAtMs)}</td>
                      <td>
                        <LevelMark level={alarm.level as AlarmLevel} isDim /> {ruleText(t, alarm.rule as RuleId)}
                      </td>
                      <td>{alarm.personName ?? alarm.subject}</td>
                      <td>{alarm.areaName ?? ''}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </details>
        )}
      </For>
    </>
  );
}
