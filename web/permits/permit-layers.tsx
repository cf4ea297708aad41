/** Layers of work: by kind, and by how it stands today. */
import { For } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';
import { PermitIcon } from './permit-icon.tsx';
import type { PermitRoom } from './permit-room.ts';
import { CODE_OF_KIND, DAY_STATES, KINDS } from './permit-states.ts';
import { kindText } from './permit-text.ts';

export function PermitLayers(props: { permits: PermitRoom }) {
  const t = useTranslate();
  return (
    <>
      <fieldset class="permit-layers">
        <legend>{t('permit.layerStates')}</legend>
        <For each={DAY_STATES}>
          {(state) => (
            <label class="check">
              <input
                type="checkbox"
                checked={props.permits.shownStates().has(state)}
                onChange={() => props.permits.toggleState(state)}
              />
              <span>{t(`permit.day.${state}`)}</span>
              <small>{props.permits.counts().byState[state]}</small>
            </label>
          )}
        </For>
        <p class="hint">{t('permit.layerNote')}</p>
      </fieldset>
      <fieldset class="permit-layers">
        <legend>{t('permit.layerKinds')}</legend>
        <For each={KINDS}>
          {(kind) => (
            <label class="check">
              <input
                type="checkbox"
                checked={props.permits.shownKinds().has(kind)}
                onChange={() => props.permits.toggleKind(kind)}
              />
              <PermitIcon workCode={CODE_OF_KIND[kind]} status="working" isPlain />
              <span>{kindText(t, kind)}</span>
            </label>
          )}
        </For>
      </fieldset>
    </>
  );
}
