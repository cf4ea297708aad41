/** The newest records and requests that the front door refused a company, with what it needs to put them right. */
import { createEffect, createSignal, For, on, Show } from 'solid-js';
import type { Refusal } from '../../core/web-api.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { intakeApi } from './intake-api.ts';
import { instantText, interfaceText } from './names.ts';

/** The key of those whom nobody knows; the server takes it in the place of a company. */
const UNKNOWN = '-';

export function RefusalsTab(props: {
  companies: ReadonlyMap<string, string>;
  nameOf: (companyCode: string) => string;
  isWholePark: boolean;
}) {
  const t = useTranslate();
  const [picked, setPicked] = createSignal<string | null>(null);
  const company = (): string | null => picked() ?? [...props.companies.keys()][0] ?? null;
  const [refusals, setRefusals] = createSignal<readonly Refusal[] | null>(null);
  const [nextBefore, setNextBefore] = createSignal<string | null>(null);
  const [hasFailed, setFailed] = createSignal(false);

  const load = async (before: string | null): Promise<void> => {
    const code = company();
    if (code === null) return;
    try {
      const answer = await intakeApi.refusals(code, before);
      if (code !== company()) return;
      setRefusals((shown) => (before === null ? answer.refusals : [...(shown ?? []), ...answer.refusals]));
      setNextBefore(answer.nextBefore);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  createEffect(on(company, () => void load(null)));

  return (
    <section class="refusals">
      <div class="table-head">
        <label class="picker">
          <span>{t('intake.company')}</span>
          <select value={company() ?? ''} onChange={(event) => setPicked(event.currentTarget.value)}>
            <For each={[...props.companies]}>{([code, name]) => <option value={code}>{name}</option>}</For>
            <Show when={props.isWholePark}>
              <option value={UNKNOWN}>{t('intake.unknownApp')}</option>
            </Show>
          </select>
        </label>
        <button type="button" class="button small" onClick={() => void load(null)}>
          {t('intake.refresh')}
        </button>
      </div>
      <Show when={hasFailed()}>
        <p class="form-error" role="alert">
          {t(refusals() === null ? 'intake.noAnswer' : 'intake.oldAnswer')}
        </p>
      </Show>
      <Show when={refusals()?.length === 0}>
        <p class="empty">{t('refusal.none')}</p>
      </Show>
      <Show when={(refusals()?.length ?? 0) > 0}>
        <table>
          <thead>
            <tr>
              <th>{t('refusal.at')}</th>
              <th>{t('intake.interface')}</th>
              <th>{t('refusal.code')}</th>
              <th>{t('refusal.record')}</th>
              <th>{t('refusal.field')}</th>
              <th>{t('refusal.raw')}</th>
              <th>{t('refusal.reason')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={refusals()}>
              {(refusal) => (
                <>
                  <tr>
                    <td>{instantText(refusal.atMs)}</td>
                    <td>{interfaceText(t, refusal.interface)}</td>
                    <td>
                      <code>{refusal.code}</code>
                    </td>
                    <td>
                      {refusal.index === null ? t('refusal.whole') : `#${refusal.index}`} {refusal.recordId ?? ''}
                    </td>
                    <td>
                      <code>{refusal.field ?? ''}</code>
                    </td>
                    <td class="raw">{refusal.raw ?? ''}</td>
                    <td>{refusal.reason}</td>
                  </tr>
                  <Show when={refusal.expected !== null}>
                    <tr class="expected">
                      <td colspan="7">
                        <span>{t('refusal.expected', { appId: refusal.appId })}</span>
                        <pre>{refusal.expected}</pre>
                      </td>
                    </tr>
                  </Show>
                </>
              )}
            </For>
          </tbody>
        </table>
        <Show when={nextBefore()}>
          {(before) => (
            <button type="button" class="button" onClick={() => void load(before())}>
              {t('intake.more')}
            </button>
          )}
        </Show>
      </Show>
    </section>
  );
}
