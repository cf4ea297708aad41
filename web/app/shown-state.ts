/**
 * The park at the moment that the page shows: live, or an earlier one that is played back (web/playback). What the scene, the lists and
 * the cards draw comes from here; what tells of the connection, sounds, and acts on the park stays with LiveState.
 */
import { type Accessor, createSignal } from 'solid-js';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { LiveDocKind, LiveDocs } from '../../stream/protocol/live-docs.ts';
import type { LivePicture } from '../../stream/protocol/live-picture.ts';
import type { PeopleCounts } from './people-tables.ts';

export type PictureChange = 'frame' | 'effects';

export interface PictureState {
  readonly picture: LivePicture;
  /** The park's clock at that moment, at least twice a second while it goes on. */
  readonly nowMs: Accessor<number>;
  readonly counts: Accessor<PeopleCounts>;
  /** Sorted for the list. */
  readonly alarms: readonly AlarmView[];
  readonly hasSnapshot: Accessor<boolean>;
  /** Grows with every change of areas or bindings. */
  readonly registerVersion: Accessor<number>;
  /** Standing documents of a kind; one that did not change is the same object. */
  docs<K extends LiveDocKind>(kind: K): readonly LiveDocs[K][];
  companyName(companyCode: string): string;
  /** Called after each frame and each change of the lossless lane. */
  onPicture(listener: (change: PictureChange) => void): void;
  parkNowMs(): number;
}

export interface ShownState extends PictureState {
  readonly isLive: Accessor<boolean>;
  /** null: live again. */
  show(past: PictureState | null): void;
}

/** Whoever reads it follows along when the source becomes another. */
export function createShownState(live: PictureState): ShownState {
  const [source, setSource] = createSignal(live);
  const listeners: ((change: PictureChange) => void)[] = [];
  const followed = new Set<PictureState>();
  const follow = (one: PictureState): void => {
    if (followed.has(one)) return;
    followed.add(one);
    one.onPicture((change) => {
      if (source() === one) for (const listener of listeners) listener(change);
    });
  };
  follow(live);
  return {
    isLive: () => source() === live,
    show(past) {
      const next = past ?? live;
      if (next === source()) return;
      follow(next);
      setSource(next);
      for (const change of ['effects', 'frame'] as const) for (const listener of listeners) listener(change);
    },
    get picture() {
      return source().picture;
    },
    nowMs: () => source().nowMs(),
    counts: () => source().counts(),
    get alarms() {
      return source().alarms;
    },
    hasSnapshot: () => source().hasSnapshot(),
    registerVersion: () => source().registerVersion(),
    docs: (kind) => source().docs(kind),
    companyName: (companyCode) => source().companyName(companyCode),
    onPicture: (listener) => listeners.push(listener),
    parkNowMs: () => source().parkNowMs(),
  };
}
