/**
 * Fixed gas detectors on the map: whether they are shown, and what each measures. What they measure is of now, so none is shown
 * while the past is played back.
 */
import { createEffect, createMemo, createSignal, on } from 'solid-js';
import type { PlacedDetector } from '../../stream/protocol/permit-api.ts';
import { request } from '../app/api.ts';
import { keptFlag } from '../app/preferences.ts';
import type { ShownState } from '../app/shown-state.ts';
import { DetectorsPoll } from './detectors-poll.ts';
import { gasAlarmsOf } from './gas-alarms.ts';

const askAll = async (): Promise<readonly PlacedDetector[]> =>
  (await request<{ detectors: readonly PlacedDetector[] }>('GET', '/api/detectors')).detectors;

export function createDetectorsRoom(shown: ShownState) {
  const [isShown, setShown] = keptFlag('layer.detectors', false);
  const [list, setList] = createSignal<readonly PlacedDetector[]>([]);
  const [isFailed, setFailed] = createSignal(false);
  const poll = new DetectorsPoll(askAll, (answer) => {
    setFailed(answer === null);
    if (answer !== null) setList(answer);
  });
  const isOn = createMemo(() => isShown() && shown.isLive());
  const gasAlarms = createMemo(() => gasAlarmsOf(shown.alarms));
  createEffect(on([isOn, shown.nowMs, gasAlarms], ([isNow, nowMs, alarms]) => poll.look(isNow ? nowMs : null, alarms)));
  return {
    isShown,
    setShown,
    /** Empty while they are not shown. */
    list: () => (isOn() ? list() : []),
    /** The newest values were asked for and did not come: those that are shown grow old. */
    isFailed: () => isOn() && isFailed(),
  };
}
export type DetectorsRoom = ReturnType<typeof createDetectorsRoom>;
