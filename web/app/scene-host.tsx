/** Loads the 3D scene (a chunk of its own), keeps it in step with the page's state, and says what failed. */
import { createEffect, createSignal, getOwner, on, onCleanup, onMount, runWithOwner, Show } from 'solid-js';
import { type AreaView, areaKey } from '../../stream/protocol/effects.ts';
import { countText, personText, ruleText, shortCompany, titleText, whoText } from '../alarm/alarm-text.ts';
import { alarmedPlaces } from '../alarm/alarmed-places.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { sceneJobs } from '../permits/job-items.ts';
import type { ParkScene } from '../scene/park-scene.ts';
import { sceneProfileFrom } from '../scene/scene-profile.ts';
import { trackIndexAt } from '../scene/track-time.ts';
import type { ControlRoomState } from './control-room-state.ts';
import type { Theme } from './preferences.ts';
import { SCENE_PARTS } from './scene-parts.ts';
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
const RESTYLE_MS = 1_000;
/** A person between two stored positions farther apart than this is not shown there. */
const TRACK_SLACK_MS = 60_000;

export function SceneHost(props: { room: ControlRoomState; theme: Theme }) {
  const t = useTranslate();
  const { room } = props;
  const { shown } = room;
  const [scene, setScene] = createSignal<ParkScene | null>(null);
  const [hasFailed, setFailed] = createSignal(false);
  let container!: HTMLDivElement;
  let isGone = false;
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

  const restyle = (): void => {
    const company = room.companyFilter();
    scene()?.restyle({
      nowMs: shown.parkNowMs(),
      selectedSlot: room.selection()?.slot ?? null,
      alarms: room.alarmsBySlot(),
      shownShapes: room.shownShapes(),
      isIdentified: (slot) => shown.picture.personAt(slot) !== null,
      isDimmed: (slot) => company !== null && shown.picture.personAt(slot)?.companyCode !== company,
    });
  };

  const load = async (): Promise<void> => {
    try {
      const { ParkScene } = await import('../scene/park-scene.ts');
      if (isGone) return;
      const made = new ParkScene({
        container,
        settings: room.settings,
        profile: sceneProfileFrom(window.location.search),
        theme: props.theme,
        texts: { person: labelText, area: areaText, alarms: (n) => t('alarm.some', { n }), time: minuteText },
        nowMs: () => performance.now(),
        onPick: (slot) => room.select(slot),
        onPickPermit(picked) {
          if (!room.permits.pick(picked)) room.setPanelTab('permits');
        },
        onFollowEnded: () => room.setFollowing(false),
        onProblem(part, reason) {
          console.warn(`scene: ${part}`, reason);
          room.setNotice(PROBLEM_TEXT[part]);
        },
      });
      room.setScene(made);
      setScene(made);
      runWithOwner(owner, () => {
        for (const begin of SCENE_PARTS) begin(made, room, t);
      });
    } catch (reason) {
      console.error('scene', reason instanceof Error ? (reason.stack ?? reason.message) : reason);
      setFailed(true);
    }
  };

  onMount(() => void load());
  shown.onPicture((change) => {
    if (change === 'frame') scene()?.updatePeople(shown.picture);
    restyle();
  });
  const restyler = setInterval(restyle, RESTYLE_MS);
  createEffect(restyle);
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
  let isByLink = room.permits.open() !== null;
  createEffect(() => {
    if (!isByLink || scene() === null || room.permits.item() === null) return;
    isByLink = false;
    room.lookAtJob();
  });
  createEffect(() => {
    if (shown.hasSnapshot() && shown.picture.frameAtMs > 0) scene()?.updatePeople(shown.picture);
    restyle();
  });
  createEffect(() => scene()?.showTrack(room.track()?.track ?? null));
  createEffect(
    on([room.scrubAtMs, room.track, scene], ([atMs, state]) => {
      const track = state?.track ?? null;
      const index = atMs === null || track === null ? null : trackIndexAt(track.observedAtMs, atMs, TRACK_SLACK_MS);
      scene()?.markTrack(index);
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
    scene()?.setInsets({
      leftPx: (isWide ? px('--rail-w') : 0) + EDGE_PX,
      rightPx: (isWide ? px('--alarms-w') + gapPx : 0) + EDGE_PX,
      topPx: 3 * gapPx + 24 + (isWide && room.permits.counts().total > 0 ? STRIP_HEIGHT_REM * rootPx : 0),
      bottomPx: 2 * gapPx + (room.selection() === null ? 0 : CARD_HEIGHT_REM * rootPx),
    });
  };
  createEffect(measure);
  window.addEventListener('resize', measure);
  installTestHook(room, scene);
  onCleanup(() => {
    isGone = true;
    clearInterval(restyler);
    window.removeEventListener('resize', measure);
    room.setScene(null);
    scene()?.destroy();
  });

  return (
    <div class="scene" ref={container}>
      <Show when={hasFailed()}>
        <div class="empty scene-failed" role="alert">
          <strong>{t('scene.failed')}</strong>
          <span>{t('scene.failedDetail')}</span>
        </div>
      </Show>
      <Show when={scene() === null && !hasFailed()}>
        <div class="empty scene-loading">{t('scene.loading')}</div>
      </Show>
    </div>
  );
}

const PROBLEM_TEXT = {
  'base-map': 'scene.baseMapFailed',
  tileset: 'scene.tilesetFailed',
  render: 'scene.renderFailed',
} as const;
