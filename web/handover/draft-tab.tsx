/** What would be handed over now, for the chosen span; with notes and a name it is. */
import { createResource, createSignal, For, Show } from 'solid-js';
import { ApiError } from '../app/api.ts';
import type { PageProps } from '../app/pages.ts';
import { go } from '../app/place.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { handoverClient } from './handover-client.ts';
import { SHIFT_HOURS, spansOf } from './handover-text.ts';
import { SummaryView } from './summary-view.tsx';

const NOTES_MAX = 4_000;

export function DraftTab(props: PageProps) {
  const t = useTranslate();
  const openedAtMs = Date.now();
  const [fromMs, setFromMs] = createSignal(openedAtMs - SHIFT_HOURS[0] * 3_600_000);
  const [draft] = createResource(fromMs, (from) => handoverClient.draft(from));
  const [name, setName] = createSignal(props.session.name);
  const [notes, setNotes] = createSignal('');
  const [isGiving, setGiving] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  const known = () => (draft.error === undefined ? draft.latest : undefined);
  const give = async (): Promise<void> => {
    setGiving(true);
    setProblem(null);
    try {
      const given = await handoverClient.give(fromMs(), name().trim(), notes().trim());
      go(`#handover/${given.id}`);
    } catch (reason) {
      setProblem(reason instanceof ApiError ? reason.code : 'INTERNAL');
    } finally {
      setGiving(false);
    }
  };
  return (
    <>
      <fieldset class="choices spans">
        <legend>{t('handover.span')}</legend>
        <For each={spansOf(t, known(), openedAtMs)}>
          {(span) => (
            <button
              type="button"
              class="button small"
              classList={{ on: fromMs() === span.fromMs }}
              aria-pressed={fromMs() === span.fromMs}
              onClick={() => setFromMs(span.fromMs)}
            >
              {span.text}
            </button>
          )}
        </For>
      </fieldset>
      <Show when={draft.error}>
        {(reason) => (
          <p class="form-error" role="alert">
            {t('handover.failed', { reason: reason() instanceof ApiError ? reason().code : 'INTERNAL' })}
          </p>
        )}
      </Show>
      <Show when={known()} fallback={<p class="hint">{t('handover.loading')}</p>}>
        {(found) => (
          <>
            <SummaryView summary={found().summary} />
            <form
              class="handover-sign"
              onSubmit={(event) => {
                event.preventDefault();
                void give();
              }}
            >
              <label class="field">
                <span>{t('handover.notes')}</span>
                <textarea
                  rows={5}
                  maxLength={NOTES_MAX}
                  placeholder={t('handover.notesHint')}
                  value={notes()}
                  onInput={(event) => setNotes(event.currentTarget.value)}
                />
              </label>
              <label class="field">
                <span>{t('handover.name')}</span>
                <input
                  type="text"
                  name="given"
                  maxLength={64}
                  value={name()}
                  onInput={(event) => setName(event.currentTarget.value)}
                />
              </label>
              <Show when={problem()}>
                {(code) => (
                  <p class="form-error" role="alert">
                    {t('handover.failed', { reason: code() })}
                  </p>
                )}
              </Show>
              <div class="form-actions">
                <button type="submit" class="button primary" disabled={isGiving() || name().trim() === ''}>
                  {t(isGiving() ? 'handover.giving' : 'handover.give')}
                </button>
              </div>
            </form>
          </>
        )}
      </Show>
    </>
  );
}
