/** Who is signed in, and what that person does with the account. */
import { DropdownMenu } from '@kobalte/core/dropdown-menu';
import type { SessionInfo } from '../../core/web-api.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { Icon } from './marks.tsx';

export function UserMenu(props: { session: SessionInfo; onSignOut: () => void; onChangePassword: () => void }) {
  const t = useTranslate();
  const scope = (): string =>
    props.session.companyCode === null
      ? t('strip.wholePark')
      : t('strip.scope', { company: props.session.companyCode });
  return (
    <DropdownMenu placement="bottom-end" gutter={6}>
      <DropdownMenu.Trigger class="button quiet user">
        <Icon name="user" />
        <span>{props.session.name}</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class="menu-list">
          <p>
            <b>{props.session.name}</b>
            <small>
              {t(`role.${props.session.role}`)} · {scope()}
            </small>
          </p>
          <DropdownMenu.Item class="menu-item" onSelect={() => props.onChangePassword()}>
            {t('strip.changePassword')}
          </DropdownMenu.Item>
          <DropdownMenu.Item class="menu-item" onSelect={() => props.onSignOut()}>
            {t('strip.signOut')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  );
}
