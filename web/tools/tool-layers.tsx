/** Layers and looks of the scene that belong to no feature. */
import { For } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';
import { LIGHT_CHOICES } from '../scene/light.ts';
import type { ToolsRoom } from './tools-room.ts';

export function ToolLayers(props: { tools: ToolsRoom }) {
  const t = useTranslate();
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={props.tools.isBaseMapShown()}
          onChange={(event) => props.tools.setBaseMapShown(event.currentTarget.checked)}
        />
        <span>{t('tools.baseMap')}</span>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={props.tools.isReadoutOn()}
          onChange={(event) => props.tools.setReadoutOn(event.currentTarget.checked)}
        />
        <span>{t('tools.readout')}</span>
      </label>
      <label class="check">
        <input type="checkbox" checked={props.tools.isFlat()} onChange={() => props.tools.toggleFlat()} />
        <span>{t('tools.flatOnly')}</span>
        <kbd>2</kbd>
      </label>
      <div class="light-choice" role="radiogroup" aria-label={t('tools.light')}>
        <span>{t('tools.light')}</span>
        <For each={LIGHT_CHOICES}>
          {(choice) => (
            <label>
              <input
                type="radio"
                name="light"
                checked={props.tools.light() === choice}
                onChange={() => props.tools.setLight(choice)}
              />
              <span>{t(`tools.lightOf.${choice}`)}</span>
            </label>
          )}
        </For>
      </div>
    </>
  );
}
