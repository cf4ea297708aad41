/** The one navigation: pages by role, then the registers that the server lists for the caller, by group. */
import { createSignal, For, onCleanup, Show } from 'solid-js';
import type { RegisterIndex } from '../../core/register-api.ts';
import type { SessionInfo } from '../../core/web-api.ts';
import { SCREEN_ROLE } from '../../stream/protocol/vocabulary.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { useWords } from '../i18n/words.ts';
import { request } from './api.ts';
import { Icon } from './marks.tsx';
import { pagesOf, REGISTERS_PAGE } from './pages.ts';
import { place } from './place.ts';

const RETRY_MS = 15_000;

export interface RegisterList {
  readonly groups: () => RegisterIndex['groups'];
  /** false: not known yet. */
  readonly isKnown: () => boolean;
  readonly hasFailed: () => boolean;
}

/** Asked once, and again until it is known. A wall screen has none. */
export function createRegisterList(role: SessionInfo['role']): RegisterList {
  const [index, setIndex] = createSignal<RegisterIndex | null>(null);
  const [hasFailed, setFailed] = createSignal(false);
  let retry: ReturnType<typeof setTimeout> | undefined;
  const load = async (): Promise<void> => {
    try {
      setIndex(await request<RegisterIndex>('GET', '/api/registers'));
      setFailed(false);
    } catch {
      setFailed(true);
      retry = setTimeout(() => void load(), RETRY_MS);
    }
  };
  if (role === SCREEN_ROLE) setIndex({ groups: [] });
  else void load();
  onCleanup(() => clearTimeout(retry));
  return { groups: () => index()?.groups ?? [], isKnown: () => index() !== null, hasFailed };
}

export const registerHash = (name: string): string => `#${REGISTERS_PAGE}/${encodeURIComponent(name)}`;

/** `opensApart`: in a tab of its own, so that nobody leaves the alarms for a table. */
export function Navigation(props: {
  session: SessionInfo;
  registers: RegisterList;
  opensApart?: boolean;
  onChosen?: () => void;
}) {
  const t = useTranslate();
  const words = useWords();
  const isPage = (name: string): boolean => place().page === name;
  const isRegister = (name: string): boolean => isPage(REGISTERS_PAGE) && place().parts[0] === name;
  const link = (name: string) => ({
    onClick: () => props.onChosen?.(),
    ...(props.opensApart === true && name !== '' ? { target: '_blank', rel: 'noopener' } : {}),
  });
  return (
    <nav class="navigation" aria-label={t('nav.label')}>
      <ul>
        <For each={pagesOf(props.session.role)}>
          {({ name, text, icon }) => (
            <li>
              <a href={`#${name}`} {...link(name)} aria-current={isPage(name) ? 'page' : undefined}>
                <Icon name={icon} />
                {t(text)}
              </a>
            </li>
          )}
        </For>
      </ul>
      <For each={props.registers.groups()}>
        {(group) => (
          <>
            <h2>{words(group.title)}</h2>
            <ul>
              <For each={group.registers}>
                {(register) => (
                  <li>
                    <a
                      href={registerHash(register.name)}
                      {...link(register.name)}
                      aria-current={isRegister(register.name) ? 'page' : undefined}
                    >
                      {words(register.title)}
                    </a>
                  </li>
                )}
              </For>
            </ul>
          </>
        )}
      </For>
      <Show when={props.registers.hasFailed()}>
        <p class="hint">{t('nav.noRegisters')}</p>
      </Show>
    </nav>
  );
}
