/** What every page beside the control room stands in: head, navigation (a rail on desks, a drawer on phones), toasts. */
import { type JSX, Show } from 'solid-js';
import type { SessionInfo, WebSettings } from '../../core/web-api.ts';
import { SCREEN_ROLE } from '../../stream/protocol/vocabulary.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { useWords } from '../i18n/words.ts';
import { NoticeBell } from '../notices/notice-bell.tsx';
import { Toasts } from '../widgets/toasts.tsx';
import { Shield } from './marks.tsx';
import { Navigation, type RegisterList } from './navigation.tsx';
import { NavigationDrawer } from './navigation-drawer.tsx';
import type { Theme } from './preferences.ts';
import { LanguageSwitch } from './sign-in.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { UserMenu } from './user-menu.tsx';

export function Shell(props: {
  settings: WebSettings;
  session: SessionInfo;
  registers: RegisterList;
  theme: Theme;
  onSignOut: () => void;
  onChangePassword: () => void;
  children: JSX.Element;
}) {
  const t = useTranslate();
  const words = useWords();
  return (
    <div class="shell">
      <header class="shell-head">
        <NavigationDrawer session={props.session} registers={props.registers} />
        <Shield />
        <strong>{t('product')}</strong>
        <span class="park-name">{words(props.settings.parkName)}</span>
        <div class="shell-tools">
          <NoticeBell registers={props.registers} />
          <LanguageSwitch />
          <ThemeSwitch theme={props.theme} />
          <Show when={props.session.role !== SCREEN_ROLE}>
            <UserMenu session={props.session} onSignOut={props.onSignOut} onChangePassword={props.onChangePassword} />
          </Show>
        </div>
      </header>
      <aside class="shell-rail">
        <Navigation session={props.session} registers={props.registers} />
      </aside>
      <div class="shell-page">{props.children}</div>
      <Toasts />
    </div>
  );
}
