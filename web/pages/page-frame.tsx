/** Head of a page beside the control room: name, park, tabs, language. Opened in a tab of its own: nobody leaves the alarms for a table. */
import { For, type JSX } from 'solid-js';
import type { WebSettings } from '../../core/web-api.ts';
import { Shield } from '../app/marks.tsx';
import { preferences } from '../app/preferences.ts';
import { LanguageSwitch } from '../app/sign-in.tsx';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';

export interface PageTab<T extends string> {
  readonly name: T;
  readonly text: TextKey;
  /** Things that want attention; 0: no badge. */
  readonly badge?: number;
}

export function PageFrame<T extends string>(props: {
  settings: WebSettings;
  title: TextKey;
  tabs: readonly PageTab<T>[];
  tab: T;
  onTab: (tab: T) => void;
  children: JSX.Element;
}) {
  const t = useTranslate();
  const parkName = () => (preferences.language() === 'en' ? props.settings.parkName.en : props.settings.parkName.zh);
  return (
    <div class="page">
      <header class="page-head">
        <Shield />
        <h1>{t(props.title)}</h1>
        <span class="park-name">{parkName()}</span>
        <nav aria-label={t(props.title)}>
          <For each={props.tabs}>
            {(tab) => (
              <button
                type="button"
                class="tab"
                aria-current={props.tab === tab.name ? 'page' : undefined}
                onClick={() => props.onTab(tab.name)}
              >
                {t(tab.text)}
                {(tab.badge ?? 0) > 0 ? <b class="badge">{tab.badge}</b> : null}
              </button>
            )}
          </For>
        </nav>
        <LanguageSwitch />
      </header>
      <main>{props.children}</main>
    </div>
  );
}
