/** The audit for its administrator: how far it is sealed, rows by filter, one in full, and what fits as a file. */
import { createSignal, For, type JSX, onMount, Show } from 'solid-js';
import type { AuditList, AuditRow, AuditState } from '../../core/audit-api.ts';
import { request } from '../app/api.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { useWords } from '../i18n/words.ts';
import { PageFrame } from '../pages/page-frame.tsx';
import { createPolled, type Polled } from '../pages/polled.ts';
import { chinaText } from '../registers/china-time.ts';
import { Modal } from '../widgets/modal.tsx';
import { ACTION_WORDS } from './action-words.ts';
import { type AuditFilterTexts, auditQuery, NO_FILTER } from './audit-filter.ts';
import '../style/audit.css';

const STATE_EVERY_MS = 15_000;
const OUTCOMES: Readonly<Record<string, TextKey>> = {
  ok: 'audit.outcomes.ok',
  refused: 'audit.outcomes.refused',
  accepted: 'audit.outcomes.accepted',
  noted: 'audit.outcomes.noted',
};

export function AuditPage() {
  const t = useTranslate();
  const state = createPolled(
    () => null,
    () => request<AuditState>('GET', '/api/audit/state'),
    STATE_EVERY_MS,
  );
  const [filter, setFilter] = createSignal(NO_FILTER);
  const [rows, setRows] = createSignal<readonly AuditRow[]>([]);
  const [next, setNext] = createSignal<string | null>(null);
  const [phase, setPhase] = createSignal<'loading' | 'ready' | 'failed'>('loading');
  const [open, setOpen] = createSignal<AuditRow | null>(null);
  let asked = 0;

  const load = async (after: string | null): Promise<void> => {
    const mine = ++asked;
    setPhase('loading');
    const query = auditQuery(filter());
    if (after !== null) query.set('after', after);
    try {
      const list = await request<AuditList>('GET', `/api/audit?${query}`);
      // An answer to an earlier question that came late says nothing about this one.
      if (mine !== asked) return;
      setRows(after === null ? list.rows : [...rows(), ...list.rows]);
      setNext(list.next);
      setPhase('ready');
    } catch {
      if (mine === asked) setPhase('failed');
    }
  };
  onMount(() => void load(null));
  const exportPath = (format: string): string => {
    const query = auditQuery(filter());
    query.set('format', format);
    return `/api/audit/export?${query}`;
  };

  return (
    <PageFrame title="audit.title" tabs={[]} tab="" onTab={() => undefined}>
      <section class="audit">
        <SealState state={state} />
        <Filters
          filter={filter()}
          actions={state.answer()?.actions ?? []}
          onChange={(change) => setFilter({ ...filter(), ...change })}
          onFind={() => void load(null)}
          onClear={() => {
            setFilter(NO_FILTER);
            void load(null);
          }}
        />
        <p class="audit-export">
          <a class="button" href={exportPath('csv')} download="">
            {t('audit.csv')}
          </a>
          <a class="button" href={exportPath('jsonl')} download="">
            {t('audit.jsonl')}
          </a>
          <small>{t('audit.exportNote')}</small>
        </p>
        <Show when={phase() === 'failed'}>
          <p class="form-error" role="alert">
            {t('audit.failed')}
          </p>
        </Show>
        <Show
          when={rows().length > 0}
          fallback={<p class="empty">{t(phase() === 'ready' ? 'audit.none' : 'audit.loading')}</p>}
        >
          <Rows rows={rows()} onOpen={setOpen} />
        </Show>
        <Show when={next()}>
          {(after) => (
            <button type="button" class="button" disabled={phase() === 'loading'} onClick={() => void load(after())}>
              {t('audit.more')}
            </button>
          )}
        </Show>
      </section>
      <Show when={open()}>{(row) => <Detail row={row()} onClose={() => setOpen(null)} />}</Show>
    </PageFrame>
  );
}

function SealState(props: { state: Polled<AuditState> }) {
  const t = useTranslate();
  return (
    <Show when={props.state.answer()}>
      {(state) => (
        <ul class="audit-state">
          <li>
            {state().lastSealedAtMs === null
              ? t('audit.unsealedYet')
              : t('audit.sealed', { block: state().lastBlock, at: chinaText(state().lastSealedAtMs ?? 0) })}
          </li>
          <Show when={state().unsealed > 0}>
            <li>{t('audit.waiting', { n: state().unsealed })}</li>
          </Show>
          <Show when={state().gone > 0}>
            <li class="wrong">{t('audit.gone', { n: state().gone })}</li>
          </Show>
          <Show when={state().oldestAtMs}>{(at) => <li>{t('audit.oldest', { at: chinaText(at()) })}</li>}</Show>
          <Show when={state().lastVerification} fallback={<li>{t('audit.neverVerified')}</li>}>
            {(last) => (
              <li classList={{ wrong: !last().isWhole }}>
                {t(last().isWhole ? 'audit.verified' : 'audit.broken', {
                  at: chinaText(last().atMs),
                  n: last().isWhole ? last().rows : last().faults,
                })}
              </li>
            )}
          </Show>
        </ul>
      )}
    </Show>
  );
}

