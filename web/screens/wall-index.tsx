/** `#wall`: the outputs of a wall, each to be opened in a window of its own and moved to its screen. */
import { For } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';
import { WALL_OUTPUTS, wallHash } from './wall-outputs.ts';

export function WallIndex() {
  const t = useTranslate();
  return (
    <div class="page">
      <header class="page-head">
        <h1>{t('wall.title')}</h1>
      </header>
      <main class="wall-index">
        <p>{t('wall.about')}</p>
        <ol>
          <For each={WALL_OUTPUTS}>
            {(output, i) => (
              <li>
                <a class="button" href={wallHash(output)} target="_blank" rel="noopener">
                  {i() + 1} · {t(`wall.output.${output}`)}
                </a>
                <span>{t(`wall.outputAbout.${output}`)}</span>
              </li>
            )}
          </For>
        </ol>
        <p class="hint">{t('wall.fullScreen')}</p>
      </main>
    </div>
  );
}
