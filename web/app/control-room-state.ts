/**
 * What the operator has chosen: the selected person and alarm, layers, filter, track. The components read it and call
 * its verbs; the scene follows it (scene-host.tsx).
 */
import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js';
import type { SessionInfo, WebSettings } from '../../core/web-api.ts';
import { type AlarmView, isQuiet, type PersonView } from '../../stream/protocol/effects.ts';
import { AREA_KINDS, type AreaKind, PERSON_TYPES, type RuleId } from '../../stream/protocol/vocabulary.ts';
import { createAlarmActs } from '../alarm/alarm-acts.ts';
import { createAlarmConsole } from '../alarm/alarm-console.ts';
import { alarmAreaKey, isEmergency, isWaiting } from '../alarm/alarm-order.ts';
import { isListFlooded, loudGroups, rowsOf } from '../alarm/alarm-rows.ts';
import { createCardRoom } from '../cards/card-room.ts';
import { createDetectorsRoom } from '../detectors/detectors-room.ts';
import { createFindRoom } from '../find/find-room.ts';
import { createFloorsRoom } from '../floors/floors-room.ts';
import { createMusterRoom } from '../muster/muster-room.ts';
import { createPermitRoom } from '../permits/permit-room.ts';
import { createPlaybackRoom } from '../playback/playback-room.ts';
import type { PersonAlarm } from '../scene/people-buffer.ts';
import { createToolsRoom } from '../tools/tools-room.ts';
import { createTour } from '../tour/tour-state.ts';
import { createLink } from '../views/link.ts';
import { createViewsRoom } from '../views/views-room.ts';
import { areaMiddle } from './area-middle.ts';
import { createLiveState, type LiveState } from './live-state.ts';
import { keptFlag, keptFlags, keptSet } from './preferences.ts';
import { createShownState } from './shown-state.ts';

const HAS_OWN_PLACE: readonly RuleId[] = ['sos', 'gathering'];
const hasOwnPlace = ({ rule, permit }: AlarmView): boolean => HAS_OWN_PLACE.includes(rule) || permit !== null;
/** Yellow and blue stand still: a screen full of them would not let a red one be found. */
const PULSES_UP_TO = 2;
/** Contacts of more at once would push the list away. */
const EMERGENCIES_SHOWN = 2;
/** From where a circle fills a good part of the picture. */
const RANGE_PER_RADIUS = 9;
/** From where a job and its crew are seen. */
const JOB_RANGE_M = 160;

export interface Selection {
  readonly slot: number;
  readonly generation: number;
  /** null: unidentified. */
  readonly person: PersonView | null;
}

export type AreaLayer = AreaKind | 'other';
export const AREA_LAYERS: readonly AreaLayer[] = [...AREA_KINDS, 'other'];
export const AREA_LAYERS_AT_START: readonly AreaLayer[] = ['COMPANY_BOUNDARY', 'FORBIDDEN', 'HAZARD_SOURCE'];

export type PanelTab = 'boards' | 'find' | 'layers' | 'people' | 'permits' | 'orders' | 'views';
export type PhoneView = 'alarms' | 'find' | 'map';

/** What only the scene can do; set while it exists. */
export interface SceneCommands {
  lookAtSlot(slot: number): boolean;
  lookAtLngLat(lng: number, lat: number, heightM: number | null, rangeM?: number): void;
  follow(slot: number | null): void;
  goHome(): void;
}

