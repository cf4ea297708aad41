/** Over the map's lower right: switch of the view, measuring, and the place under the pointer. */
import { createSignal, For, type JSX, Show } from 'solid-js';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { MEASURE_KINDS } from '../scene/measure.ts';
import { copyText } from './copy-text.ts';
import { degreesText, measureLines, metresText, placeRow, planeText } from './place-text.ts';
import type { ToolsRoom } from './tools-room.ts';

/** `children`: of other features, beside the keys. */
export function ToolsBar(props: { tools: ToolsRoom; gridId: string; children?: JSX.Element }) {
  const t = useTranslate();
  const { measure } = props.tools;
  return (
    <div class="scene-tools">
      <Show when={measure.kind()}>
        <MeasurePanel tools={props.tools} />
      </Show>
      <div class="tools-foot">
        <Show when={props.tools.isReadoutOn()}>
          <Readout tools={props.tools} gridId={props.gridId} />
        </Show>
        {props.children}
        <fieldset class="tools-keys" aria-label={t('tools.title')}>
          <button
            type="button"
            aria-pressed={props.tools.isFlat()}
            classList={{ on: props.tools.isFlat() }}
            title={`${t('tools.flat')} (2)`}
            onClick={() => props.tools.toggleFlat()}
          >
            {props.tools.isFlat() ? '3D' : '2D'}
          </button>
          <button
            type="button"
            aria-pressed={measure.kind() !== null}
            classList={{ on: measure.kind() !== null }}
            title={`${t('tools.measure')} (M)`}
            aria-label={t('tools.measure')}
            onClick={() => (measure.kind() === null ? measure.begin('distance') : measure.end())}
          >
            <Icon name="ruler" />
          </button>
        </fieldset>
      </div>
    </div>
  );
}

function Readout(props: { tools: ToolsRoom; gridId: string }) {
  const t = useTranslate();
  return (
    <output class="readout" aria-live="off">
      <Show when={props.tools.pointer()} fallback={<span class="hint">{t('tools.readoutHint')}</span>}>
        {(place) => (
          <>
            <span title="CGCS2000">{degreesText(place())}</span>
            <span title={props.gridId}>{planeText(place())}</span>
            <span>
              {t('tools.height')} {metresText(place().heightM)}
            </span>
            <span class="hint">{props.tools.isCopied() ? t('tools.copied') : <kbd>G</kbd>}</span>
          </>
        )}
      </Show>
    </output>
  );
}

function MeasurePanel(props: { tools: ToolsRoom }) {
  const t = useTranslate();
  const { measure } = props.tools;
  const [note, setNote] = createSignal<'tools.copied' | 'tools.notCopied' | null>(null);
  const lines = () => {
    const running = measure.running();
    return running === null ? [] : measureLines(t, running);
  };
  const copy = async (): Promise<void> => {
    const result = measure.result();
    if (result === null) return;
    const values = measureLines(t, result).map(({ label, value }) => `${label}\t${value.replaceAll('\u2009', '')}`);
    const points = measure.points().map((place, i) => `${i + 1}\t${placeRow(place)}`);
    const head = ['', t('tools.lng'), t('tools.lat'), t('tools.easting'), t('tools.northing'), t('tools.height')];
    const isDone = await copyText([...values, '', head.join('\t'), ...points].join('\n'));
    setNote(isDone ? 'tools.copied' : 'tools.notCopied');
  };
  return (
    <section class="measure-panel" aria-label={t('tools.measure')}>
      <header>
        <fieldset class="measure-kinds" aria-label={t('tools.measure')}>
          <For each={MEASURE_KINDS}>
            {(kind) => (
              <button
                type="button"
                aria-pressed={measure.kind() === kind}
                classList={{ on: measure.kind() === kind }}
                onClick={() => measure.begin(kind)}
              >
                {t(`tools.kind.${kind}`)}
              </button>
            )}
          </For>
        </fieldset>
        <button
          type="button"
          class="button icon-only"
          title={`${t('tools.end')} (Esc)`}
          aria-label={t('tools.end')}
          onClick={() => measure.end()}
        >
          <Icon name="close" />
        </button>
      </header>
      <Show when={lines().length > 0} fallback={<p class="hint">{t(`tools.hint.${measure.kind() ?? 'distance'}`)}</p>}>
        <dl>
          <For each={lines()}>
            {({ label, value }, i) => (
              <div classList={{ first: i() === 0 }}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            )}
          </For>
        </dl>
      </Show>
      <p class="hint">{t('tools.plane')}</p>
      <footer>
        <button type="button" class="button small" disabled={measure.points().length === 0} onClick={measure.undo}>
          {t('tools.undo')}
        </button>
        <button
          type="button"
          class="button small"
          disabled={measure.result() === null || measure.isFinished()}
          onClick={measure.finish}
        >
          {t('tools.finish')}
        </button>
        <button type="button" class="button small" disabled={measure.result() === null} onClick={() => void copy()}>
          {t('tools.copy')}
        </button>
        <Show when={note()}>{(key) => <small role="status">{t(key())}</small>}</Show>
      </footer>
    </section>
  );
}
