/** What is drawn. */
import { For } from 'solid-js';
import { PERSON_TYPES } from '../../stream/protocol/vocabulary.ts';
import { DetectorLayer } from '../detectors/detector-layer.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { PermitLayers } from '../permits/permit-layers.tsx';
import { ToolLayers } from '../tools/tool-layers.tsx';
import { AREA_LAYERS, type ControlRoomState } from './control-room-state.ts';
import { TypeMark } from './marks.tsx';

export function LayersTab(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  return (
    <div class="panel-body layers">
      <fieldset>
        <legend>{t('layers.people')}</legend>
        <For each={PERSON_TYPES}>
          {(type, shape) => (
            <label class="check">
              <input
                type="checkbox"
                checked={room.shownShapes()[shape()] ?? true}
                onChange={() => room.toggleShape(shape())}
              />
              <TypeMark type={type} />
              <span>{t(`type.${type}`)}</span>
            </label>
          )}
        </For>
        <label class="check">
          <input
            type="checkbox"
            checked={room.areNamesShown()}
            onChange={(event) => room.setNamesShown(event.currentTarget.checked)}
          />
          <span>{t('layers.names')}</span>
        </label>
      </fieldset>
      <fieldset>
        <legend>{t('layers.areas')}</legend>
        <For each={AREA_LAYERS}>
          {(kind) => (
            <label class="check">
              <input type="checkbox" checked={room.shownAreas().has(kind)} onChange={() => room.toggleArea(kind)} />
              <span>{t(`areaKind.${kind}`)}</span>
            </label>
          )}
        </For>
        <p class="hint">{t('layers.areaNote')}</p>
      </fieldset>
      <PermitLayers permits={room.permits} />
      <fieldset>
        <legend>{t('layers.scene')}</legend>
        <label class="check">
          <input
            type="checkbox"
            checked={room.isModelShown()}
            onChange={(event) => room.setModelShown(event.currentTarget.checked)}
          />
          <span>{t('layers.model')}</span>
        </label>
        <ToolLayers tools={room.tools} />
        <DetectorLayer detectors={room.detectors} />
        <label class="check">
          <input
            type="checkbox"
            checked={room.playback.heat.isOpen()}
            onChange={(event) => room.playback.heat.setOpen(event.currentTarget.checked)}
          />
          <span>{t('heat.show')}</span>
        </label>
        <button type="button" class="button" onClick={() => room.goHome()}>
          {t('layers.home')} <kbd>H</kbd>
        </button>
      </fieldset>
    </div>
  );
}
