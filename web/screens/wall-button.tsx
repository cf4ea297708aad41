/** Puts what is chosen at this desk on the wall. */
import { createSignal, onCleanup } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { chosenAt } from './wall-focus.ts';
import { createWallDesk, openWallChannel } from './wall-link.ts';

const SAID_MS = 3_000;

export function WallButton(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const desk = createWallDesk(openWallChannel(props.room.session.userId));
  const [said, setSaid] = createSignal<'wall.shown' | 'wall.shownHere' | null>(null);
  let silence: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => {
    clearTimeout(silence);
    desk.close();
  });
  const show = async (): Promise<void> => {
    const isTold = await desk.show(chosenAt(props.room));
    setSaid(isTold ? 'wall.shown' : 'wall.shownHere');
    clearTimeout(silence);
    silence = setTimeout(() => setSaid(null), SAID_MS);
  };
  return (
    <button
      type="button"
      class="button icon-only wall-button"
      title={t(said() ?? 'wall.show')}
      aria-label={t('wall.show')}
      onClick={() => void show()}
    >
      <Icon name={said() === null ? 'wall' : 'check'} />
      <span class="heard-only" role="status">
        {said() === null ? '' : t(said() ?? 'wall.shown')}
      </span>
    </button>
  );
}
