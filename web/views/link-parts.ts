/** What of the control room itself stands in its address; features with a state of their own add their parts in their folders. */
import { createSignal, onCleanup } from 'solid-js';
import { PERSON_TYPES } from '../../stream/protocol/vocabulary.ts';
import { AREA_LAYERS, AREA_LAYERS_AT_START, type AreaLayer, type ControlRoomState } from '../app/control-room-state.ts';
import { PANEL_TABS } from '../app/left-panel.tsx';
import { PHONE_LAYOUT } from '../app/phone-layout.ts';
import { personRef, slotsOfRefs } from '../find/person-ref.ts';
import { STATES_AT_START } from '../permits/permit-room.ts';
import { DAY_STATES, KINDS } from '../permits/permit-states.ts';
import { layersFrom, layersText } from './layers-text.ts';
import type { LinkPart } from './link-book.ts';
import { phoneTabPart } from './phone-tab.ts';

/** What is on and off in the panel of layers, each under a name. */
interface Layer {
  readonly name: string;
  /** Before a workstation chose otherwise. */
  readonly isOnAtStart: boolean;
  isOn(): boolean;
  toggle(): void;
}

function layersOf(room: ControlRoomState): Layer[] {
  const { permits, tools, detectors } = room;
  return [
    ...PERSON_TYPES.map((type, shape) => ({
      name: type,
      isOnAtStart: true,
      isOn: () => room.shownShapes()[shape] ?? true,
      toggle: () => room.toggleShape(shape),
    })),
    {
      name: 'names',
      isOnAtStart: true,
      isOn: room.areNamesShown,
      toggle: () => room.setNamesShown(!room.areNamesShown()),
    },
    {
      name: 'model',
      isOnAtStart: true,
      isOn: room.isModelShown,
      toggle: () => room.setModelShown(!room.isModelShown()),
    },
    {
      name: 'base-map',
      isOnAtStart: true,
      isOn: tools.isBaseMapShown,
      toggle: () => tools.setBaseMapShown(!tools.isBaseMapShown()),
    },
    {
      name: 'detectors',
      isOnAtStart: false,
      isOn: detectors.isShown,
      toggle: () => detectors.setShown(!detectors.isShown()),
    },
    { name: 'flat', isOnAtStart: false, isOn: tools.isFlat, toggle: tools.toggleFlat },
    ...AREA_LAYERS.map((kind: AreaLayer) => ({
      name: kind,
      isOnAtStart: AREA_LAYERS_AT_START.includes(kind),
      isOn: () => room.shownAreas().has(kind),
      toggle: () => room.toggleArea(kind),
    })),
    ...KINDS.map((kind) => ({
      name: `work-${kind}`,
      isOnAtStart: true,
      isOn: () => permits.shownKinds().has(kind),
      toggle: () => permits.toggleKind(kind),
    })),
    ...DAY_STATES.map((state) => ({
      name: `job-${state}`,
      isOnAtStart: STATES_AT_START.includes(state),
      isOn: () => permits.shownStates().has(state),
      toggle: () => permits.toggleState(state),
    })),
  ];
}

function layersPart(room: ControlRoomState): LinkPart {
  const layers = layersOf(room);
  const names = layers.map(({ name }) => name);
  const on = (): Set<string> => new Set(layers.filter((layer) => layer.isOn()).map(({ name }) => name));
  const start = new Set(layers.filter(({ isOnAtStart }) => isOnAtStart).map(({ name }) => name));
  return {
    key: 'l',
    read: () => layersText(names, start, on()),
    write(text) {
      const wanted = text === null ? start : layersFrom(names, start, text);
      if (wanted === null) return false;
      for (const layer of layers) if (layer.isOn() !== wanted.has(layer.name)) layer.toggle();
      return true;
    },
  };
}

const splitPart = ({ views }: ControlRoomState): LinkPart => ({
  key: 'split',
  read: () => (views.isSplit() ? 'on' : null),
  write(text) {
    if (text === null || text === 'on') views.setSplit(text !== null);
    return text === null || text === 'on';
  },
});

/** Desks have no such tab, though what is looked at moves it there too: they say nothing of it, and a link leaves theirs alone. */
function phonePart(room: ControlRoomState): LinkPart {
  const [isPhone, setPhone] = createSignal(false);
  const layout = window.matchMedia(PHONE_LAYOUT);
  const look = (): void => void setPhone(layout.matches);
  look();
  layout.addEventListener('change', look);
  onCleanup(() => layout.removeEventListener('change', look));
  return phoneTabPart(isPhone, room.phoneView, room.setPhoneView);
}

/** Once, before link.begin(). */
export function addLinkParts(room: ControlRoomState): void {
  const { link, shown, cards } = room;
  /** A first frame came: people have places. Looked at once a second. */
  const hasPeople = (): boolean => {
    shown.counts();
    return shown.hasSnapshot() && shown.picture.frameAtMs > 0;
  };
  link.add({
    key: 'tab',
    read: room.panelTab,
    write(text) {
      const tab = PANEL_TABS.find((one) => one === text) ?? null;
      if (tab !== null || text === null) room.setPanelTab(tab);
      return tab !== null || text === null;
    },
  });
  link.add(layersPart(room));
  link.add(room.find.filter.link);
  link.add(room.floors.linkPart);
  link.add({
    key: 'p',
    read() {
      const person = room.selection()?.person ?? null;
      return person === null ? null : personRef(person);
    },
    isReady: hasPeople,
    write(text) {
      const slot = text === null ? null : (slotsOfRefs(shown.picture.bindings, [text])[0] ?? null);
      if (text !== null && slot === null) return false;
      room.select(slot);
      return text === null || room.selection() !== null;
    },
  });
  link.add({
    key: 'card',
    read() {
      const open = cards.open();
      if (open === null) return null;
      return open.kind === 'company' ? `company/${open.companyCode}` : `area/${open.key}`;
    },
    isReady: hasPeople,
    write(text) {
      const [, kind, rest = ''] = /^(company|area)\/(.+)$/.exec(text ?? '') ?? [];
      if (text === null) cards.close();
      else if (kind === 'company') cards.openCompany(rest);
      else if (kind === 'area' && shown.picture.areas.has(rest)) cards.openArea(rest);
      else return false;
      return true;
    },
  });
  link.add({
    key: 'a',
    isOfMoment: true,
    read: () => room.chosenAlarm()?.alarmId ?? null,
    isReady: shown.hasSnapshot,
    write(text) {
      if (text !== null && !shown.alarms.some(({ alarmId }) => alarmId === text)) return false;
      room.chooseAlarm(text);
      return true;
    },
  });
  link.add({
    key: 'o',
    isOfMoment: true,
    read: room.orderId,
    isReady: shown.hasSnapshot,
    write(text) {
      if (text !== null && !shown.docs('order').some(({ orderId }) => orderId === text)) return false;
      room.openOrder(text);
      return true;
    },
  });
  link.add({ ...room.find.follow.link, isReady: hasPeople });
  link.add(splitPart(room));
  // Last: what opens a panel or looks somewhere turns a phone to another of its tabs.
  link.add({ ...phonePart(room), isReady: shown.hasSnapshot });
  // Over the span that is played back, once that is open: every track read is on record.
  const { tracks, phase, reasons } = room.playback;
  link.add({
    ...tracks.linkPart,
    isReady: () => hasPeople() && phase() !== 'opening' && reasons.asked() === null,
  });
  link.add(room.views.cameraLink);
}
