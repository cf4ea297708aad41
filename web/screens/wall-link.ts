/**
 * From the desk to the wall: pages of one browser hear each other at once. Pages elsewhere hear it by the notices of the user who is
 * signed in on both (core/notice-api.ts).
 */
import { request } from '../app/api.ts';
import { parseWallShow, type WallShow } from './wall-show.ts';

const CHANNEL = 'park.wall';

/** A part of BroadcastChannel. */
export interface WallChannel {
  postMessage(message: unknown): void;
  addEventListener(name: 'message', hear: (event: { readonly data: unknown }) => void): void;
  close(): void;
}

/** One a user: two people at one browser have a wall each. */
export const openWallChannel = (userId: string): WallChannel => new BroadcastChannel(`${CHANNEL}.${userId}`);

export interface WallDesk {
  /** Resolves once the pages elsewhere were told too; false: they could not be. */
  show(what: WallShow): Promise<boolean>;
  close(): void;
}

export function createWallDesk(
  channel: WallChannel,
  tell: (what: WallShow) => Promise<void> = (what) => request('POST', '/api/wall', what),
): WallDesk {
  return {
    async show(what) {
      channel.postMessage(what);
      try {
        await tell(what);
        return true;
      } catch {
        return false;
      }
    },
    close: () => channel.close(),
  };
}

/** What is not understood is passed over. Returns what ends it. */
export function listenAtWall(channel: WallChannel, show: (what: WallShow) => void): () => void {
  channel.addEventListener('message', ({ data }) => {
    const what = parseWallShow(data);
    if (what !== null) show(what);
  });
  return () => channel.close();
}
