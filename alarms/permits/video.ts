/**
 * Cameras of a job (GB 30871-2022 5.2.11, AQ 3064.2-2025 5.6, 6.4.3): each special work shows itself by a linked camera some minutes after its start, and hot
 * work that has to be recorded throughout (special level, at a hazard source) is not left unseen.
 */
import type { PermitState } from '../../stream/protocol/permit-merge.ts';
import type { CameraState } from '../../stream/protocol/permits.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import type { Finding, Judge, JudgeContext } from './finding.ts';
import { fact, instantFact, type Work, wordFact, workOf } from './work.ts';

export const judgeVideo: Judge = (permit, context) => {
  const work = workOf(permit, context.nowMs);
  if (!work.isGoingOn || context.duty === null) return [];
  return context.cameraCodes.length === 0 ? noVideo(permit, context, work) : gap(context, work);
};

/** Of the whole work, since a pause does not ask for another link. */
function noVideo(_permit: PermitState, context: JudgeContext, { startedAtMs }: Work): Finding[] {
  if (startedAtMs === null) return [];
  const dueAtMs = startedAtMs + context.settings.videoAfterMs;
  if (context.nowMs < dueAtMs) {
    context.again(dueAtMs);
    return [];
  }
  const source = context.hazardSourceCode;
  const facts = [
    instantFact('startedAt', startedAtMs),
    instantFact('dueAt', dueAtMs),
    ...(source === null ? [] : [fact('hazardSource', source, 'text')]),
  ];
  return [{ rule: 'no-video', about: '', onsetAtMs: dueAtMs, level: levelOf(context), facts }];
}

function levelOf(context: JudgeContext): AlarmLevel {
  if (isRecordedThroughout(context)) return 2;
  return context.duty?.kind === 'confined-space' ? 3 : 4;
}

/** Special-grade hot work, and any at a hazard source. */
export const isRecordedThroughout = ({
  duty,
  hazardSourceCode,
}: Pick<JudgeContext, 'duty' | 'hazardSourceCode'>): boolean =>
  duty !== null && (duty.recorded !== null || (duty.kind === 'fire' && hazardSourceCode !== null));

/** No camera of the job is seen to record; one of which the platform says nothing may. */
function gap(context: JudgeContext, { onSinceMs }: Work): Finding[] {
  if (!isRecordedThroughout(context)) return [];
  const { nowMs, settings, cameraCodes } = context;
  const states = cameraCodes.map((code) => context.camera(code));
  if (states.some((state) => state === undefined || (state.online && gapMs(state) <= settings.videoGapMs))) return [];
  const unseen = (states as CameraState[]).map((state) => ({ state, fromMs: unseenFromMs(state) }));
  // The job is unseen since the last of them went.
  const last = unseen.reduce((a, b) => (b.fromMs > a.fromMs ? b : a));
  const fromMs = Math.max(last.fromMs, onSinceMs ?? 0);
  if (nowMs - fromMs <= settings.videoGapMs) {
    context.again(fromMs + settings.videoGapMs + 1);
    return [];
  }
  const facts = [
    ...unseen.slice(0, SHOWN).map(({ state }) => fact('camera', state.cameraCode, 'text')),
    instantFact('at', fromMs),
    wordFact('reason', last.state.online ? 'recording-stopped' : 'camera-offline'),
    fact('ageMin', Math.round((nowMs - fromMs) / 1000), 's', settings.videoGapMs / 1000),
  ];
  return [{ rule: 'video-gap', about: '', onsetAtMs: fromMs, facts }];
}
const SHOWN = 9;

/** Of one that is online, when that was seen; what has been recorded since is not told again by the second. */
const gapMs = ({ recordedToMs, atMs }: CameraState): number => (recordedToMs === null ? 0 : atMs - recordedToMs);
const unseenFromMs = ({ recordedToMs, atMs }: CameraState): number =>
  recordedToMs === null ? atMs : Math.min(recordedToMs, atMs);
