/** `#screen/<code>`: the browser that it is opened in becomes a wall screen, by a press: an address that is only looked at uses no code up. */
import { createSignal, Show } from 'solid-js';
import { ApiError, request } from '../app/api.ts';
import { go } from '../app/place.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { WALL_PAGE } from './wall-outputs.ts';
import { setWallScreen } from './wall-screen.ts';

function problemOf(reason: unknown): TextKey {
  const status = reason instanceof ApiError ? reason.status : 0;
  if (status === 404 || status === 400) return 'screens.wrong';
  return status === 429 ? 'screens.limited' : 'screens.failed';
}

export function ScreenStart(props: { code: string }) {
  const t = useTranslate();
  const [code, setCode] = createSignal(props.code);
  const [problem, setProblem] = createSignal<TextKey | null>(null);
  const [isBusy, setBusy] = createSignal(false);
  const start = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await request('POST', '/api/screen-session', { code: code() });
      // Loaded anew: the page may have been somebody's.
      location.replace(`${location.pathname}#${WALL_PAGE}`);
      location.reload();
    } catch (reason) {
      setProblem(problemOf(reason));
      setBusy(false);
    }
  };
  return (
    <main class="notice-page screen-start">
      <h1>{t('screens.start')}</h1>
      <p>{t('screens.startAbout')}</p>
      <form onSubmit={(event) => void start(event)}>
        <label class="field">
          <span>{t('screens.code')}</span>
          <input
            class="code"
            required
            maxlength="32"
            autocomplete="off"
            spellcheck={false}
            value={code()}
            onInput={({ currentTarget }) => setCode(currentTarget.value)}
          />
        </label>
        <button type="submit" class="button primary" disabled={isBusy()}>
          {t('screens.start')}
        </button>
      </form>
      <Show when={problem()}>
        {(key) => (
          <p class="form-error" role="alert">
            {t(key())}
          </p>
        )}
      </Show>
      <button
        type="button"
        class="button quiet"
        onClick={() => {
          setWallScreen(false);
          go('#');
        }}
      >
        {t('screens.user')}
      </button>
    </main>
  );
}