function Filters(props: {
  filter: AuditFilterTexts;
  actions: readonly string[];
  onChange: (change: Partial<AuditFilterTexts>) => void;
  onFind: () => void;
  onClear: () => void;
}) {
  const t = useTranslate();
  const words = useWords();
  const input = (name: keyof AuditFilterTexts, text: TextKey, type = 'text'): JSX.Element => (
    <label class="field">
      <span>{t(text)}</span>
      <input
        name={name}
        type={type}
        value={props.filter[name]}
        onInput={(event) => props.onChange({ [name]: event.currentTarget.value })}
      />
    </label>
  );
  const select = (name: 'action' | 'outcome', text: TextKey, options: readonly (readonly [string, string])[]) => (
    <label class="field">
      <span>{t(text)}</span>
      <select
        name={name}
        value={props.filter[name]}
        onChange={(event) => props.onChange({ [name]: event.currentTarget.value })}
      >
        <option value="">{t('audit.all')}</option>
        <For each={options}>{([value, shown]) => <option value={value}>{shown}</option>}</For>
      </select>
    </label>
  );
  return (
    <form
      class="audit-filters"
      onSubmit={(event) => {
        event.preventDefault();
        props.onFind();
      }}
    >
      {input('from', 'audit.from', 'datetime-local')}
      {input('to', 'audit.to', 'datetime-local')}
      {input('user', 'audit.user')}
      {select(
        'action',
        'audit.action',
        props.actions.map((action) => [action, actionText(words, action)] as const),
      )}
      {input('subject', 'audit.subject')}
      {select(
        'outcome',
        'audit.outcome',
        Object.entries(OUTCOMES).map(([outcome, text]) => [outcome, t(text)] as const),
      )}
      {input('search', 'audit.search')}
      <div class="form-actions">
        <button type="submit" class="button primary">
          {t('audit.find')}
        </button>
        <button type="button" class="button" onClick={() => props.onClear()}>
          {t('audit.clear')}
        </button>
      </div>
    </form>
  );
}

function Rows(props: { rows: readonly AuditRow[]; onOpen: (row: AuditRow) => void }) {
  const t = useTranslate();
  const words = useWords();
  return (
    <div class="table-scroll">
      <table>
        <thead>
          <tr>
            <th>{t('audit.at')}</th>
            <th>{t('audit.user')}</th>
            <th>{t('audit.action')}</th>
            <th>{t('audit.subject')}</th>
            <th>{t('audit.outcome')}</th>
            <th>{t('audit.address')}</th>
            <th>{t('audit.detail')}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.rows}>
            {(row) => (
              <tr classList={{ choice: true, wrong: row.outcome === 'refused' }} onClick={() => props.onOpen(row)}>
                <td class="whole">
                  <button type="button" class="as-link" onClick={() => props.onOpen(row)}>
                    {chinaText(row.atMs)}
                  </button>
                </td>
                <td>{row.userName}</td>
                <td class="whole" title={row.action}>
                  {actionText(words, row.action)}
                </td>
                <td class="clipped">{row.subject}</td>
                <td>{outcomeText(t, row.outcome)}</td>
                <td>{row.address}</td>
                <td class="clipped">{Object.keys(row.detail).length === 0 ? '' : JSON.stringify(row.detail)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function Detail(props: { row: AuditRow; onClose: () => void }) {
  const t = useTranslate();
  const words = useWords();
  const line = (text: TextKey, value: string | null): JSX.Element => (
    <>
      <dt>{t(text)}</dt>
      <dd>{value ?? ''}</dd>
    </>
  );
  return (
    <Modal title={t('audit.row', { id: props.row.id })} isWide onClose={props.onClose}>
      <dl class="audit-row">
        {line('audit.at', chinaText(props.row.atMs))}
        {line('audit.user', props.row.userName)}
        {line('audit.action', `${actionText(words, props.row.action)} (${props.row.action})`)}
        {line('audit.subject', props.row.subject)}
        {line('audit.outcome', outcomeText(t, props.row.outcome))}
        {line('audit.address', props.row.address)}
        <dt>{t('audit.detail')}</dt>
        <dd>
          <pre>{JSON.stringify(props.row.detail, null, 2)}</pre>
        </dd>
      </dl>
    </Modal>
  );
}

const actionText = (words: ReturnType<typeof useWords>, action: string): string => {
  const known = ACTION_WORDS[action];
  return known === undefined ? action : words(known);
};

const outcomeText = (t: ReturnType<typeof useTranslate>, outcome: string): string => {
  const known = OUTCOMES[outcome];
  return known === undefined ? outcome : t(known);
};
