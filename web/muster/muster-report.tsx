/** Report of a muster, as it is printed: what, when, how fast, minute by minute, by company, who was missing at the end. */
import { createMemo, For, Show } from 'solid-js';
import type { SessionInfo, WebSettings } from '../../core/web-api.ts';
import { type Muster, missingOf, totalOf } from '../../stream/protocol/muster.ts';
import type { MusterReport } from '../../stream/protocol/muster-api.ts';
import { request } from '../app/api.ts';
import { Icon } from '../app/marks.tsx';
import { exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { useWords } from '../i18n/words.ts';
import { chartPaths, roundTop } from '../pages/chart.ts';
import { Notices } from '../pages/notices.tsx';
import { createPolled } from '../pages/polled.ts';
import { afterText, clockText, musterPlaceText } from './muster-text.ts';

const EVERY_MS = 5_000;
const BOX = { width: 640, height: 160 };
const MINUTE_MS = 60_000;

export function MusterReportPage(props: { musterId: string; settings: WebSettings; session: SessionInfo }) {
  const t = useTranslate();
  const words = useWords();
  const polled = createPolled(
    () => props.musterId,
    (id) => request<MusterReport>('GET', `/api/musters/${encodeURIComponent(id)}`),
    EVERY_MS,
  );
  return (
    <section class="muster-report">
      <Notices polled={polled} isEmpty={false} empty="muster.none" />
      <Show when={polled.answer()}>
        {(report) => (
          <>
            <header>
              <div>
                <p>{words(props.settings.parkName)}</p>
                <h2>
                  {t('muster.reportOf', { kind: t(`muster.kind.${report().muster.kind}`) })} ·{' '}
                  {musterPlaceText(t, report().muster, nameOf(report()))}
                </h2>
                <p class="print-only">{t('muster.printedBy', { by: props.session.name, at: exactText(Date.now()) })}</p>
              </div>
              <p class="no-print">
                <a class="button" href="#musters">
                  {t('muster.all')}
                </a>{' '}
                <button type="button" class="button" onClick={() => window.print()}>
                  <Icon name="print" /> {t('muster.print')}
                </button>
              </p>
            </header>
            <Facts muster={report().muster} />
            <Minutes muster={report().muster} />
            <Companies report={report()} />
            <Missing report={report()} />
          </>
        )}
      </Show>
    </section>
  );
}

const nameOf =
  ({ companyNames }: MusterReport) =>
  (code: string): string =>
    companyNames[code] ?? code;

function Facts(props: { muster: Muster }) {
  const t = useTranslate();
  const facts = (): readonly (readonly [text: string, value: string | number])[] => {
    const { muster } = props;
    return [
      [t('muster.declaredAt'), `${exactText(muster.declaredAtMs)} ${muster.declaredBy}`],
      [
        t('muster.endedAt'),
        muster.endedAtMs === null ? t('muster.standing') : `${exactText(muster.endedAtMs)} ${muster.endedBy ?? ''}`,
      ],
      [t('muster.lasted'), muster.endedAtMs === null ? '–' : clockText(muster.endedAtMs - muster.declaredAtMs)],
      [t('muster.endedWith'), muster.endedWith ?? '–'],
      [t('muster.atStart'), muster.atStart],
      [t('muster.silentAtStart'), muster.silentAtStart],
      [t('muster.entered'), muster.entered],
      [t('muster.state.safe'), muster.counts.safe],
      [t('muster.state.confirmed'), muster.counts.confirmed],
      [t('muster.state.left'), muster.counts.left],
      [t('muster.missing'), missingOf(muster.counts)],
      [t('muster.firstSafe'), afterText(muster, muster.firstSafeAtMs)],
      [t('muster.halfSafe'), afterText(muster, muster.halfSafeAtMs)],
      [t('muster.allSafe'), afterText(muster, muster.allSafeAtMs)],
      [t('muster.noneMissing'), afterText(muster, muster.noneMissingAtMs)],
    ];
  };
  return (
    <>
      <dl class="muster-facts">
        <For each={facts()}>
          {([text, value]) => (
            <div>
              <dt>{text}</dt>
              <dd>{value}</dd>
            </div>
          )}
        </For>
      </dl>
      <Show when={props.muster.points.length > 0}>
        <p>
          {t('muster.points')}: {props.muster.points.map(({ name, count }) => `${name} ${count}`).join(t('listComma'))}
        </p>
      </Show>
      <p>{props.muster.byType.map((one) => `${t(`type.${one.type}`)} ${totalOf(one)}`).join(t('listComma'))}</p>
    </>
  );
}

function Minutes(props: { muster: Muster }) {
  const t = useTranslate();
  /** With the declaration itself, when all were missing but those who stood at an assembly point. */
  const points = createMemo(() => {
    const { atStart, minutes } = props.muster;
    const rows: (readonly number[])[] = [[atStart, 0, 0], ...minutes];
    return { rows, top: roundTop(Math.max(...rows.map((row) => row.reduce((sum, n) => sum + n, 0)))) };
  });
  const line = (column: number): string[] =>
    chartPaths(
      points().rows.map((row, minute) => ({ atMs: minute * MINUTE_MS, value: row[column] ?? 0 })),
      0,
      Math.max(1, points().rows.length - 1) * MINUTE_MS,
      points().top,
      2 * MINUTE_MS,
      BOX,
    );
  return (
    <Show when={props.muster.minutes.length > 0}>
      <h3>{t('muster.minutes')}</h3>
      <figure class="muster-chart">
        <svg viewBox={`0 0 ${BOX.width} ${BOX.height}`} role="img" aria-label={t('muster.minutes')}>
          <For each={line(0)}>{(path) => <polyline class="missing" points={path} />}</For>
          <For each={line(2)}>{(path) => <polyline class="safe" points={path} />}</For>
        </svg>
        <figcaption>
          <span class="missing">{t('muster.missing')}</span> <span class="safe">{t('muster.safe')}</span> ·{' '}
          {t('muster.top', { n: points().top })}
        </figcaption>
      </figure>
      <table>
        <thead>
          <tr>
            <th class="number">{t('muster.minute')}</th>
            <th class="number">{t('muster.missing')}</th>
            <th class="number">{t('muster.state.left')}</th>
            <th class="number">{t('muster.safe')}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.muster.minutes}>
            {(row, i) => (
              <tr>
                <td class="number">{i() + 1}</td>
                <For each={row}>{(n) => <td class="number">{n}</td>}</For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Show>
  );
}

function Companies(props: { report: MusterReport }) {
  const t = useTranslate();
  return (
    <Show when={props.report.companies.length > 0}>
      <h3>{t('muster.byCompany')}</h3>
      <table>
        <thead>
          <tr>
            <th>{t('muster.company')}</th>
            <th class="number">{t('muster.atStart')}</th>
            <th class="number">{t('muster.entered')}</th>
            <th class="number">{t('muster.state.safe')}</th>
            <th class="number">{t('muster.state.confirmed')}</th>
            <th class="number">{t('muster.state.left')}</th>
            <th class="number">{t('muster.missing')}</th>
            <th class="number">{t('muster.halfSafe')}</th>
            <th class="number">{t('muster.allSafe')}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.report.companies}>
            {(one) => (
              <tr classList={{ wrong: missingOf(one.counts) > 0 }}>
                <td>{nameOf(props.report)(one.companyCode ?? '')}</td>
                <td class="number">{one.atStart}</td>
                <td class="number">{one.entered}</td>
                <td class="number">{one.counts.safe}</td>
                <td class="number">{one.counts.confirmed}</td>
                <td class="number">{one.counts.left}</td>
                <td class="number">{missingOf(one.counts)}</td>
                <td class="number">{afterText(one, one.halfSafeAtMs)}</td>
                <td class="number">{afterText(one, one.allSafeAtMs)}</td>
              </tr>
            )}
          </For>
        </tbody>
        <Show when={props.report.companies.length > 1}>
          <tfoot>
            <tr>
              <td>{t('muster.sum')}</td>
              <td class="number">{props.report.muster.atStart}</td>
              <td class="number">{props.report.muster.entered}</td>
              <td class="number">{props.report.muster.counts.safe}</td>
              <td class="number">{props.report.muster.counts.confirmed}</td>
              <td class="number">{props.report.muster.counts.left}</td>
              <td class="number">{missingOf(props.report.muster.counts)}</td>
              <td class="number">{afterText(props.report.muster, props.report.muster.halfSafeAtMs)}</td>
              <td class="number">{afterText(props.report.muster, props.report.muster.allSafeAtMs)}</td>
            </tr>
          </tfoot>
        </Show>
      </table>
    </Show>
  );
}

function Missing(props: { report: MusterReport }) {
  const t = useTranslate();
  const missing = () => props.report.companies.flatMap((one) => one.missing);
  const unlisted = () => props.report.companies.reduce((sum, one) => sum + one.missingUnlisted, 0);
  return (
    <Show when={props.report.muster.endedAtMs !== null}>
      <h3>{t('muster.missingAtEnd', { n: missing().length + unlisted() })}</h3>
      <Show when={missing().length > 0} fallback={<p>{t('muster.nobodyMissing')}</p>}>
        <table>
          <thead>
            <tr>
              <th>{t('muster.name')}</th>
              <th>{t('muster.company')}</th>
              <th>{t('muster.stateHead')}</th>
              <th>{t('muster.lastSeen')}</th>
              <th>{t('muster.lastPlace')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={missing()}>
              {(one) => (
                <tr>
                  <td>
                    {one.name || one.personId || one.cardNo} {one.hasEntered ? `(${t('muster.cameLater')})` : ''}
                  </td>
                  <td>{nameOf(props.report)(one.companyCode)}</td>
                  <td>{t(`muster.state.${one.state}`)}</td>
                  <td>{one.seenAtMs === null ? '–' : exactText(one.seenAtMs)}</td>
                  <td>
                    {one.areaName ?? ''}{' '}
                    {one.lng === null || one.lat === null ? '' : `${one.lng.toFixed(6)}, ${one.lat.toFixed(6)}`}
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
        <Show when={unlisted() > 0}>
          <p>{t('muster.more', { n: unlisted() })}</p>
        </Show>
      </Show>
      <p class="muster-sign">{t('muster.sign')}</p>
    </Show>
  );
}
