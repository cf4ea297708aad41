/** `#screens`: wall screens of the park, each signed in by a code of its own, for the role park (core/screen-api.ts). */
import { createSignal, For, Show } from 'solid-js';
import {
  SCREEN_NAME_MAX,
  SCREEN_PAGE,
  type ScreenCode,
  type ScreensAnswer,
  type ScreenView,
} from '../../core/screen-api.ts';
import { CopyButton } from '../account/copy-button.tsx';
import { ApiError, request } from '../app/api.ts';
import { exactText } from '../app/time-text.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { instantText } from '../intake/names.ts';
import { PageFrame } from '../pages/page-frame.tsx';
import { createPolled } from '../pages/polled.ts';
import { Modal, Question } from '../widgets/modal.tsx';
import '../style/screens.css';

const LOOK_EVERY_MS = 15_000;

export function ScreensPage() {
  const t = useTranslate();
  const [changes, setChanges] = createSignal(0);
  const screens = createPolled(changes, () => request<ScreensAnswer>('GET', '/api/screens'), LOOK_EVERY_MS);
  const [name, setName] = createSignal('');
  const [made, setMade] = createSignal<ScreenCode | null>(null);
  const [leaving, setLeaving] = createSignal<ScreenView | null>(null);
  const [problem, setProblem] = createSignal<TextKey | null>(null);

  const change = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
      setProblem(null);
    } catch (reason) {
      setProblem(reason instanceof ApiError && reason.status === 409 ? 'screens.taken' : 'screens.failed');
    }
    setChanges(changes() + 1);
  };
  const add = (event: SubmitEvent): void => {
    event.preventDefault();
    void change(async () => {
      setMade(await request<ScreenCode>('POST', '/api/screens', { name: name().trim() }));
      setName('');
    });
  };
  const renew = (screenId: string): Promise<void> =>
    change(async () => setMade(await request<ScreenCode>('POST', `/api/screens/${screenId}/code`)));
  const remove = (screenId: string): Promise<void> => change(() => request('DELETE', `/api/screens/${screenId}`));
  const stateOf = ({ session, codeUntilMs }: ScreenView): string => {
    if (session !== null) return t('screens.on');
    return codeUntilMs === null ? t('screens.out') : t('screens.waiting', { at: instantText(codeUntilMs) });
  };

  return (
    <PageFrame title="screens.title" tabs={[]} tab="" onTab={() => undefined}>
      <section class="screens">
        <p class="hint">{t('screens.about')}</p>
        <form onSubmit={add}>
          <label class="field">
            <span>{t('screens.name')}</span>
            <input
              required
              maxlength={SCREEN_NAME_MAX}
              placeholder={t('screens.nameExample')}
              value={name()}
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          </label>
          <button type="submit" class="button primary">
            {t('screens.add')}
          </button>
        </form>
        <Show when={problem() ?? (screens.hasFailed() ? 'screens.failed' : null)}>
          {(key) => (
            <p class="form-error" role="alert">
              {t(key())}
            </p>
          )}
        </Show>
        <div class="table-frame">
          <table>
            <thead>
              <tr>
                <th>{t('screens.name')}</th>
                <th>{t('screens.state')}</th>
                <th>{t('screens.seen')}</th>
                <th>{t('screens.where')}</th>
                <th>{t('screens.until')}</th>
                <th />
              </tr>
            </thead>
            <tbody>
              <For each={screens.answer()?.screens ?? []}>
                {(screen) => (
                  <tr>
                    <td class="data">{screen.name}</td>
                    <td>{stateOf(screen)}</td>
                    <td>{screen.session === null ? '' : instantText(screen.session.lastSeenAtMs)}</td>
                    <td class="data">{screen.session?.address}</td>
                    <td>{screen.session === null ? '' : exactText(screen.session.expiresAtMs)}</td>
                    <td>
                      <button type="button" class="button" onClick={() => void renew(screen.screenId)}>
                        {t('screens.newCode')}
                      </button>{' '}
                      <button type="button" class="button" onClick={() => setLeaving(screen)}>
                        {t('screens.remove')}
                      </button>
                    </td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </div>
        <Show when={screens.answer()?.screens.length === 0}>
          <p class="empty">{t('screens.none')}</p>
        </Show>
      </section>
      <Show when={made()}>{(code) => <Code made={code()} onClose={() => setMade(null)} />}</Show>
      <Show when={leaving()}>
        {(screen) => (
          <Question
            title={t('screens.removeAsk', { name: screen().name })}
            detail={t('screens.removeDetail')}
            yes={t('screens.remove')}
            no={t('screens.keep')}
            onYes={() => {
              void remove(screen().screenId);
              setLeaving(null);
            }}
            onNo={() => setLeaving(null)}
          />
        )}
      </Show>
    </PageFrame>
  );
}

function Code(props: { made: ScreenCode; onClose: () => void }) {
  const t = useTranslate();
  const address = (): string => `${location.origin}${location.pathname}#${SCREEN_PAGE}/${props.made.code}`;
  return (
    <Modal title={t('screens.code')} onClose={() => props.onClose()}>
      <p>{t('screens.codeHint', { at: instantText(props.made.untilMs) })}</p>
      <p>
        <code class="screen-code">{address()}</code>
      </p>
      <div class="form-actions">
        <CopyButton text={address()} />
        <button type="button" class="button primary" onClick={() => props.onClose()}>
          {t('screens.done')}
        </button>
      </div>
    </Modal>
  );
}
