/**
 * Where else a person is registered, by the ID number. Asked for by a press, since each look is on record: an answer stays until
 * one leaves the record.
 */
import { createSignal, For, Match, Show, Switch } from 'solid-js';
import type { RegisterRow } from '../../core/register-api.ts';
import type { SamePerson } from '../../core/web-api.ts';
import { fieldOf } from './columns.ts';
import { mayMatchPeople } from './people-match.ts';
import { problemText } from './problem-text.ts';
import { registerClient } from './register-client.ts';
import { useRegister } from './register-context.ts';

export function SamePersonPanel(props: { row: RegisterRow }) {
  const { description, session, t, words } = useRegister();
  const [answer, setAnswer] = createSignal<{ readonly rowId: string; readonly same: SamePerson } | null>(null);
  // The page may stay and show another person's record.
  const found = (): SamePerson | null => {
    const known = answer();
    return known?.rowId === props.row.id ? known.same : null;
  };
  const [problem, setProblem] = createSignal<string | null>(null);
  const [isBusy, setBusy] = createSignal(false);
  const typeText = (type: string): string => {
    const option = fieldOf(description, 'type')?.options?.find(({ value }) => value === type);
    return option === undefined ? type : words(option.title);
  };
  const look = async (): Promise<void> => {
    if (isBusy()) return;
    setBusy(true);
    setProblem(null);
    try {
      const { id, companyCode, values } = props.row;
      const same = await registerClient.samePerson(companyCode ?? '', String(values[description.key]));
      setAnswer({ rowId: id, same });
    } catch (reason) {
      setProblem(problemText(t, reason));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Show when={mayMatchPeople(description.name, session.role)}>
      <section class="record-section same-person">
        <h2>{t('record.sameTitle')}</h2>
        <div aria-live="polite">
          <Switch
            fallback={
              <p class="hint">
                {t('record.sameHint')}{' '}
                <button type="button" class="button small" disabled={isBusy()} onClick={() => void look()}>
                  {t('record.sameLook')}
                </button>
              </p>
            }
          >
            <Match when={found()?.count === 0}>
              <p>{t('record.sameNone')}</p>
            </Match>
            <Match when={found()}>
              {(same) => (
                <>
                  <p>{t('record.sameCount', { n: String(same().count) })}</p>
                  <ul>
                    <For each={same().people}>
                      {(person) => (
                        <li>
                          {[
                            person.companyName || person.companyCode,
                            person.name,
                            person.personId,
                            typeText(person.type),
                            person.post,
                          ]
                            .filter((text) => text !== '')
                            .join(' · ')}
                        </li>
                      )}
                    </For>
                  </ul>
                </>
              )}
            </Match>
          </Switch>
        </div>
        <Show when={problem()}>
          {(text) => (
            <p class="form-error" role="alert">
              {text()}
            </p>
          )}
        </Show>
      </section>
    </Show>
  );
}
