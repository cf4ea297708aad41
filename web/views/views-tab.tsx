/** Saved views: keep what is shown under a name, bring it back, hand it on as a link; and the second scene. */
import { createSignal, For, onMount, Show } from 'solid-js';
import { type SavedView, VIEW_NAME_MAX } from '../../core/views-api.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';

export function ViewsTab(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { views, session } = props.room;
  const [name, setName] = createSignal('');
  const [isOfPark, setOfPark] = createSignal(false);
  const maySetPark = (): boolean => session.role === 'park';
  onMount(() => void views.load());
  const saved = (owner: SavedView['owner']): readonly SavedView[] =>
    (views.saved() ?? []).filter((view) => view.owner === owner);
  const isKnown = (): boolean => saved(isOfPark() ? 'park' : 'own').some((view) => view.name === name().trim());
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const wanted = name().trim();
    if (wanted !== '' && (await views.save(isOfPark() ? 'park' : 'own', wanted))) setName('');
  };

  return (
    <div class="panel-body views">
      <form onSubmit={(event) => void save(event)}>
        <div class="field">
          <label for="view-name">{t('views.name')}</label>
          <input
            id="view-name"
            type="text"
            autocomplete="off"
            maxLength={VIEW_NAME_MAX}
            placeholder={t('views.placeholder')}
            value={name()}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </div>
        <Show when={maySetPark()}>
          <label class="check">
            <input type="checkbox" checked={isOfPark()} onChange={(event) => setOfPark(event.currentTarget.checked)} />
            <span>{t('views.forPark')}</span>
          </label>
        </Show>
        <button type="submit" class="button primary" disabled={name().trim() === ''}>
          {t(isKnown() ? 'views.replace' : 'views.save')}
        </button>
      </form>
      <Show when={views.problem()}>
        {(code) => (
          <p class="form-error" role="alert">
            {code() === 'CONFLICT' ? t('views.full') : t('views.failed', { code: code() })}
          </p>
        )}
      </Show>
      <p class="hint">{t('views.detail')}</p>
      <List title={t('views.own')} views={saved('own')} room={props.room} mayRemove />
      <Show when={saved('park').length > 0}>
        <List title={t('views.park')} views={saved('park')} room={props.room} mayRemove={maySetPark()} />
      </Show>
      <h3>{t('views.more')}</h3>
      <div class="view-acts">
        <CopyLink room={props.room} />
        <button
          type="button"
          class="button"
          classList={{ on: views.isSplit() }}
          aria-pressed={views.isSplit()}
          onClick={() => views.setSplit(!views.isSplit())}
        >
          <Icon name="split" /> {t('split.open')}
        </button>
      </div>
    </div>
  );
}

function List(props: { title: string; views: readonly SavedView[]; room: ControlRoomState; mayRemove: boolean }) {
  const t = useTranslate();
  return (
    <>
      <h3>
        {props.title} <small>{props.views.length}</small>
      </h3>
      <Show when={props.views.length > 0} fallback={<p class="hint">{t('views.none')}</p>}>
        <ul class="view-list">
          <For each={props.views}>
            {(view) => (
              <li>
                <button
                  type="button"
                  class="view"
                  title={t('views.by', { by: view.updatedBy, at: exactText(view.updatedAtMs) })}
                  onClick={() => props.room.views.show(view)}
                >
                  <Icon name="views" /> <span>{view.name}</span>
                </button>
                <Show when={props.mayRemove}>
                  <button
                    type="button"
                    class="button small icon-only"
                    aria-label={t('views.remove', { name: view.name })}
                    title={t('views.remove', { name: view.name })}
                    onClick={() => void props.room.views.remove(view)}
                  >
                    <Icon name="trash" />
                  </button>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </>
  );
}

function CopyLink(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const [state, setState] = createSignal<'copied' | 'by-hand' | null>(null);
  let field: HTMLInputElement | undefined;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(props.room.link.href());
      setState('copied');
    } catch {
      // Without a secure page there is no clipboard; the text is there to be marked.
      setState('by-hand');
      field?.select();
    }
  };
  return (
    <>
      <button type="button" class="button" onClick={() => void copy()}>
        <Icon name="link" /> {t(state() === 'copied' ? 'link.copied' : 'link.copy')}
      </button>
      <Show when={state() === 'by-hand'}>
        <input
          ref={field}
          class="view-link"
          type="text"
          readOnly
          aria-label={t('link.copy')}
          value={props.room.link.href()}
        />
      </Show>
    </>
  );
}
