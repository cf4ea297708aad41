/** Frame of one board: its name, one figure that counts, what is behind it; folded it keeps the figure. */
import { type JSX, Show } from 'solid-js';
import { Icon } from '../app/marks.tsx';
import { preferences } from '../app/preferences.ts';

export type BoardName = 'people' | 'trend' | 'alarms' | 'permits' | 'reporting';

export function Board(props: {
  name: BoardName;
  title: string;
  figure: string;
  isFixed: boolean;
  children: JSX.Element;
}) {
  const isOpen = (): boolean => props.isFixed || !preferences.foldedBoards().includes(props.name);
  const head = () => (
    <>
      <h3>{props.title}</h3>
      <b>{props.figure}</b>
    </>
  );
  return (
    <section class="board" data-board={props.name}>
      <Show when={!props.isFixed} fallback={<header>{head()}</header>}>
        <button
          type="button"
          class="board-head"
          aria-expanded={isOpen()}
          onClick={() => preferences.setBoardFolded(props.name, isOpen())}
        >
          {head()}
          <Icon name={isOpen() ? 'up' : 'down'} />
        </button>
      </Show>
      <Show when={isOpen()}>
        <div class="board-body">{props.children}</div>
      </Show>
    </section>
  );
}
