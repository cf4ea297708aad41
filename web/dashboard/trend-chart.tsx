/** People online through the day, one line; the hours of UTC+8 under it. */
import { For } from 'solid-js';
import type { DashboardTrend } from '../../core/dashboard-api.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { numberText } from '../intake/names.ts';
import { chartPaths, roundTop } from '../pages/chart.ts';

const BOX = { width: 960, height: 160 };
const HOURS = [0, 3, 6, 9, 12, 15, 18, 21, 24];
const DAY_MS = 86_400_000;

export function TrendChart(props: { trend: DashboardTrend }) {
  const t = useTranslate();
  const fromMs = () => Date.parse(`${props.trend.day}T00:00:00+08:00`);
  const most = () => Math.max(0, ...props.trend.points.map((point) => point.online));
  const top = () => roundTop(most());
  const paths = () =>
    chartPaths(
      props.trend.points.map(({ atMs, online }) => ({ atMs, value: online })),
      fromMs(),
      fromMs() + DAY_MS,
      top(),
      3 * props.trend.stepMs,
      BOX,
    );
  return (
    <figure class="trend">
      <figcaption>
        {t('dashboard.trend', { day: props.trend.day })} · {t('dashboard.most', { n: numberText(most()) })}
      </figcaption>
      <svg viewBox={`-44 -10 ${BOX.width + 60} ${BOX.height + 36}`} role="img" aria-label={t('dashboard.trendName')}>
        <For each={[0, 0.5, 1]}>
          {(part) => (
            <>
              <line class="grid" x1="0" x2={BOX.width} y1={BOX.height * (1 - part)} y2={BOX.height * (1 - part)} />
              <text x="-8" y={BOX.height * (1 - part) + 4} text-anchor="end">
                {numberText(top() * part)}
              </text>
            </>
          )}
        </For>
        <For each={HOURS}>
          {(hour) => (
            <text x={(hour / 24) * BOX.width} y={BOX.height + 20} text-anchor="middle">
              {hour}
            </text>
          )}
        </For>
        <For each={paths()}>{(points) => <polyline points={points} />}</For>
      </svg>
    </figure>
  );
}