export function createControlRoomState(settings: WebSettings, session: SessionInfo) {
  const live: LiveState = createLiveState(settings);
  const shown = createShownState(live);
  const [selection, setSelection] = createSignal<Selection | null>(null);
  const [chosenAlarmId, setChosenAlarmId] = createSignal<string | null>(null);
  const [isFollowing, setFollowing] = createSignal(false);
  const [panelTab, setPanelTab] = createSignal<PanelTab | null>(null);
  const [phoneView, setPhoneView] = createSignal<PhoneView>('alarms');
  const [isHelpOpen, setHelpOpen] = createSignal(false);
  const find = createFindRoom(shown, () => permits.items());
  const { company: companyFilter, setCompany: setCompanyFilter } = find.filter;
  const [shownShapes, setShownShapes] = keptFlags('layer.people', PERSON_TYPES.length);
  const [shownAreas, setShownAreas] = keptSet('layer.areas', AREA_LAYERS, AREA_LAYERS_AT_START);
  const [highlightedAreaKey, setHighlightedAreaKey] = createSignal<string | null>(null);
  const [areNamesShown, setNamesShown] = keptFlag('layer.names', true);
  const [isModelShown, setModelShown] = keptFlag('layer.model', true);
  /** Groups and folded sections of the alarm list that are open. */
  const [openRows, setOpenRows] = createSignal<ReadonlySet<string>>(new Set());
  const toggleRow = (key: string, isOpen = !openRows().has(key)): void => {
    const next = new Set(openRows());
    if (isOpen) next.add(key);
    else next.delete(key);
    setOpenRows(next);
  };
  const isFlooded = createMemo((was: boolean) => isListFlooded(shown.alarms, was), false);
  createEffect(
    on(isFlooded, (isNow) => {
      if (isNow) setOpenRows(new Set<string>());
    }),
  );
  const groups = createMemo(() => loudGroups(shown.alarms, isFlooded()));
  const alarmRows = createMemo(() =>
    rowsOf(shown.alarms, { openKeys: openRows(), chosenKey: chosenAlarmId(), isFlooded: isFlooded() }, groups()),
  );
  /** Emergencies whose contacts show: the chosen one, and the first that nobody acknowledged. */
  const emergencyIds = createMemo(() => {
    const emergencies = shown.alarms.filter(isEmergency);
    const waiting = emergencies.filter(isWaiting).slice(0, EMERGENCIES_SHOWN);
    const chosen = emergencies.filter(({ alarmId }) => alarmId === chosenAlarmId());
    return [...new Set([...chosen, ...waiting].map(({ alarmId }) => alarmId))];
  });
  const ordersByAlarm = createMemo(
    () => new Map(shown.docs('order').flatMap((order) => order.alarmIds.map((id) => [id, order] as const))),
  );
  /** Order shown in the panel; null: the list of them. */
  const [orderId, setOrderId] = createSignal<string | null>(null);
  const openOrder = (id: string | null): void => {
    setOrderId(id);
    if (id === null) return;
    setPanelTab('orders');
    setPhoneView('find');
  };
  const [notice, setNotice] = createSignal<string | null>(null);
  let scene: SceneCommands | null = null;

  const alarmsBySlot: Accessor<ReadonlyMap<number, PersonAlarm>> = createMemo(() => {
    const bySlot = new Map<number, PersonAlarm>();
    for (const alarm of shown.alarms) {
      if (!alarm.active || alarm.person === null || isQuiet(alarm)) continue;
      const known = bySlot.get(alarm.slot);
      bySlot.set(alarm.slot, {
        level: Math.min(alarm.level, known?.level ?? 9),
        acknowledged: !isWaiting(alarm) && (known?.acknowledged ?? true),
        pulses: (isWaiting(alarm) && alarm.level <= PULSES_UP_TO) || (known?.pulses ?? false),
        sos: alarm.rule === 'sos' || (known?.sos ?? false),
      });
    }
    return bySlot;
  });
  /** The first in the list of each person who stands in an alarm. */
  const firstAlarmBySlot: Accessor<ReadonlyMap<number, AlarmView>> = createMemo(() => {
    const bySlot = new Map<number, AlarmView>();
    for (const alarm of shown.alarms) {
      if (alarm.active && alarm.person !== null && !isQuiet(alarm) && !bySlot.has(alarm.slot))
        bySlot.set(alarm.slot, alarm);
    }
    return bySlot;
  });
  /** The first in the list that is about an area as a whole. */
  const firstAlarmByArea: Accessor<ReadonlyMap<string, AlarmView>> = createMemo(() => {
    const byArea = new Map<string, AlarmView>();
    for (const alarm of shown.alarms) {
      const key = alarmAreaKey(alarm);
      if (key === null || !alarm.active || alarm.person !== null || alarm.permit !== null || isQuiet(alarm)) continue;
      if (alarm.rule !== 'gathering' && !byArea.has(key)) byArea.set(key, alarm);
    }
    return byArea;
  });
  const alarmsByArea: Accessor<ReadonlyMap<string, number>> = createMemo(() => {
    const byArea = new Map<string, number>();
    for (const alarm of shown.alarms) {
      const key = alarmAreaKey(alarm);
      // A call, a crowd, a job has a place of its own; the area round it is not what is wrong.
      if (key === null || !alarm.active || isQuiet(alarm) || hasOwnPlace(alarm)) continue;
      byArea.set(key, Math.min(alarm.level, byArea.get(key) ?? 9));
    }
    return byArea;
  });
  const chosenAlarm = createMemo(() => shown.alarms.find((alarm) => alarm.alarmId === chosenAlarmId()) ?? null);

  const permits = createPermitRoom(shown, {
    companyCode: companyFilter,
    chosenAlarm,
    onOpen() {
      setPanelTab('permits');
      setPhoneView('find');
    },
  });
  const tools = createToolsRoom();
  const floors = createFloorsRoom(shown);
  const detectors = createDetectorsRoom(shown);
  const acts = createAlarmActs(live.connection);
  const desk = createAlarmConsole({ live, shown, acts, role: session.role, chosenAlarm, groups });
  const link = createLink();
  const views = createViewsRoom(link);

  const select = (slot: number | null): void => {
    const generation = slot === null ? undefined : shown.picture.generation[slot];
    const next =
      slot === null || generation === undefined ? null : { slot, generation, person: shown.picture.personAt(slot) };
    const before = selection();
    if ((next?.slot !== before?.slot || next?.generation !== before?.generation) && isFollowing()) scene?.follow(null);
    setSelection(next);
    if (next !== null) cards.close();
  };

  const cards = createCardRoom(settings, {
    letGo: () => select(null),
    onOpen: () => setPhoneView('map'),
  });

  /** After each change of the lossless lane: the wearer may have become known, or the slot was given to another. */
  shown.onPicture((change) => {
    const selected = selection();
    if (selected === null || change !== 'effects') return;
    if (shown.picture.generation[selected.slot] !== selected.generation) select(null);
    else setSelection({ ...selected, person: shown.picture.personAt(selected.slot) ?? selected.person });
  });

  const look = (alarm: AlarmView): void => {
    setChosenAlarmId(alarm.alarmId);
    desk.setLooked(alarm.alarmId);
    setPhoneView('map');
    if (
      alarm.slot >= 0 &&
      shown.picture.isPresent(alarm.slot) &&
      shown.picture.generation[alarm.slot] === alarm.generation
    ) {
      select(alarm.slot);
      if (scene?.lookAtSlot(alarm.slot) === true) return;
    }
    if (alarm.person === null) select(null);
    const key = alarmAreaKey(alarm);
    const area = key === null ? undefined : shown.picture.areas.get(key);
    const middle = area === undefined ? null : areaMiddle(area);
    if (alarm.place !== null) {
      const rangeM = alarm.radiusM === null ? undefined : alarm.radiusM * RANGE_PER_RADIUS;
      scene?.lookAtLngLat(alarm.place.lng, alarm.place.lat, alarm.place.heightM, rangeM);
    } else if (middle !== null) {
      scene?.lookAtLngLat(middle.lng, middle.lat, area?.zMinM ?? null, middle.rangeM);
    } else if (alarm.person === null) setNotice('alarm.nowhere');
  };

  const playback = createPlaybackRoom({ live, shown, selected: () => selection()?.person ?? null, select });
  link.add(playback.linkPart);

  const musters = createMusterRoom({ live, shown, session, chosenAlarm, chosenAreaKey: highlightedAreaKey });

  return {
    settings,
    session,
    live,
    /** What is drawn: live, or played back. */
    shown,
    /** What of all this stands in the address; features add their parts. */
    link,
    views,
    find,
    selection,
    select,
    chosenAlarmId,
    chosenAlarm,
    chooseAlarm: setChosenAlarmId,
    alarmsBySlot,
    alarmsByArea,
    firstAlarmBySlot,
    firstAlarmByArea,
    look,
    acts,
    console: desk,
    tour: createTour(session.userId, () => desk.offers().length),
    isFlooded,
    alarmRows,
    toggleRow,
    emergencyIds,
    orderOf: (alarmId: string) => ordersByAlarm().get(alarmId),
    orderId,
    openOrder,
    isFollowing,
    setFollowing,
    panelTab,
    setPanelTab,
    phoneView,
    setPhoneView,
    isHelpOpen,
    setHelpOpen,
    permits,
    musters,
    tools,
    floors,
    detectors,
    cards,
    companyFilter,
    setCompanyFilter,
    shownShapes,
    toggleShape: (shape: number) => setShownShapes(shownShapes().map((isOn, i) => (i === shape ? !isOn : isOn))),
    shownAreas,
    toggleArea(kind: AreaLayer): void {
      const next = new Set(shownAreas());
      if (!next.delete(kind)) next.add(kind);
      setShownAreas(next);
    },
    highlightedAreaKey,
    setHighlightedAreaKey,
    areNamesShown,
    setNamesShown,
    isModelShown,
    setModelShown,
    playback,
    tracks: playback.tracks,
    notice,
    setNotice,
    setScene(commands: SceneCommands | null): void {
      scene = commands;
    },
    lookAtSelected(): void {
      const selected = selection();
      if (selected !== null) scene?.lookAtSlot(selected.slot);
    },
    lookAtLngLat: (lng: number, lat: number, rangeM: number) => scene?.lookAtLngLat(lng, lat, null, rangeM),
    /** Of a person on the scene, without choosing him. */
    lookAtSlot: (slot: number) => void scene?.lookAtSlot(slot),
    /** The permit in focus. */
    lookAtJob(): void {
      const place = permits.item()?.place ?? null;
      if (place === null) {
        setNotice('permit.noPlace');
        return;
      }
      setPhoneView('map');
      scene?.lookAtLngLat(place.lng, place.lat, null, JOB_RANGE_M);
    },
    goHome: () => scene?.goHome(),
    toggleFollow(): void {
      const selected = selection();
      if (selected === null) return;
      const next = !isFollowing();
      scene?.follow(next ? selected.slot : null);
      setFollowing(next && scene !== null);
    },
    goLive(): void {
      playback.tracks.setScrubAtMs(null);
      playback.goLive();
    },
  };
}

export type ControlRoomState = ReturnType<typeof createControlRoomState>;
