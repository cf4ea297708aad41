/** Stored tracks of several people under one slider: who, over which span, and the moment that all of them are shown at. */
import { type Accessor, createEffect, createMemo, createSignal, on, untrack } from 'solid-js';
import type { TrackAnswer } from '../../core/web-api.ts';
import type { PersonView } from '../../stream/protocol/effects.ts';
import { ApiError, api, personKey } from '../app/api.ts';
import type { ShownState } from '../app/shown-state.ts';
import { personRef, refsFrom, refsText, slotsOfRefs } from '../find/person-ref.ts';
import type { LinkPart } from '../views/link-book.ts';
import type { PlayedSpan } from './playback-player.ts';
import type { Reasons } from './reason.ts';

/** More lines than this nobody tells apart. */
export const MAX_TRACKS = 8;
const LIVE_SPAN_MS = 3_600_000;
/** Finer than what a screen shows of an hour. */
const TOLERANCE_M = 1;

export type StoredTrack = TrackAnswer['tracks'][number];

export interface PersonTrack {
  /** `company/person` */
  readonly key: string;
  readonly person: PersonView;
  /** What of it was asked for. */
  readonly of: PlayedSpan;
  /** 0 - 7: number and line that tell it from the others, kept while it is shown. */
  readonly place: number;
  readonly phase: 'loading' | 'ready' | 'empty' | 'failed';
  /** Error code. */
  readonly problem: string | null;
  readonly track: StoredTrack | null;
}

export interface TracksAround {
  readonly shown: Pick<ShownState, 'picture'>;
  readonly reasons: Reasons;
  readonly parkNowMs: () => number;
  /** Span that is played back; null: live. */
  readonly playedSpan: Accessor<PlayedSpan | null>;
  readonly playedAtMs: Accessor<number>;
}

export function createTracksRoom({ shown, reasons, parkNowMs, playedSpan, playedAtMs }: TracksAround) {
  const [tracks, setTracks] = createSignal<readonly PersonTrack[]>([]);
  const [hourMs, setHourMs] = createSignal<PlayedSpan | null>(null);
  /** Where the slider was drawn to while live; null: at now. */
  const [scrubAtMs, setScrubAtMs] = createSignal<number | null>(null);
  const span = createMemo(() => playedSpan() ?? hourMs());
  const isOpen = createMemo(() => tracks().length > 0);

  const settle = (key: string, of: PlayedSpan, change: Partial<PersonTrack>): void => {
    // Closed meanwhile, or asked for anew over another span.
    if (span() !== of) return;
    setTracks(tracks().map((one) => (one.key === key ? { ...one, ...change } : one)));
  };

  const load = async (one: PersonTrack, of: PlayedSpan, reason: string): Promise<void> => {
    const key = personKey(one.person);
    if (key === null) return;
    try {
      const { companyCode } = one.person;
      const answer = await api.track({ companyCode, key }, of, TOLERANCE_M, reason);
      const track = answer.tracks[0] ?? null;
      const isEmpty = track === null || track.observedAtMs.length === 0;
      settle(one.key, of, { phase: isEmpty ? 'empty' : 'ready', track: isEmpty ? null : track, problem: null });
    } catch (problem) {
      settle(one.key, of, { phase: 'failed', problem: problem instanceof ApiError ? problem.code : String(problem) });
    }
  };

  const clear = (): void => {
    setTracks([]);
    setHourMs(null);
    setScrubAtMs(null);
  };

  // Another span is played: the same people over it.
  createEffect(
    on(
      playedSpan,
      (played) => {
        const shown = untrack(tracks);
        if (shown.length === 0) return;
        if (played === null) {
          clear();
          return;
        }
        setScrubAtMs(null);
        // A link opens a track over the very span that it opens: that look is on record already.
        const again = shown
          .filter(({ of }) => of !== played)
          .map((one) => ({ ...one, of: played, phase: 'loading' as const, track: null }));
        if (again.length === 0) return;
        setTracks(shown.map((one) => again.find(({ key }) => key === one.key) ?? one));
        reasons.withReason('tracks', (reason) => {
          for (const one of again) void load(one, played, reason);
        });
      },
      { defer: true },
    ),
  );

  const has = (person: PersonView): boolean => tracks().some(({ key }) => key === personRef(person));

  /** Asks for a reason first, once for all of them. */
  const add = (people: readonly PersonView[]): void => {
    const wanted = people.filter((person) => personRef(person) !== null && !has(person));
    if (wanted.length === 0 || tracks().length >= MAX_TRACKS) return;
    reasons.withReason(wanted.map(({ name }) => name).join(' '), (reason) => {
      if (span() === null) {
        const toMs = Math.round(parkNowMs());
        setHourMs({ fromMs: toMs - LIVE_SPAN_MS, toMs });
      }
      const of = span();
      if (of === null) return;
      for (const person of wanted) {
        const key = personRef(person);
        const taken = new Set(tracks().map(({ place }) => place));
        const place = Array.from({ length: MAX_TRACKS }, (_, i) => i).find((i) => !taken.has(i));
        if (key === null || place === undefined || has(person)) continue;
        const added: PersonTrack = { key, person, of, place, phase: 'loading', problem: null, track: null };
        setTracks([...tracks(), added]);
        void load(added, of, reason);
      }
    });
  };
  const remove = (key: string): void => {
    const left = tracks().filter((one) => one.key !== key);
    if (left.length === 0) clear();
    else setTracks(left);
  };

  return {
    tracks,
    isOpen,
    span,
    isFull: () => tracks().length >= MAX_TRACKS,
    has,
    add: (person: PersonView): void => add([person]),
    remove,
    clear,
    scrubAtMs,
    setScrubAtMs,
    /** Moment at which all of them are marked; null: none, live. */
    atMs: createMemo((): number | null => (playedSpan() === null ? scrubAtMs() : playedAtMs())),
    /** `tr`: whose tracks are open. Over which span says the moment that is played back. */
    linkPart: {
      key: 'tr',
      isOfMoment: true,
      read: () => refsText(tracks().map(({ key }) => key)),
      write(text) {
        const refs = refsFrom(text);
        const { bindings } = shown.picture;
        const found = slotsOfRefs(bindings, refs).flatMap((slot) => {
          const person = slot === null ? undefined : bindings.get(slot)?.person;
          return person === undefined ? [] : [person];
        });
        for (const { key } of tracks()) if (!refs.includes(key)) remove(key);
        add(found);
        return found.length === refs.length;
      },
    } satisfies LinkPart,
  };
}
export type TracksRoom = ReturnType<typeof createTracksRoom>;
