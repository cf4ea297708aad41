/** Asks why somebody looks at where people were; a press takes one of the usual reasons, words may say more. */
import { createSignal, For, Show } from 'solid-js';
import { Dialog, WordsField } from '../app/dialog.tsx';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import type { Reasons } from './reason.ts';

const USUAL: readonly TextKey[] = [
  'reason.check',
  'reason.inquiry',
  'reason.handOver',
  'reason.company',
  'reason.drill',
];

export function ReasonDialog(props: { reasons: Reasons }) {
  return <Show when={props.reasons.asked()}>{(asked) => <Asking reasons={props.reasons} what={asked().what} />}</Show>;
}

function Asking(props: { reasons: Reasons; what: string }) {
  const t = useTranslate();
  const [usual, setUsual] = createSignal<TextKey | null>(null);
  const [words, setWords] = createSignal('');
  const reason = (): string => {
    const key = usual();
    return [key === null ? '' : t(key), words().trim()].filter((part) => part !== '').join(': ');
  };
  return (
    <Dialog
      title={t('reason.title')}
      confirm={t('reason.confirm')}
      isReady={reason() !== ''}
      onCancel={() => props.reasons.cancel()}
      onConfirm={() => props.reasons.answer(reason())}
    >
      <p class="hint">{t('reason.lead')}</p>
      <ReasonChoices value={usual()} onPick={setUsual} />
      <WordsField label={t('reason.words')} value={words()} onInput={setWords} />
    </Dialog>
  );
}

export function ReasonChoices(props: { value: TextKey | null; onPick: (key: TextKey | null) => void }) {
  const t = useTranslate();
  return (
    <fieldset class="choices spans">
      <legend>{t('reason.usual')}</legend>
      <For each={USUAL}>
        {(key) => (
          <button
            type="button"
            class="button small"
            classList={{ on: props.value === key }}
            aria-pressed={props.value === key}
            onClick={() => props.onPick(props.value === key ? null : key)}
          >
            {t(key)}
          </button>
        )}
      </For>
    </fieldset>
  );
}
