/**
 * What the operator has chosen: the selected person and alarm, layers, filter, track. The components read it and call
 * its verbs; the scene follows it (scene-host.tsx).
 */
import { type Accessor, createMemo, createSignal } from 'solid-js';
import type { SessionInfo, TrackAnswer, WebSettings } from '../../core/web-api.ts';
import { type AlarmView, areaKey, type PersonView } from '../../stream/protocol/effects.ts';
import { AREA_KINDS, type AreaKind } from '../../stream/protocol/vocabulary.ts';
import type { PersonAlarm } from '../scene/people-buffer.ts';
import { ApiError, api, personKey } from './api.ts';
import { createLiveState, type LiveState } from './live-state.ts';

const TRACK_SPAN_MS = 3_600_000;
/** Finer than what a screen shows of an hour. */
const TRACK_TOLERANCE_M = 1;

export interface Selection {
  readonly slot: number;
  readonly generation: number;
  /** null: unidentified. */
  readonly person: PersonView | null;
}

export type AreaLayer = AreaKind | 'other';
export const AREA_LAYERS: readonly AreaLayer[] = [...AREA_KINDS, 'other'];
const AREA_LAYERS_AT_START: readonly AreaLayer[] = ['COMPANY_BOUNDARY', 'FORBIDDEN', 'HAZARD_SOURCE'];

export type PanelTab = 'find' | 'layers' | 'people';
export type PhoneView = 'alarms' | 'find' | 'map';

export interface TrackState {
  readonly name: string;
  readonly phase: 'loading' | 'ready' | 'empty' | 'failed';
  readonly reason: string | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly track: TrackAnswer['tracks'][number] | null;
}

/** What only the scene can do; set while it exists. */
export interface SceneCommands {
  lookAtSlot(slot: number): boolean;
  lookAtLngLat(lng: number, lat: number, heightM: number | null, rangeM?: number): void;
  follow(slot: number | null): void;
  goHome(): void;
}

