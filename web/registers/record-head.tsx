/** Head of a record: the way back to the list, what it is called, its state. */
import { Show } from 'solid-js';
import type { RegisterRow } from '../../core/register-api.ts';
import { Icon } from '../app/marks.tsx';
import { useRegister } from './register-context.ts';

export function BackLink() {
  const { description, goTo, t, words } = useRegister();
  return (
    <button
      type="button"
      class="button quiet back"
      title={t('register.backToList')}
      onClick={() => goTo({ is: 'list' })}
    >
      <Icon name="back" />
      {words(description.title)}
    </button>
  );
}

export function RecordHead(props: { row: RegisterRow }) {
  const register = useRegister();
  return (
    <header class="register-head">
      <BackLink />
      <h1>{register.labelOf(props.row)}</h1>
      <Show when={props.row.state !== null}>
        <span class="state-mark">{register.stateText(props.row.state)}</span>
      </Show>
    </header>
  );
}
