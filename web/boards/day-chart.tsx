/** The day so far as one small line; hours of UTC+8 under it. Drawn in rem-sized parts, so that its words keep their size on a wall. */
import { For } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';
import { type ChartPoint, chartPaths, roundTop } from '../pages/chart.ts';

const BOX = { width: 300, height: 72 };
const HOURS = [0, 6, 12, 18, 24];
const DAY_MS = 86_400_000;
/** Steps without a census that still count as one line. */
const GAP_STEPS = 3;

export function DayChart(props: { day: string; stepMs: number; points: readonly ChartPoint[] }) {
  const t = useTranslate();
  const fromMs = () => Date.parse(`${props.day}T00:00:00+08:00`);
  const top = () => roundTop(props.points.reduce((most, { value }) => Math.max(most, value), 0));
  const paths = () => chartPaths(props.points, fromMs(), fromMs() + DAY_MS, top(), GAP_STEPS * props.stepMs, BOX);
  return (
    <figure class="day-chart" aria-label={t('dashboard.trendName')}>
      <div class="scale" aria-hidden="true">
        <span>{top().toLocaleString('en-US')}</span>
        <span>0</span>
      </div>
      <svg viewBox={`0 0 ${BOX.width} ${BOX.height}`} preserveAspectRatio="none" aria-hidden="true">
        <For each={[0, 0.5, 1]}>
          {(part) => <line class="grid" x1="0" x2={BOX.width} y1={BOX.height * part} y2={BOX.height * part} />}
        </For>
        <For each={paths()}>{(points) => <polyline points={points} />}</For>
      </svg>
      <div class="hours" aria-hidden="true">
        <For each={HOURS}>{(hour) => <span>{hour}</span>}</For>
      </div>
    </figure>
  );
}
