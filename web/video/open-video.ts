/** How any part of the page opens pictures of cameras. The panel itself (video-panel.tsx) loads with the first picture asked for. */
import { type Accessor, createSignal } from 'solid-js';

/** CGCS2000, degrees. */
export interface FollowedPlace {
  readonly lng: number;
  readonly lat: number;
}

export interface VideoRequest {
  /** What the pictures are of, in the language of the page. */
  readonly title: string;
  /** Twenty digits each, the most telling first. With `follow` they may be none. */
  readonly cameraCodes: readonly string[];
  /** The recording of a span, epoch ms; absent: live. `toMs` absent: until now. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Where somebody is now, asked again as time passes: the nearest cameras are shown. null: not known now. */
  readonly follow?: () => FollowedPlace | null;
}

const [asked, setAsked] = createSignal<VideoRequest | null>(null);

/** Takes the place of pictures that are open. */
export function openVideo(request: VideoRequest): void {
  setAsked(request);
}
export const closeVideo = (): void => void setAsked(null);
/** What is to be shown; null: nothing. */
export const videoRequest: Accessor<VideoRequest | null> = asked;
