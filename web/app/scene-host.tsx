/**
 * Loads the 3D scene (a chunk of its own), keeps it in step with the page's state, and says what failed. A scene whose graphics
 * context was lost is made anew: it sets nothing that is not set again by an effect, and gets back its camera.
 */
import {
  createEffect,
  createMemo,
  createRoot,
  createSignal,
  getOwner,
  Match,
  onCleanup,
  onMount,
  Switch,
  untrack,
} from 'solid-js';
import { type AreaView, areaKey } from '../../stream/protocol/effects.ts';
import { countText, personText, ruleText, shortCompany, titleText, whoText } from '../alarm/alarm-text.ts';
import { alarmedPlaces } from '../alarm/alarmed-places.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { sceneJobs } from '../permits/job-items.ts';
import type { CameraView } from '../scene/camera-view.ts';
import type { ParkScene } from '../scene/park-scene.ts';
import type { PeopleFilter } from '../scene/people-style.ts';
import { sceneProfileFrom } from '../scene/scene-profile.ts';
import { SceneRecovery } from '../scene/scene-recovery.ts';
import type { ControlRoomState } from './control-room-state.ts';
import { place } from './place.ts';
import type { Theme } from './preferences.ts';
import { installTestHook } from './test-hook.ts';
import { minuteText } from './time-text.ts';

/** Root font size that sprites are drawn for. */
const BODY_PX = 14;
const PHONE_PX = 900;
/** Height of the person card over the time line. */
const CARD_HEIGHT_REM = 15;
/** Of the work of today at the top. */
const STRIP_HEIGHT_REM = 3;
/** Between a pointer and the edge. */
const EDGE_PX = 10;
const AGE_MS = 1_000;

/** impossible: no WebGL 2 here; lost: the next scene comes by itself; failed: too many were lost. */
export type ScenePhase = 'loading' | 'shown' | 'lost' | 'failed' | 'impossible';