export function createControlRoomState(settings: WebSettings, session: SessionInfo) {
  const live: LiveState = createLiveState(settings);
  const [selection, setSelection] = createSignal<Selection | null>(null);
  const [chosenAlarmId, setChosenAlarmId] = createSignal<string | null>(null);
  const [isFollowing, setFollowing] = createSignal(false);
  const [panelTab, setPanelTab] = createSignal<PanelTab | null>(null);
  const [phoneView, setPhoneView] = createSignal<PhoneView>('alarms');
  const [isHelpOpen, setHelpOpen] = createSignal(false);
  const [companyFilter, setCompanyFilter] = createSignal<string | null>(null);
  const [shownShapes, setShownShapes] = createSignal<readonly boolean[]>([true, true, true, true]);
  const [shownAreas, setShownAreas] = createSignal<ReadonlySet<AreaLayer>>(new Set(AREA_LAYERS_AT_START));
  const [highlightedAreaKey, setHighlightedAreaKey] = createSignal<string | null>(null);
  const [areNamesShown, setNamesShown] = createSignal(true);
  const [isModelShown, setModelShown] = createSignal(true);
  const [track, setTrack] = createSignal<TrackState | null>(null);
  /** Moment on the track; null: live. */
  const [scrubAtMs, setScrubAtMs] = createSignal<number | null>(null);
  const [notice, setNotice] = createSignal<string | null>(null);
  let scene: SceneCommands | null = null;

  const alarmsBySlot: Accessor<ReadonlyMap<number, PersonAlarm>> = createMemo(() => {
    const bySlot = new Map<number, PersonAlarm>();
    for (const alarm of live.alarms) {
      if (!alarm.active) continue;
      const known = bySlot.get(alarm.slot);
      bySlot.set(alarm.slot, {
        level: Math.min(alarm.level, known?.level ?? 9),
        acknowledged: alarm.acknowledged && (known?.acknowledged ?? true),
        sos: alarm.rule === 'sos' || (known?.sos ?? false),
      });
    }
    return bySlot;
  });
  const alarmsByArea: Accessor<ReadonlyMap<string, number>> = createMemo(() => {
    const byArea = new Map<string, number>();
    for (const alarm of live.alarms) {
      if (alarm.areaId === null || alarm.areaCompanyCode === null || !alarm.active) continue;
      const key = areaKey(alarm.areaCompanyCode, alarm.areaId);
      byArea.set(key, Math.min(alarm.level, byArea.get(key) ?? 9));
    }
    return byArea;
  });
  const chosenAlarm = createMemo(() => live.alarms.find((alarm) => alarm.alarmId === chosenAlarmId()) ?? null);

  const [pendingIds, setPendingIds] = createSignal<ReadonlySet<string>>(new Set());
  const [alarmProblem, setAlarmProblem] = createSignal<string | null>(null);
  const act = async (verb: 'acknowledge' | 'reset', alarm: AlarmView, comment: string | null): Promise<void> => {
    if (pendingIds().has(alarm.alarmId)) return;
    setPendingIds(new Set(pendingIds()).add(alarm.alarmId));
    setAlarmProblem(null);
    const outcome = await live.connection.act(verb, alarm.alarmId, comment);
    const left = new Set(pendingIds());
    left.delete(alarm.alarmId);
    setPendingIds(left);
    // What was done comes back on the alarm lane; here only a failure is told.
    if (!outcome.ok) setAlarmProblem(outcome.code);
  };

  const clearTrack = (): void => {
    setTrack(null);
    setScrubAtMs(null);
  };

  const select = (slot: number | null): void => {
    const generation = slot === null ? undefined : live.picture.generation[slot];
    const next =
      slot === null || generation === undefined ? null : { slot, generation, person: live.picture.personAt(slot) };
    const before = selection();
    if (next?.slot !== before?.slot || next?.generation !== before?.generation) {
      clearTrack();
      if (isFollowing()) scene?.follow(null);
    }
    setSelection(next);
  };

  /** After each change of the lossless lane: the wearer may have become known, or the slot was given to another. */
  live.onPicture((change) => {
    const selected = selection();
    if (selected === null || change !== 'effects') return;
    if (live.picture.generation[selected.slot] !== selected.generation) select(null);
    else setSelection({ ...selected, person: live.picture.personAt(selected.slot) ?? selected.person });
  });

  const look = (alarm: AlarmView): void => {
    setChosenAlarmId(alarm.alarmId);
    setPhoneView('map');
    if (live.picture.isPresent(alarm.slot) && live.picture.generation[alarm.slot] === alarm.generation) {
      select(alarm.slot);
      if (scene?.lookAtSlot(alarm.slot) === true) return;
    }
    if (alarm.place !== null) scene?.lookAtLngLat(alarm.place.lng, alarm.place.lat, alarm.place.heightM);
  };

  const loadTrack = async (): Promise<void> => {
    const person = selection()?.person;
    const key = person == null ? null : personKey(person);
    if (person == null || key === null) return;
    const toMs = live.parkNowMs();
    const base = { name: person.name, reason: null, fromMs: toMs - TRACK_SPAN_MS, toMs, track: null };
    setScrubAtMs(null);
    const loading: TrackState = { ...base, phase: 'loading' };
    setTrack(loading);
    const settle = (state: TrackState): void => {
      // Another person, or the operator closed it meanwhile.
      if (track() === loading) setTrack(state);
    };
    try {
      const answer = await api.track(person.companyCode, key, base.fromMs, toMs, TRACK_TOLERANCE_M);
      const found = answer.tracks[0] ?? null;
      const isEmpty = found === null || found.observedAtMs.length === 0;
      settle({ ...base, phase: isEmpty ? 'empty' : 'ready', track: isEmpty ? null : found });
    } catch (reason) {
      settle({ ...base, phase: 'failed', reason: reason instanceof ApiError ? reason.code : String(reason) });
    }
  };

  return {
    settings,
    session,
    live,
    selection,
    select,
    chosenAlarmId,
    chosenAlarm,
    chooseAlarm: setChosenAlarmId,
    alarmsBySlot,
    alarmsByArea,
    look,
    /** Resolves when the server answered; the row changes with the effect. */
    acknowledge: (alarm: AlarmView) => act('acknowledge', alarm, null),
    reset: (alarm: AlarmView, comment: string | null) => act('reset', alarm, comment),
    isPending: (alarmId: string) => pendingIds().has(alarmId),
    /** Error code of the last act that was not done. */
    alarmProblem,
    isFollowing,
    setFollowing,
    panelTab,
    setPanelTab,
    phoneView,
    setPhoneView,
    isHelpOpen,
    setHelpOpen,
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
    track,
    loadTrack,
    clearTrack,
    scrubAtMs,
    setScrubAtMs,
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
    goHome: () => scene?.goHome(),
    toggleFollow(): void {
      const selected = selection();
      if (selected === null) return;
      const next = !isFollowing();
      scene?.follow(next ? selected.slot : null);
      setFollowing(next && scene !== null);
    },
    goLive(): void {
      setScrubAtMs(null);
    },
  };
}

export type ControlRoomState = ReturnType<typeof createControlRoomState>;
