/** Gas analyses of a permit: a curve for each gas with its limits, and all results as sent. What is out of limit says so in words and shape. */
import { For, Show } from 'solid-js';
import type { GasContext } from '../../standard/gases.ts';
import type { GasLatest, GasRow } from '../../stream/protocol/permits.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { type GasSeries, gasLine, gasScale, gasSeries } from './gas-chart.ts';
import { figure, gasLimitText, gasUnitText, gasValueText, minuteText } from './permit-text.ts';

const BOX = { width: 236, height: 72 };

export function GasSection(props: {
  rows: readonly GasRow[];
  /** Newest of each gas, until the record is here. */
  latest: readonly GasLatest[];
  context: GasContext;
  nowMs: number;
}) {
  const t = useTranslate();
  const rows = (): readonly GasRow[] =>
    props.rows.length > 0
      ? props.rows
      : props.latest.map((one, n) => ({ ...one, key: String(n), lelPct: null, point: null, analyst: null }));
  const series = () => gasSeries(rows(), props.context);
  return (
    <section class="permit-section gas">
      <h3>{t('permit.gasTitle')}</h3>
      <Show when={series().length > 0} fallback={<p class="hint">{t('permit.gas.none')}</p>}>
        <For each={series()}>{(one) => <GasCurve series={one} nowMs={props.nowMs} />}</For>
      </Show>
      <Show when={props.rows.length > 0}>
        <details>
          <summary>{t('permit.gas.readings', { n: props.rows.length })}</summary>
          <table class="plain">
            <thead>
              <tr>
                <th>{t('permit.gas.at')}</th>
                <th>{t('permit.gas.name')}</th>
                <th class="number">{t('permit.gas.value')}</th>
                <th>{t('permit.gas.point')}</th>
                <th>{t('permit.gas.analyst')}</th>
              </tr>
            </thead>
            <tbody>
              <For each={[...props.rows].sort((a, b) => b.atMs - a.atMs)}>
                {(row) => (
                  <tr>
                    <td>{minuteText(row.atMs, props.nowMs)}</td>
                    <td>{row.gas}</td>
                    <td class="number">{gasValueText(t, row)}</td>
                    <td>{row.point}</td>
                    <td>{row.analyst}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </details>
      </Show>
    </section>
  );
}

function GasCurve(props: { series: GasSeries; nowMs: number }) {
  const t = useTranslate();
  const scale = () => gasScale(props.series, BOX);
  const last = () => props.series.points.at(-1);
  const limits = () => [props.series.limitMin, props.series.limitMax].filter((limit) => limit !== null);
  return (
    <figure class="gas-curve" classList={{ out: last()?.verdict === 'out' }}>
      <figcaption>
        <b>{props.series.gas}</b>
        <Show when={last()}>
          {(point) => (
            <>
              <b class="value">{gasValueText(t, { value: point().value, unit: props.series.unit })}</b>
              <Show when={point().verdict === 'out'}>
                <strong>▲ {t('permit.gas.out')}</strong>
              </Show>
              <Show when={point().verdict === 'unknown'}>
                <span class="doubt">{t('permit.gas.unknown')}</span>
              </Show>
              <small>{minuteText(point().atMs, props.nowMs)}</small>
            </>
          )}
        </Show>
        <small class="limit">
          {limits().length === 0
            ? t('permit.gas.noLimit')
            : t('permit.gas.limit', { limit: gasLimitText(t, props.series) })}
        </small>
      </figcaption>
      <svg
        viewBox={`-34 -6 ${BOX.width + 44} ${BOX.height + 22}`}
        role="img"
        aria-label={t('permit.gas.chart', { gas: props.series.gas })}
      >
        <text x="-5" y="4" text-anchor="end">
          {figure(scale().top)}
        </text>
        <text x="-5" y={BOX.height + 3} text-anchor="end">
          {figure(scale().bottom)}
        </text>
        <path class="axis" d={`M0 0V${BOX.height}H${BOX.width}`} />
        <For each={limits()}>
          {(limit) => (
            <>
              <line class="limit" x1="0" x2={BOX.width} y1={scale().y(limit)} y2={scale().y(limit)} />
              <text class="limit" x="3" y={scale().y(limit) - 3}>
                {figure(limit)}
              </text>
            </>
          )}
        </For>
        <polyline points={gasLine(props.series, scale())} />
        <For each={props.series.points}>
          {(point) => (
            <path
              class={point.verdict === 'out' ? 'point out' : 'point'}
              d={point.verdict === 'out' ? 'M0 -6 6 5H-6z' : 'M0 -3a3 3 0 1 0 .01 0z'}
              transform={`translate(${scale().x(point.atMs)} ${scale().y(point.value)})`}
            >
              <title>
                {[
                  minuteText(point.atMs, props.nowMs),
                  `${figure(point.value)} ${gasUnitText(t, props.series.unit)}`,
                  point.point,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </title>
            </path>
          )}
        </For>
        <Show when={props.series.points[0]}>
          {(first) => (
            <text x={scale().x(first().atMs)} y={BOX.height + 14} text-anchor="middle">
              {minuteText(first().atMs, props.nowMs)}
            </text>
          )}
        </Show>
        <Show when={props.series.points.length > 1 && last()}>
          {(point) => (
            <text x={scale().x(point().atMs)} y={BOX.height + 14} text-anchor="end">
              {minuteText(point().atMs, props.nowMs)}
            </text>
          )}
        </Show>
      </svg>
    </figure>
  );
}
