/** The switch of the gas detectors in the panel of layers. */
import { Show } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';
import type { DetectorsRoom } from './detectors-room.ts';

export function DetectorLayer(props: { detectors: DetectorsRoom }) {
  const t = useTranslate();
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={props.detectors.isShown()}
          onChange={(event) => props.detectors.setShown(event.currentTarget.checked)}
        />
        <span>{t('tools.detectors')}</span>
      </label>
      <Show when={props.detectors.isFailed()}>
        <p class="hint">{t('tools.detectorsFailed')}</p>
      </Show>
    </>
  );
}
