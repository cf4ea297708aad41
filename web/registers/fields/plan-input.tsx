/** A ground plan: drawn, or typed corner by corner; both follow each other. */
import { createEffect, createSignal, lazy, on, Show, Suspense } from 'solid-js';
import { numberText } from '../../intake/names.ts';
import { idOf, useForm } from '../form-scope.ts';
import { areaM2, cornersText, type LngLat, parseCorners } from '../plan-text.ts';
import { useRegister } from '../register-context.ts';
import type { FieldInputProps } from './field-props.ts';

const PlanMap = lazy(async () => ({ default: (await import('../plan/plan-map.tsx')).PlanMap }));

export function PlanInput(props: FieldInputProps<readonly LngLat[]>) {
  const { t } = useRegister();
  const form = useForm();
  const id = idOf(props.path);
  const [text, setText] = createSignal(cornersText(props.draft));
  const [badLine, setBadLine] = createSignal<number | null>(null);
  // What is drawn is written; what is being typed is not written over.
  createEffect(
    on(
      () => props.draft,
      (corners) => {
        const typed = parseCorners(text());
        if (typed.ok && cornersText(typed.corners) === cornersText(corners)) return;
        setText(cornersText(corners));
        setBadLine(null);
      },
      { defer: true },
    ),
  );
  const typed = (next: string): void => {
    setText(next);
    const read = parseCorners(next);
    setBadLine(read.ok ? null : read.line);
    if (read.ok) props.onDraft(read.corners);
  };
  return (
    <div class="plan-field">
      <Suspense fallback={<p class="hint">{t('plan.loading')}</p>}>
        <PlanMap kind="plan" corners={props.draft} ownId={form.row()?.id ?? null} onCorners={props.onDraft} />
      </Suspense>
      <div class="plan-typed">
        <label for={id}>{t('plan.typed')}</label>
        <textarea
          id={id}
          rows={6}
          spellcheck={false}
          value={text()}
          aria-invalid={badLine() !== null || form.problemAt(props.path) !== ''}
          onInput={(event) => typed(event.currentTarget.value)}
        />
        <Show when={badLine()}>{(n) => <em>{t('plan.badLine', { n: n() })}</em>}</Show>
        <small>{t('plan.typedHint')}</small>
        <Show when={props.draft.length > 0}>
          <p class="hint">
            {t('plan.corners', { n: props.draft.length })} ·{' '}
            {t('plan.area', { n: numberText(Math.round(areaM2(props.draft))) })}
          </p>
        </Show>
      </div>
    </div>
  );
}
