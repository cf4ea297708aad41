/** A sealed value: masked, and shown for a minute to who says why; the look is on record. */
import { createSignal, onCleanup, Show } from 'solid-js';
import type { FieldDescription, RegisterRow } from '../../core/register-api.ts';
import { Icon } from '../app/marks.tsx';
import { problemText } from './problem-text.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { registerClient } from './register-client.ts';
import { useRegister } from './register-context.ts';

const SHOWN_MS = 60_000;

export function Reveal(props: { field: FieldDescription; row: RegisterRow }) {
  const { description, t, words } = useRegister();
  const [clear, setClear] = createSignal<string | null>(null);
  const [isAsking, setAsking] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  let hiding: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(hiding));
  const hide = (): void => {
    clearTimeout(hiding);
    setClear(null);
  };
  const show = async (reason: string): Promise<void> => {
    try {
      const { value } = await registerClient.reveal(description.name, props.row.id, {
        field: props.field.name,
        reason,
      });
      setAsking(false);
      setClear(value);
      clearTimeout(hiding);
      hiding = setTimeout(hide, SHOWN_MS);
    } catch (reason) {
      setProblem(problemText(t, reason));
    }
  };
  return (
    <span class="sealed">
      <b>{clear() ?? String(props.row.values[props.field.name] ?? '')}</b>
      <Show when={description.may.reveal}>
        <button
          type="button"
          class="button small icon-only"
          title={t(clear() === null ? 'record.reveal' : 'record.hide')}
          aria-label={t(clear() === null ? 'record.reveal' : 'record.hide')}
          aria-pressed={clear() !== null}
          onClick={() => {
            if (clear() !== null) hide();
            else {
              setProblem(null);
              setAsking(true);
            }
          }}
        >
          <Icon name={clear() === null ? 'look' : 'close'} />
        </button>
      </Show>
      <Show when={isAsking()}>
        <ReasonDialog
          title={t('record.revealTitle', { field: words(props.field.title) })}
          detail={t('record.revealDetail')}
          confirm={t('record.reveal')}
          problem={problem()}
          onConfirm={(reason) => void show(reason)}
          onClose={() => setAsking(false)}
        />
      </Show>
    </span>
  );
}
