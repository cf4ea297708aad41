/** Import of a file: it is tried as soon as it is chosen, and kept only when every row is fine and somebody says so. */
import { createSignal, For, Match, Show, Switch } from 'solid-js';
import type { ImportReport } from '../../core/register-api.ts';
import { Icon } from '../app/marks.tsx';
import { numberText } from '../intake/names.ts';
import { usePageKeys } from './page-keys.ts';
import { problemText } from './problem-text.ts';
import { registerClient } from './register-client.ts';
import { useRegister } from './register-context.ts';

type Step =
  | { readonly is: 'choose' }
  | { readonly is: 'busy'; readonly keeps: boolean }
  | { readonly is: 'tried'; readonly report: ImportReport }
  | { readonly is: 'kept'; readonly report: ImportReport }
  | { readonly is: 'failed'; readonly reason: string };

const PROBLEMS_TOLD = 1_000;

export function ImportPage() {
  const register = useRegister();
  const { description, t, words } = register;
  const [file, setFile] = createSignal<File | null>(null);
  const [step, setStep] = createSignal<Step>({ is: 'choose' });
  const [isOver, setOver] = createSignal(false);
  const report = (): ImportReport | null => {
    const now = step();
    return now.is === 'tried' || now.is === 'kept' ? now.report : null;
  };
  const send = async (chosen: File, keeps: boolean): Promise<void> => {
    setFile(chosen);
    setStep({ is: 'busy', keeps });
    try {
      const answer = await registerClient.importFile(description.name, chosen, !keeps);
      setStep({ is: answer.kept ? 'kept' : 'tried', report: answer });
    } catch (reason) {
      setStep({ is: 'failed', reason: problemText(t, reason) });
    }
  };
  usePageKeys(() => ({ Escape: () => register.goTo({ is: 'list' }) }));
  const toKeep = (): number => (report()?.counts.new ?? 0) + (report()?.counts.changed ?? 0);
  const isFine = (): boolean => report()?.counts.refused === 0;
  return (
    <div class="register import-page">
      <header class="register-head">
        <button type="button" class="button quiet back" onClick={() => register.goTo({ is: 'list' })}>
          <Icon name="back" />
          {words(description.title)}
        </button>
        <h1>{t('importing.title', { title: words(description.title) })}</h1>
        <div class="register-tools">
          <a class="button" href={registerClient.templatePath(description.name)} download="">
            {t('importing.template')}
          </a>
        </div>
      </header>
      <p class="hint">{t('importing.lead')}</p>
      <Show when={step().is !== 'kept'}>
        <label
          class="drop"
          classList={{ over: isOver() }}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            const [dropped] = event.dataTransfer?.files ?? [];
            if (dropped !== undefined) void send(dropped, false);
          }}
        >
          <span class="button primary">{t(file() === null ? 'importing.choose' : 'importing.chooseOther')}</span>
          <span class="hint">{file()?.name ?? t('importing.drop')}</span>
          <input
            type="file"
            class="hidden-file"
            accept=".xlsx,.csv"
            disabled={step().is === 'busy'}
            onChange={(event) => {
              const [chosen] = event.currentTarget.files ?? [];
              event.currentTarget.value = '';
              if (chosen !== undefined) void send(chosen, false);
            }}
          />
        </label>
      </Show>
      <Switch>
        <Match when={step().is === 'busy'}>
          <p class="hint" role="status">
            <progress />{' '}
            {(step() as { keeps: boolean }).keeps
              ? t('importing.keeping')
              : t('importing.checking', { name: file()?.name ?? '' })}
          </p>
        </Match>
        <Match when={step().is === 'failed'}>
          <p class="form-error" role="alert">
            {t('importing.failed', { reason: (step() as { reason: string }).reason })}
          </p>
        </Match>
        <Match when={report()}>
          {(found) => (
            <>
              <Counts counts={found().counts} />
              <Show when={found().unknownColumns.length > 0}>
                <p class="form-note">
                  {t('importing.unknownColumns', { names: found().unknownColumns.join(t('listComma')) })}
                </p>
              </Show>
              <Switch>
                <Match when={step().is === 'kept'}>
                  <p class="form-note" role="status">
                    {t('importing.kept', {
                      n: numberText(found().counts.new),
                      m: numberText(found().counts.changed),
                    })}
                  </p>
                  <div class="form-actions start">
                    <button type="button" class="button primary" onClick={() => register.goTo({ is: 'list' })}>
                      {t('importing.toList')}
                    </button>
                    <button
                      type="button"
                      class="button"
                      onClick={() => {
                        setFile(null);
                        setStep({ is: 'choose' });
                      }}
                    >
                      {t('importing.again')}
                    </button>
                  </div>
                </Match>
                <Match when={!isFine()}>
                  <p class="form-error" role="alert">
                    {t('importing.fix')}
                  </p>
                  <Problems problems={found().problems} />
                </Match>
                <Match when={toKeep() === 0}>
                  <p class="form-note">{t('importing.nothing')}</p>
                </Match>
                <Match when={isFine()}>
                  <p role="status">{t('importing.fine')}</p>
                  <div class="form-actions start">
                    <button type="button" class="button primary" onClick={() => void send(file() as File, true)}>
                      {t('importing.keep', { n: numberText(toKeep()) })}
                    </button>
                  </div>
                </Match>
              </Switch>
            </>
          )}
        </Match>
      </Switch>
    </div>
  );
}

const COUNTS = ['new', 'changed', 'same', 'refused'] as const;

function Counts(props: { counts: ImportReport['counts'] }) {
  const { t } = useRegister();
  return (
    <dl class="counts">
      <For each={COUNTS}>
        {(name) => (
          <div classList={{ wrong: name === 'refused' && props.counts.refused > 0 }}>
            <dt>{t(`importing.${name}`)}</dt>
            <dd>{numberText(props.counts[name])}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}

function Problems(props: { problems: ImportReport['problems'] }) {
  const { t, words } = useRegister();
  return (
    <div class="scrolls">
      <table class="list problems">
        <thead>
          <tr>
            <th class="number">{t('importing.row')}</th>
            <th>{t('importing.column')}</th>
            <th>{t('importing.value')}</th>
            <th>{t('importing.problem')}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.problems}>
            {(problem) => (
              <tr>
                <td class="number">{problem.row}</td>
                <td>{problem.column ?? t('importing.wholeRow')}</td>
                <td class="raw">{problem.value ?? ''}</td>
                <td>{words(problem.words)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <Show when={props.problems.length >= PROBLEMS_TOLD}>
        <p class="hint">{t('importing.first', { n: numberText(PROBLEMS_TOLD) })}</p>
      </Show>
    </div>
  );
}
