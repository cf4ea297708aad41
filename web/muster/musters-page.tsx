/** Musters that stand and that are over, newest first, and the report of one (`#musters/<id>`). */
import '../style/muster-page.css';
import { createSignal, For, Match, Show, Switch } from 'solid-js';
import type { Muster } from '../../stream/protocol/muster.ts';
import { missingOf, safeOf, totalOf } from '../../stream/protocol/muster.ts';
import { request } from '../app/api.ts';
import type { PageProps } from '../app/pages.ts';
import { place } from '../app/place.ts';
import { exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { Notices } from '../pages/notices.tsx';
import { PageFrame } from '../pages/page-frame.tsx';
import { createPolled } from '../pages/polled.ts';
import { MusterReportPage } from './muster-report.tsx';
import { afterText, clockText, musterPlaceText } from './muster-text.ts';

const EVERY_MS = 10_000;
const PAGE = 50;

export function MustersPage(props: PageProps) {
  const musterId = () => place().parts[0] ?? null;
  return (
    <PageFrame title="muster.title" tabs={[]} tab="" onTab={() => undefined}>
      <Switch fallback={<MusterList />}>
        <Match when={musterId()} keyed>
          {(id) => <MusterReportPage musterId={id} settings={props.settings} session={props.session} />}
        </Match>
      </Switch>
    </PageFrame>
  );
}

function MusterList() {
  const t = useTranslate();
  const polled = createPolled(
    () => null,
    () => request<{ musters: Muster[] }>('GET', `/api/musters?limit=${PAGE}`),
    EVERY_MS,
  );
  const [older, setOlder] = createSignal<readonly Muster[]>([]);
  const [hasMore, setMore] = createSignal(true);
  const rows = () => [...(polled.answer()?.musters ?? []), ...older()];
  const loadOlder = async (): Promise<void> => {
    const last = rows().at(-1);
    if (last === undefined) return;
    const before = `${last.declaredAtMs}.${last.musterId}`;
    const { musters } = await request<{ musters: Muster[] }>('GET', `/api/musters?limit=${PAGE}&before=${before}`);
    setOlder([...older(), ...musters]);
    setMore(musters.length === PAGE);
  };
  return (
    <section>
      <Notices polled={polled} isEmpty={polled.answer()?.musters.length === 0} empty="muster.none" />
      <Show when={rows().length > 0}>
        <table>
          <thead>
            <tr>
              <th>{t('muster.declaredAt')}</th>
              <th>{t('muster.kindHead')}</th>
              <th>{t('muster.place')}</th>
              <th class="number">{t('muster.listed')}</th>
              <th class="number">{t('muster.safe')}</th>
              <th class="number">{t('muster.missing')}</th>
              <th class="number">{t('muster.halfSafe')}</th>
              <th class="number">{t('muster.allSafe')}</th>
              <th class="number">{t('muster.lasted')}</th>
              <th>{t('muster.endedWith')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(muster) => (
                <tr classList={{ wrong: muster.endedAtMs === null && muster.kind === 'real' }}>
                  <td>
                    <a href={`#musters/${muster.musterId}`}>{exactText(muster.declaredAtMs)}</a>
                  </td>
                  <td>{t(`muster.kind.${muster.kind}`)}</td>
                  <td>{musterPlaceText(t, muster, (code) => code)}</td>
                  <td class="number">{totalOf(muster.counts)}</td>
                  <td class="number">{safeOf(muster.counts)}</td>
                  <td class="number">{missingOf(muster.counts)}</td>
                  <td class="number">{afterText(muster, muster.halfSafeAtMs)}</td>
                  <td class="number">{afterText(muster, muster.allSafeAtMs)}</td>
                  <td class="number">
                    {muster.endedAtMs === null
                      ? t('muster.standing')
                      : clockText(muster.endedAtMs - muster.declaredAtMs)}
                  </td>
                  <td>{muster.endedWith ?? ''}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
        <Show when={(polled.answer()?.musters.length ?? 0) === PAGE && hasMore()}>
          <p>
            <button type="button" class="button" onClick={() => void loadOlder()}>
              {t('muster.older')}
            </button>
          </p>
        </Show>
      </Show>
    </section>
  );
}
