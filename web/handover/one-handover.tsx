/** One hand-over as it was given; the next one takes it over here by name, and it is printed from here. */
import { createResource, createSignal, Show } from 'solid-js';
import type { Handover } from '../../core/handover-api.ts';
import { ApiError } from '../app/api.ts';
import { Icon } from '../app/marks.tsx';
import type { PageProps } from '../app/pages.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { PermitPrintHead } from '../permits/permit-print-head.tsx';
import { handoverClient } from './handover-client.ts';
import { givenText, takenText } from './handover-line.ts';
import { SummaryView } from './summary-view.tsx';

export function OneHandover(props: PageProps & { id: string }) {
  const t = useTranslate();
  const [handover, { mutate }] = createResource(() => handoverClient.one(props.id));
  const known = () => (handover.error === undefined ? handover() : undefined);
  return (
    <>
      <p class="handover-bar">
        <a class="button small" href="#handover/former">
          <Icon name="back" /> {t('handover.back')}
        </a>
        <button type="button" class="button small" onClick={() => window.print()}>
          <Icon name="print" /> {t('handover.print')}
        </button>
      </p>
      <Show when={handover.error}>
        {(reason) => (
          <p class="form-error" role="alert">
            {t('handover.failed', { reason: reason() instanceof ApiError ? reason().code : 'INTERNAL' })}
          </p>
        )}
      </Show>
      <Show when={known()}>
        {(found) => (
          <>
            <PermitPrintHead {...props} title={t('handover.title')} />
            <section class="handover-people">
              <p>
                <b>{givenText(t, found())}</b>
              </p>
              <p class="notes">{found().given.notes === '' ? t('handover.noNotes') : found().given.notes}</p>
              <p classList={{ open: found().taken === null }} role="status">
                <b>{takenText(t, found())}</b>
              </p>
              <Show when={found().taken?.notes}>{(notes) => <p class="notes">{notes()}</p>}</Show>
              <Show when={found().taken === null}>
                <TakeForm handover={found()} name={props.session.name} onTaken={mutate} />
              </Show>
            </section>
            <SummaryView summary={found().summary} />
          </>
        )}
      </Show>
    </>
  );
}

const PROBLEMS: Readonly<Record<string, TextKey>> = {
  INPUT_INVALID: 'handover.samePerson',
  CONFLICT: 'handover.takenAlready',
};

function TakeForm(props: { handover: Handover; name: string; onTaken: (handover: Handover) => void }) {
  const t = useTranslate();
  const [name, setName] = createSignal(props.name === props.handover.given.name ? '' : props.name);
  const [notes, setNotes] = createSignal('');
  const [problem, setProblem] = createSignal<string | null>(null);
  const take = async (): Promise<void> => {
    setProblem(null);
    try {
      props.onTaken(await handoverClient.take(props.handover.id, name().trim(), notes().trim()));
    } catch (reason) {
      const code = reason instanceof ApiError ? reason.code : 'INTERNAL';
      const key = PROBLEMS[code];
      setProblem(key === undefined ? t('handover.failed', { reason: code }) : t(key));
    }
  };
  return (
    <form
      class="handover-sign"
      onSubmit={(event) => {
        event.preventDefault();
        void take();
      }}
    >
      <label class="field">
        <span>{t('handover.takeName')}</span>
        <input
          type="text"
          name="taken"
          maxLength={64}
          value={name()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{t('handover.takeNotes')}</span>
        <textarea rows={2} maxLength={4_000} value={notes()} onInput={(event) => setNotes(event.currentTarget.value)} />
      </label>
      <Show when={problem()}>
        {(text) => (
          <p class="form-error" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={name().trim() === ''}>
          {t('handover.take')}
        </button>
      </div>
    </form>
  );
}
