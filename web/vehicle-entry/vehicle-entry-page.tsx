/** A driver enters a vehicle on the phone: by a link alone, without a session (core/vehicle-entry-api.ts). */
import '../style/vehicle-entry.css';
import { createResource, createSignal, For, Match, Show, Switch } from 'solid-js';
import type { FieldDescription } from '../../core/register-api.ts';
import type { VehicleEntryAnswer, VehicleEntryForm } from '../../core/vehicle-entry-api.ts';
import type { Words } from '../../core/words.ts';
import { ApiError, request } from '../app/api.ts';
import { preferences } from '../app/preferences.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { chinaText } from '../registers/china-time.ts';

const TYPES: Readonly<Record<string, string>> = { day: 'date', sealed: 'tel' };

function problemOf(reason: unknown): TextKey {
  if (!(reason instanceof ApiError)) return 'vehicleEntry.failed';
  if (reason.status === 404) return 'vehicleEntry.gone';
  return reason.status === 429 ? 'vehicleEntry.limited' : 'vehicleEntry.failed';
}

export function VehicleEntryPage(props: { token: string }) {
  const t = useTranslate();
  const words = ({ zh, en }: Words): string => (preferences.language() === 'en' ? en : zh);
  const path = (): string => `/api/vehicle-entries/${encodeURIComponent(props.token)}`;
  const [form] = createResource(path, (at) => request<VehicleEntryForm>('GET', at));
  const [values, setValues] = createSignal<Readonly<Record<string, string>>>({});
  const [refused, setRefused] = createSignal<Readonly<Record<string, Words>>>({});
  const [hasTried, setTried] = createSignal(false);
  const [isBusy, setBusy] = createSignal(false);
  const [isReceived, setReceived] = createSignal(false);
  const [problem, setProblem] = createSignal<TextKey | null>(null);
  const isMissing = ({ name, required }: FieldDescription): boolean => required && (values()[name] ?? '').trim() === '';
  const faultOf = (field: FieldDescription): string => {
    const said = refused()[field.name];
    if (said !== undefined) return words(said);
    return hasTried() && isMissing(field) ? t('vehicleEntry.missing') : '';
  };
  const set = (name: string, value: string): void => {
    setValues((known) => ({ ...known, [name]: value }));
    setRefused(({ [name]: _, ...others }) => others);
  };
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    setProblem(null);
    if (isBusy() || form()?.fields.some(isMissing) !== false) return;
    setBusy(true);
    try {
      await request<VehicleEntryAnswer>('POST', path(), { values: values() });
      setReceived(true);
    } catch (reason) {
      const problems = reason instanceof ApiError ? reason.problems : [];
      setRefused(Object.fromEntries(problems.map(({ field, words }) => [field, words])));
      setProblem(problems.length > 0 ? null : problemOf(reason));
    } finally {
      setBusy(false);
    }
  };
  const another = (): void => {
    setValues({});
    setTried(false);
    setReceived(false);
  };
  const next = () => (preferences.language() === 'en' ? 'zh-CN' : 'en');

  return (
    <main class="sign-in vehicle-entry">
      <div class="sign-in-card">
        <header>
          <h1>{t('vehicleEntry.title')}</h1>
          <button type="button" class="button quiet" lang={next()} onClick={() => preferences.setLanguage(next())}>
            {next() === 'en' ? 'English' : '中文'}
          </button>
        </header>
        <Switch>
          <Match when={form.error !== undefined && form.error !== null}>
            <p class="form-error" role="alert">
              {t(problemOf(form.error))}
            </p>
          </Match>
          <Match when={isReceived()}>
            <h2 role="status">{t('vehicleEntry.received')}</h2>
            <p>{t('vehicleEntry.receivedLead')}</p>
            <button type="button" class="button wide" onClick={another}>
              {t('vehicleEntry.another')}
            </button>
          </Match>
          <Match when={form()}>
            {(shown) => (
              <form novalidate onSubmit={(event) => void send(event)}>
                <p class="lead">{t('vehicleEntry.lead', { unit: shown().unitName, company: shown().companyName })}</p>
                <For each={shown().fields}>
                  {(field) => (
                    <div class="field">
                      <label for={`entry-${field.name}`} classList={{ required: field.required }}>
                        {words(field.title)}
                      </label>
                      <Show
                        when={field.options}
                        fallback={
                          <input
                            id={`entry-${field.name}`}
                            name={field.name}
                            type={TYPES[field.kind] ?? 'text'}
                            maxLength={field.maxLength ?? 64}
                            autocomplete="off"
                            value={values()[field.name] ?? ''}
                            aria-invalid={faultOf(field) !== ''}
                            onInput={(event) => set(field.name, event.currentTarget.value)}
                          />
                        }
                      >
                        {(options) => (
                          <select
                            id={`entry-${field.name}`}
                            name={field.name}
                            aria-invalid={faultOf(field) !== ''}
                            onChange={(event) => set(field.name, event.currentTarget.value)}
                          >
                            <option value="">{t('vehicleEntry.choose')}</option>
                            <For each={options()}>
                              {({ value, title }) => (
                                <option value={value} selected={values()[field.name] === value}>
                                  {words(title)}
                                </option>
                              )}
                            </For>
                          </select>
                        )}
                      </Show>
                      <Show when={faultOf(field)}>{(text) => <em role="alert">{text()}</em>}</Show>
                    </div>
                  )}
                </For>
                <Show when={problem()}>
                  {(key) => (
                    <p class="form-error" role="alert">
                      {t(key())}
                    </p>
                  )}
                </Show>
                <button type="submit" class="button primary wide" disabled={isBusy()}>
                  {t(isBusy() ? 'vehicleEntry.busy' : 'vehicleEntry.submit')}
                </button>
                <small>{t('vehicleEntry.privacy')}</small>
                <small>{t('vehicleEntry.until', { at: chinaText(shown().endsAtMs) })}</small>
              </form>
            )}
          </Match>
        </Switch>
      </div>
    </main>
  );
}
