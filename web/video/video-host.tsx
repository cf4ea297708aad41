/** Where pictures show, whichever page is open. Loads nothing until somebody asks for one. */
import { lazy, Show, Suspense } from 'solid-js';
import { videoRequest } from './open-video.ts';

const VideoPanel = lazy(async () => ({ default: (await import('./video-panel.tsx')).VideoPanel }));

export function VideoHost() {
  return (
    <Show when={videoRequest()} keyed>
      {(request) => (
        <Suspense>
          <VideoPanel request={request} />
        </Suspense>
      )}
    </Show>
  );
}
