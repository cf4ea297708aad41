/** Head of a page beside the control room: name and tabs; the shell around it has the rest. */
import { For, type JSX } from 'solid-js';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';

export interface PageTab<T extends string> {
  readonly name: T;
  readonly text: TextKey;
  /** Things that want attention; 0: no badge. */
  readonly badge?: number;
}

export function PageFrame<T extends string>(props: {
  title: TextKey;
  tabs: readonly PageTab<T>[];
  tab: T;
  onTab: (tab: T) => void;
  children: JSX.Element;
}) {
  const t = useTranslate();
  return (
    <div class="page">
      <header class="page-head">
        <h1>{t(props.title)}</h1>
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
      </header>
      <main>{props.children}</main>
    </div>
  );
}