/** `isSecond`: beside another; it draws what the first draws, and nothing of the page answers to it. */
export function SceneHost(props: { room: ControlRoomState; theme: Theme; isSecond?: boolean }) {
  const t = useTranslate();
  const { room } = props;
  const { shown } = room;
  const [scene, setScene] = createSignal<ParkScene | null>(null);
  const [phase, setPhase] = createSignal<ScenePhase>('loading');
  /** Of registers, as the scene knows them: bindings come by the hundred when a shift begins. */
  const [knownVersion, setKnownVersion] = createSignal(0);
  const recovery = new SceneRecovery();
  let container!: HTMLDivElement;
  let isGone = false;
  let endScene = (): void => {};
  let due: ReturnType<typeof setTimeout> | undefined;
  const owner = getOwner();

  const labelText = (slot: number): string | null => {
    const person = shown.picture.personAt(slot);
    const alarm = room.firstAlarmBySlot().get(slot);
    if (alarm !== undefined) return `${ruleText(t, alarm.rule)} · ${whoText(t, alarm)}`;
    return person === null ? null : personText(t, person);
  };

  /** What stands in an area as a whole is named with it; a boundary is the company to everyone who looks at it. */
  const areaText = (area: AreaView): string => {
    const alarm = room.firstAlarmByArea().get(areaKey(area.companyCode, area.areaId));
    if (alarm !== undefined)
      return [ruleText(t, alarm.rule), area.name, countText(t, alarm)].filter(Boolean).join(' · ');
    if (area.kind !== 'COMPANY_BOUNDARY') return area.name;
    const company = shown.companyName(area.companyCode);
    return company === area.companyCode ? area.name : shortCompany(company);
  };

  const filter = createMemo((): PeopleFilter => {
    knownVersion();
    shown.hasSnapshot();
    const isOut = room.find.filter.isOut();
    const isOff = room.floors.isOff();
    const bright = room.musters.bright();
    const { picture } = shown;
    const areOthersHidden = room.find.filter.areOthersHidden();
    return {
      shownShapes: room.shownShapes(),
      isIdentified: (slot) => picture.personAt(slot) !== null,
      isDimmed: bright === null ? (slot) => isOut(slot) || isOff(slot) : (slot) => !bright.has(slot),
      // Whoever is counted in a muster is drawn, whatever was filtered for before it.
      isHidden: bright === null && areOthersHidden ? isOut : () => false,
    };
  });

  const load = async (view: CameraView | null): Promise<void> => {
    try {
      // Together in the chunk that has Cesium.
      const [{ ParkScene }, { SCENE_PARTS, SECOND_SCENE_PARTS }] = await Promise.all([
        import('../scene/park-scene.ts'),
        import('./scene-parts.ts'),
      ]);
      if (isGone) return;
      createRoot((dispose) => {
        const made = new ParkScene({
          container,
          settings: room.settings,
          profile: sceneProfileFrom(window.location.search),
          theme: untrack(() => props.theme),
          view,
          texts: { person: labelText, area: areaText, alarms: (n) => t('alarm.some', { n }), time: minuteText },
          nowMs: () => performance.now(),
          onPick: (slot) => room.select(slot),
          onPickPermit(picked) {
            if (!room.permits.pick(picked)) room.setPanelTab('permits');
          },
          onFollowEnded: () => room.setFollowing(false),
          onLost: () => recover(made.view),
          onProblem(part, reason) {
            console.warn(`scene: ${part}`, reason);
            room.setNotice(PROBLEM_TEXT[part]);
          },
        });
        endScene = () => {
          endScene = () => {};
          room.setScene(null);
          setScene(null);
          dispose();
          made.destroy();
        };
        room.setScene(made);
        setScene(made);
        setPhase('shown');
        for (const begin of props.isSecond === true ? SECOND_SCENE_PARTS : SCENE_PARTS) begin(made, room, t);
        // Who was followed goes on being followed.
        const followed = untrack(room.isFollowing) ? untrack(room.selection) : null;
        if (followed !== null) made.follow(followed.slot);
      }, owner);
    } catch (reason) {
      console.error('scene', reason instanceof Error ? (reason.stack ?? reason.message) : reason);
      if (phase() === 'loading') setPhase('impossible');
      else recover(view);
    }
  };

  /** The context of the scene went, or none was to be had for the next one. */
  const recover = (view: CameraView | null): void => {
    clearTimeout(due);
    const delayMs = recovery.lost(performance.now());
    setPhase(delayMs === null ? 'failed' : 'lost');
    lastView = view;
    // Not within the event: Cesium still draws the frame that it came in.
    due = setTimeout(() => {
      endScene();
      if (delayMs !== null) due = setTimeout(() => void load(view), delayMs);
    }, 0);
  };
  let lastView: CameraView | null = null;
  const retry = (): void => {
    setPhase('lost');
    void load(lastView);
  };

  onMount(() => void load(null));
  shown.onPicture((change) => {
    if (change === 'frame') scene()?.updatePeople(shown.picture);
  });
  const ager = setInterval(() => {
    setKnownVersion(untrack(shown.registerVersion));
    scene()?.age(shown.parkNowMs());
  }, AGE_MS);
  createEffect(() => scene()?.setTheme(props.theme));
  createEffect(() => scene()?.setLabelsEnabled(room.areNamesShown()));
  createEffect(() => scene()?.setModelShown(room.isModelShown()));
  createEffect(() => {
    shown.registerVersion();
    scene()?.setAreas({
      areas: shown.picture.areas.values(),
      alarmLevels: room.alarmsByArea(),
      shownKinds: room.shownAreas(),
      highlightedKey: room.permits.jobAreaKey() ?? room.highlightedAreaKey(),
      floorNo: room.floors.chosen(),
    });
  });
  createEffect(() =>
    scene()?.setAlarmedPlaces(alarmedPlaces(shown.alarms, (alarm) => titleText(t, alarm, shown.companyName))),
  );
  createEffect(() => {
    const { items, focusKey, shownKinds, shownStates, crew } = room.permits;
    const selectedKey = focusKey();
    const shown = { kinds: shownKinds(), states: shownStates(), selectedKey, companyCode: room.companyFilter() };
    scene()?.setPermits({ permits: sceneJobs(items(), shown), selectedKey, crew: crew() });
  });
  createEffect(() => {
    const { item, view, jobAreaKey } = room.permits;
    const permit = view();
    const place = item()?.place ?? null;
    const isGuarded = permit?.status === 'working' || permit?.status === 'paused';
    scene()?.showJob(
      permit === null || place === null
        ? null
        : {
            ...place,
            radiusM: jobAreaKey() === null ? permit.radiusM : null,
            guardianRadiusM: isGuarded ? permit.guardianRadiusM : null,
          },
    );
  });
  // Who comes by a link wants to see what it names; later the camera is the operator's.
  let isByLink =
    room.permits.open() !== null && !place().query.has(room.views.cameraLink.key) && props.isSecond !== true;
  createEffect(() => {
    if (!isByLink || scene() === null || room.permits.item() === null) return;
    isByLink = false;
    room.lookAtJob();
  });
  createEffect(() => {
    if (shown.hasSnapshot() && shown.picture.frameAtMs > 0) scene()?.updatePeople(shown.picture);
  });
  createEffect(() =>
    scene()?.restyle({
      nowMs: untrack(shown.parkNowMs),
      selectedSlot: room.selection()?.slot ?? null,
      alarms: room.alarmsBySlot(),
      filter: filter(),
    }),
  );
  const measure = (): void => {
    const style = getComputedStyle(document.documentElement);
    const rootPx = Number.parseFloat(style.fontSize);
    scene()?.setTypeScale(rootPx / BODY_PX);
    /** Custom properties keep their unit: rem. */
    const px = (name: string): number => (Number.parseFloat(style.getPropertyValue(name)) || 0) * rootPx;
    const isWide = window.innerWidth >= PHONE_PX;
    const gapPx = px('--gap');
    // Beside a second scene it is not as wide as the page.
    room.views.isSplit();
    const box = container.getBoundingClientRect();
    scene()?.setInsets({
      leftPx: (isWide ? Math.max(0, px('--rail-w') - box.left) : 0) + EDGE_PX,
      rightPx: (isWide ? Math.max(0, box.right - window.innerWidth + px('--alarms-w') + gapPx) : 0) + EDGE_PX,
      topPx: 3 * gapPx + 24 + (isWide && room.permits.counts().total > 0 ? STRIP_HEIGHT_REM * rootPx : 0),
      bottomPx: 2 * gapPx + (room.selection() === null ? 0 : CARD_HEIGHT_REM * rootPx),
    });
  };
  createEffect(measure);
  window.addEventListener('resize', measure);
  if (props.isSecond !== true) installTestHook(room, scene, phase);
  onCleanup(() => {
    isGone = true;
    clearInterval(ager);
    clearTimeout(due);
    window.removeEventListener('resize', measure);
    endScene();
  });

  return (
    <div class="scene" ref={container}>
      {/* In an element of its own: a lone expression that turns empty would clear the scene's canvas away with it. */}
      <div class="scene-words">
        <Switch>
          <Match when={phase() === 'impossible'}>
            <div class="empty scene-failed" role="alert">
              <strong>{t('scene.failed')}</strong>
              <span>{t('scene.failedDetail')}</span>
            </div>
          </Match>
          <Match when={phase() === 'failed'}>
            <div class="empty scene-failed" role="alert">
              <strong>{t('recovery.failed')}</strong>
              <span>{t('recovery.failedDetail')}</span>
              <button type="button" class="button" onClick={retry}>
                {t('retry')}
              </button>
            </div>
          </Match>
          <Match when={phase() === 'lost'}>
            <div class="empty scene-loading" role="status">
              <strong>{t('recovery.lost')}</strong>
              <span>{t('recovery.lostDetail')}</span>
            </div>
          </Match>
          <Match when={phase() === 'loading'}>
            <div class="empty scene-loading">{t('scene.loading')}</div>
          </Match>
        </Switch>
      </div>
    </div>
  );
}

const PROBLEM_TEXT = {
  'base-map': 'scene.baseMapFailed',
  tileset: 'scene.tilesetFailed',
} as const;
