/** Hand-over of a shift: what is handed over now, former ones, and one of them with who gave and who took. */
import { createResource, createSignal, For, Match, Show, Switch } from 'solid-js';
import type { HandoverHead } from '../../core/handover-api.ts';
import { ApiError } from '../app/api.ts';
import type { PageProps } from '../app/pages.ts';
import { go, place } from '../app/place.ts';
import { exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { PageFrame } from '../pages/page-frame.tsx';
import { DraftTab } from './draft-tab.tsx';
import { handoverClient } from './handover-client.ts';
import { givenText, takenText } from './handover-line.ts';
import { OneHandover } from './one-handover.tsx';

type Tab = 'draft' | 'former';

export function HandoverPage(props: PageProps) {
  const part = () => place().parts[0] ?? 'draft';
  const id = () => (/^\d+$/.test(part()) ? part() : null);
  const tab = (): Tab => (part() === 'draft' ? 'draft' : 'former');
  return (
    <PageFrame
      title="handover.title"
      tabs={[
        { name: 'draft', text: 'handover.draft' },
        { name: 'former', text: 'handover.former' },
      ]}
      tab={tab()}
      onTab={(name) => go(`#handover/${name}`)}
    >
      <div class="handover">
        <Switch fallback={<FormerTab />}>
          <Match when={id()} keyed>
            {(known) => <OneHandover id={known} {...props} />}
          </Match>
          <Match when={tab() === 'draft'}>
            <DraftTab {...props} />
          </Match>
        </Switch>
      </div>
    </PageFrame>
  );
}

function FormerTab() {
  const t = useTranslate();
  const [heads, setHeads] = createSignal<readonly HandoverHead[]>([]);
  const [before, setBefore] = createSignal<number | null>(null);
  const [page] = createResource(
    () => ({ before: before() }),
    async (asked) => {
      const answer = await handoverClient.list(asked.before);
      setHeads((known) => (asked.before === null ? answer.handovers : [...known, ...answer.handovers]));
      return answer;
    },
  );
  return (
    <Show
      when={page.error === undefined}
      fallback={<p class="form-error">{t('handover.failed', { reason: codeOf(page.error) })}</p>}
    >
      <Show
        when={heads().length > 0}
        fallback={
          <div class="empty">
            <Show when={!page.loading} fallback={<span>{t('handover.loading')}</span>}>
              <strong>{t('handover.noneYet')}</strong>
              <span>{t('handover.noneYetDetail')}</span>
            </Show>
          </div>
        }
      >
        <ul class="handover-list">
          <For each={heads()}>
            {(head) => (
              <li>
                <a href={`#handover/${head.id}`}>
                  <b>{t('handover.fromTo', { from: exactText(head.fromMs), to: exactText(head.toMs) })}</b>
                  <span>{givenText(t, head)}</span>
                  <span classList={{ open: head.taken === null }}>{takenText(t, head)}</span>
                </a>
              </li>
            )}
          </For>
        </ul>
        <Show when={page.latest?.next}>
          {(next) => (
            <button type="button" class="button" disabled={page.loading} onClick={() => setBefore(next())}>
              {t('handover.older')}
            </button>
          )}
        </Show>
      </Show>
    </Show>
  );
}

const codeOf = (reason: unknown): string => (reason instanceof ApiError ? reason.code : 'INTERNAL');
