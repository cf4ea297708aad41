/** Cameras nearest to somebody who walks, asked for again each five seconds. */
import { createSignal, onCleanup } from 'solid-js';
import type { FollowedPlace } from './open-video.ts';
import { nextShown } from './shown-cameras.ts';
import { videoClient } from './video-client.ts';

const ASK_EVERY_MS = 5_000;

/** `first`: shown until the first answer. What is shown stays while the place is not known, or nobody answers. */
export function createFollowed(
  follow: () => FollowedPlace | null,
  count: () => number,
  first: readonly string[],
): () => readonly string[] {
  const [shown, setShown] = createSignal(first);
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async (): Promise<void> => {
    const place = follow();
    try {
      if (place !== null) {
        const near = await videoClient.near(place.lng, place.lat);
        const codes = near.map(({ code }) => code);
        if (!isOver) setShown((now) => nextShown(now, codes, count()));
      }
    } catch {
      // Asked again in a moment.
    }
    if (!isOver) timer = setTimeout(() => void ask(), ASK_EVERY_MS);
  };
  void ask();
  onCleanup(() => {
    isOver = true;
    clearTimeout(timer);
  });
  return shown;
}
