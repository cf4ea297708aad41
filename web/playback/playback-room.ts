/**
 * Playing back in the control room: which span, from where, and the way back to live. While the past is shown, live goes on beside it:
 * what comes new there is counted and leads back.
 */
import { type Accessor, batch, createEffect, createMemo, createSignal, on } from 'solid-js';
import { MAX_PLAYBACK_SPAN_MS, type Playback, type PlaybackMark } from '../../core/playback-api.ts';
import type { AlarmView, PersonView } from '../../stream/protocol/effects.ts';
import { isWaiting } from '../alarm/alarm-order.ts';
import { ruleText, whoText } from '../alarm/alarm-text.ts';
import { ApiError } from '../app/api.ts';
import type { PictureState, ShownState } from '../app/shown-state.ts';
import { exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import type { LinkPart } from '../views/link-book.ts';
import { BEFORE_ALARM_MS, momentText } from './before-alarm.ts';
import { createHeatRoom } from './heat-room.ts';
import { playbackClient } from './playback-client.ts';
import type { PlayedSpan } from './playback-player.ts';
import { nextSpeed, type Speed } from './playback-speed.ts';
import { createPastState } from './playback-state.ts';
import { createReasons } from './reason.ts';
import { createTracksRoom } from './tracks-room.ts';

const SPAN_BEFORE_ALARM_MS = 10 * 60_000;
const SPAN_AFTER_ALARM_MS = 50 * 60_000;
/** Round a moment that a link names. */
const SPAN_AROUND_MS = 30 * 60_000;
/** What is younger may not be stored yet. */
const STORED_AFTER_MS = 3_000;

export interface PlaybackAround {
  readonly live: PictureState;
  readonly shown: ShownState;
  readonly selected: Accessor<PersonView | null>;
  readonly select: (slot: number | null) => void;
}

export type PlaybackPhase = 'closed' | 'opening' | 'open' | 'failed';

export function createPlaybackRoom({ live, shown, selected, select }: PlaybackAround) {
  const t = useTranslate();
  const reasons = createReasons(() => Date.now());
  const [phase, setPhase] = createSignal<PlaybackPhase>('closed');
  const [problem, setProblem] = createSignal<string | null>(null);
  const [playback, setPlayback] = createSignal<Playback | null>(null);
  const [isPickerOpen, setPickerOpen] = createSignal(false);
  const [bundleOf, setBundleOf] = createSignal<AlarmView | null | undefined>(undefined);
  /** Where it was last put or stood still: what a link says. */
  const [restMs, setRestMs] = createSignal<number | null>(null);
  const [leftLiveAtMs, setLeftLiveAtMs] = createSignal(0);
  const past = createPastState(live.companyName);
  const { view } = past;
  const isShown = () => !shown.isLive();
  const span = createMemo((): PlayedSpan | null => (isShown() ? playback() : null));
  /** Of the newest call: an older one that answers late is not shown. */
  let opening = 0;

  /** The same person under the slot that he has there. */
  const showing = (next: PictureState | null): void => {
    const person = selected();
    batch(() => {
      shown.show(next);
      const bindings = (next ?? live).picture.bindings;
      const found = person === null ? undefined : [...bindings].find(([, one]) => isSame(one.person, person));
      select(found?.[0] ?? null);
    });
  };

  const goLive = (): void => {
    opening++;
    past.close();
    batch(() => {
      setPhase('closed');
      setProblem(null);
      setPlayback(null);
      setRestMs(null);
      if (isShown()) showing(null);
    });
  };

  const open = async (wanted: PlayedSpan, atMs: number, reason: string): Promise<void> => {
    const mine = ++opening;
    setPhase('opening');
    setProblem(null);
    try {
      let begun = await playbackClient.begin({ ...wanted, reason });
      if (mine !== opening) return;
      setPlayback(begun);
      if (!isShown()) setLeftLiveAtMs(live.parkNowMs());
      const source = {
        async chunk(fromMs: number, toMs: number, stepMs: number, signal: AbortSignal): Promise<Uint8Array> {
          const piece = { fromMs, toMs, stepMs };
          try {
            return await playbackClient.chunk(begun.playbackId, piece, signal);
          } catch (failure) {
            // The server does not know it any more: begun anew, it is the same.
            if (!(failure instanceof ApiError) || failure.status !== 404) throw failure;
            begun = await playbackClient.begin({ fromMs: begun.fromMs, toMs: begun.toMs, reason });
            return await playbackClient.chunk(begun.playbackId, piece, signal);
          }
        },
      };
      past.open(begun, source, atMs);
      past.play();
      setRestMs(Math.round(atMs));
    } catch (failure) {
      if (mine !== opening) return;
      setPhase(isShown() ? 'open' : 'failed');
      setProblem(failure instanceof ApiError ? failure.code : String(failure));
    }
  };

  // Live stays on the screen until there is something to show.
  createEffect(
    on(
      () => [view().hasPicture, view().problem] as const,
      ([hasPicture, failed]) => {
        if (phase() !== 'opening') return;
        if (hasPicture) {
          setPhase('open');
          if (!isShown()) showing(past);
        } else if (failed?.isFinal === true) {
          past.close();
          setPhase('failed');
          setProblem(failed.code);
        }
      },
    ),
  );

  const begin = (wanted: PlayedSpan, atMs: number, what = ''): void => {
    const lastMs = Math.round(live.parkNowMs() - STORED_AFTER_MS);
    const toMs = Math.min(lastMs, Math.round(wanted.toMs));
    const fromMs = Math.max(Math.min(Math.round(wanted.fromMs), toMs - 1_000), toMs - MAX_PLAYBACK_SPAN_MS);
    const from = Math.max(fromMs, Math.min(toMs, Math.round(atMs)));
    reasons.withReason(what, (reason) => void open({ fromMs, toMs }, from, reason));
  };

  const seek = (atMs: number): void => {
    past.seek(atMs);
    setRestMs(Math.round(view().waitingForMs ?? view().atMs));
  };

  const tracks = createTracksRoom({
    shown,
    reasons,
    parkNowMs: live.parkNowMs,
    playedSpan: span,
    playedAtMs: () => view().atMs,
  });
  const heat = createHeatRoom({ parkNowMs: live.parkNowMs, playedSpan: span });

  return {
    phase,
    problem,
    forgetProblem(): void {
      setProblem(null);
      if (phase() === 'failed') setPhase('closed');
    },
    view,
    /** The past is on the screen. */
    isShown,
    span,
    marks: (): readonly PlaybackMark[] => (isShown() ? (playback()?.marks ?? []) : []),
    floorMs: () => playback()?.floorMs ?? null,
    /** Alarms that came live, and wait, since the past is shown: gravest first. */
    newAlarms: createMemo((): readonly AlarmView[] =>
      isShown()
        ? live.alarms.filter((alarm) => isWaiting(alarm) && (alarm.askedAtMs ?? alarm.raisedAtMs) > leftLiveAtMs())
        : [],
    ),
    isPickerOpen,
    setPickerOpen,
    /** What an incident bundle is asked for: round an alarm, or of the played span; undefined: nothing. */
    bundleOf,
    openBundle: (alarm: AlarmView | null) => setBundleOf(alarm),
    closeBundle: () => setBundleOf(undefined),
    begin,
    /** A minute before it. */
    beginBefore(alarm: AlarmView): void {
      const { onsetAtMs } = alarm;
      const played = span();
      if (played !== null && onsetAtMs - BEFORE_ALARM_MS >= played.fromMs && onsetAtMs <= played.toMs) {
        seek(onsetAtMs - BEFORE_ALARM_MS);
        past.play();
        return;
      }
      // What led to an alarm is a reason by itself.
      const name = `${ruleText(t, alarm.rule)} ${whoText(t, alarm, live.companyName)} ${exactText(onsetAtMs)}`;
      reasons.suggest(t('reason.ofAlarm', { name }));
      begin(
        { fromMs: onsetAtMs - SPAN_BEFORE_ALARM_MS, toMs: onsetAtMs + SPAN_AFTER_ALARM_MS },
        onsetAtMs - BEFORE_ALARM_MS,
      );
    },
    seek,
    toggle(): void {
      if (view().isPlaying) {
        past.pause();
        setRestMs(Math.round(view().atMs));
      } else past.play();
    },
    step(by: 1 | -1): void {
      past.step(by);
      setRestMs(Math.round(view().waitingForMs ?? view().atMs));
    },
    setSpeed: (speed: Speed) => past.setSpeed(speed),
    changeSpeed: (by: 1 | -1) => past.setSpeed(nextSpeed(view().speed, by)),
    goLive,
    reasons,
    tracks,
    heat,
    /** `t`: moment that is shown. */
    linkPart: {
      key: 't',
      isOfMoment: true,
      isReady: live.hasSnapshot,
      read: () => {
        const atMs = restMs();
        return atMs === null ? null : momentText(atMs);
      },
      write(text) {
        if (text === null) {
          goLive();
          return true;
        }
        const atMs = Date.parse(text);
        if (Number.isNaN(atMs) || atMs > live.parkNowMs()) return false;
        const known = span();
        if (known !== null && atMs >= known.fromMs && atMs <= known.toMs) seek(atMs);
        else begin({ fromMs: atMs - SPAN_AROUND_MS, toMs: atMs + SPAN_AROUND_MS }, atMs);
        return true;
      },
    } satisfies LinkPart,
  };
}
export type PlaybackRoom = ReturnType<typeof createPlaybackRoom>;

const isSame = (a: PersonView, b: PersonView): boolean =>
  a.companyCode === b.companyCode && (a.personId === null ? a.cardNo === b.cardNo : a.personId === b.personId);
