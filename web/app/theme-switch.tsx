/** Light or dark. */
import { useTranslate } from '../i18n/i18n.ts';
import { Icon } from './marks.tsx';
import { preferences, type Theme } from './preferences.ts';

export function ThemeSwitch(props: { theme: Theme }) {
  const t = useTranslate();
  const text = () => t(props.theme === 'dark' ? 'strip.toLight' : 'strip.toDark');
  return (
    <button
      type="button"
      class="button icon-only"
      title={text()}
      aria-label={text()}
      onClick={() => preferences.setTheme(props.theme === 'dark' ? 'light' : 'dark')}
    >
      <Icon name={props.theme === 'dark' ? 'sun' : 'moon'} />
    </button>
  );
}
