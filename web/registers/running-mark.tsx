/** Whether the engine runs what stands in a row; nothing where the engine hears nothing of it. */
import { Match, Switch } from 'solid-js';
import type { RegisterRow } from '../../core/register-api.ts';
import { useRegister } from './register-context.ts';

export function RunningMark(props: { row: RegisterRow | null }) {
  const { description, t } = useRegister();
  const running = () => props.row?.running ?? null;
  return (
    <Switch>
      <Match when={props.row === null || !description.tellsEngine}>{null}</Match>
      <Match when={running() === null}>
        <span class="running">{t('record.notRunning')}</span>
      </Match>
      <Match when={running()?.problem}>
        {(problem) => <span class="running wrong-words">{t('record.runningProblem', { problem: problem() })}</span>}
      </Match>
      <Match when={running()?.version === props.row?.version}>
        <span class="running">{t('record.running')}</span>
      </Match>
      <Match when={running()}>
        {(known) => <span class="running">{t('record.runningOld', { version: known().version })}</span>}
      </Match>
    </Switch>
  );
}
