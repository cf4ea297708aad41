/** The navigation behind a button: on phones, and in the control room, whose map is the page. */
import { Dialog } from '@kobalte/core/dialog';
import { createSignal } from 'solid-js';
import type { SessionInfo } from '../../core/web-api.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { Icon } from './marks.tsx';
import { Navigation, type RegisterList } from './navigation.tsx';

export function NavigationDrawer(props: { session: SessionInfo; registers: RegisterList; opensApart?: boolean }) {
  const t = useTranslate();
  const [isOpen, setOpen] = createSignal(false);
  return (
    <Dialog open={isOpen()} onOpenChange={setOpen}>
      <Dialog.Trigger class="button icon-only drawer-button" title={t('nav.open')} aria-label={t('nav.open')}>
        <Icon name="menu" />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay class="drawer-back" />
        <Dialog.Content class="drawer" aria-label={t('nav.label')}>
          <Dialog.CloseButton class="button icon-only" title={t('nav.close')} aria-label={t('nav.close')}>
            <Icon name="close" />
          </Dialog.CloseButton>
          <Navigation
            session={props.session}
            registers={props.registers}
            opensApart={props.opensApart === true}
            onChosen={() => setOpen(false)}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog>
  );
}
