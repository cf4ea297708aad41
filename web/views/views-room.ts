/** Views of the park: where the camera rests, saved views, and whether a second scene stands beside the first. */
import { createSignal } from 'solid-js';
import type { SavedView, SavedViews, ViewOwner } from '../../core/views-api.ts';
import { ApiError, request } from '../app/api.ts';
import type { CameraView } from '../scene/camera-view.ts';
import { cameraFrom, cameraText } from './camera-text.ts';
import type { Link } from './link.ts';
import type { LinkPart } from './link-book.ts';

/** What the scene's part does (web/scene/camera-part.ts). */
export interface CameraSeat {
  readonly view: CameraView;
  set(view: CameraView): void;
  goHome(): void;
}

const pathOf = ({ owner, name }: Pick<SavedView, 'owner' | 'name'>): string =>
  `/api/views/${owner}/${encodeURIComponent(name)}`;

export function createViewsRoom(link: Pick<Link, 'view' | 'show'>) {
  const [seat, setSeat] = createSignal<CameraSeat | null>(null);
  const [camera, setCamera] = createSignal<CameraView | null>(null);
  /** Of the first scene: from where nothing needs to be said. */
  let start: string | null = null;
  const [saved, setSaved] = createSignal<readonly SavedView[] | null>(null);
  /** Code of what the server said last; null: nothing is wrong. */
  const [problem, setProblem] = createSignal<string | null>(null);
  const [isSplit, setSplit] = createSignal(false);

  const ask = async (act: () => Promise<unknown>): Promise<boolean> => {
    try {
      await act();
      setProblem(null);
      return true;
    } catch (reason) {
      if (!(reason instanceof ApiError)) throw reason;
      setProblem(reason.code);
      return false;
    }
  };
  const load = (): Promise<boolean> =>
    ask(async () => setSaved((await request<SavedViews>('GET', '/api/views')).views));

  const cameraLink: LinkPart = {
    key: 'at',
    read() {
      const view = camera();
      const text = view === null ? null : cameraText(view);
      return text === start ? null : text;
    },
    isReady: () => seat() !== null,
    write(text) {
      const view = text === null ? null : cameraFrom(text);
      if (view !== null) seat()?.set(view);
      else if (text === null) seat()?.goHome();
      return view !== null || text === null;
    },
  };

  return {
    /** null: the scene is gone. */
    setSeat(next: CameraSeat | null): void {
      if (next !== null) start ??= cameraText(next.view);
      setSeat(next);
    },
    camera,
    rests: (view: CameraView): void => void setCamera(view),
    cameraLink,
    /** null: not asked for yet. */
    saved,
    problem,
    load,
    /** Under the name, whatever stood there. */
    async save(owner: ViewOwner, name: string): Promise<boolean> {
      return (await ask(() => request('PUT', pathOf({ owner, name }), link.view()))) && load();
    },
    async remove(view: SavedView): Promise<boolean> {
      return (await ask(() => request('DELETE', pathOf(view)))) && load();
    },
    show: (view: SavedView): void => link.show(view.view),
    isSplit,
    setSplit,
  };
}
export type ViewsRoom = ReturnType<typeof createViewsRoom>;
