/** The bell: how many notices came since it was last opened, and the last of this session behind it. */
import { Popover } from '@kobalte/core/popover';
import { createSignal, For, Show } from 'solid-js';
import { Icon } from '../app/marks.tsx';
import type { RegisterList } from '../app/navigation.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { useWords } from '../i18n/words.ts';
import { instantText } from '../intake/names.ts';
import { noticeHash, noticeText } from './notice-text.ts';
import { useNotices } from './notices.tsx';

export function NoticeBell(props: { registers: RegisterList }) {
  const t = useTranslate();
  const words = useWords();
  const { log, looked } = useNotices();
  const [isOpen, setOpen] = createSignal(false);
  const titleOf = (name: string): string => {
    const title = props.registers
      .groups()
      .flatMap(({ registers }) => registers)
      .find((one) => one.name === name)?.title;
    return title === undefined ? name : words(title);
  };
  const label = (): string => (log().unread === 0 ? t('notice.bell') : t('notice.unread', { n: log().unread }));
  return (
    <Popover
      open={isOpen()}
      onOpenChange={(opens) => {
        setOpen(opens);
        looked();
      }}
      placement="bottom-end"
      gutter={6}
    >
      <Popover.Trigger class="button icon-only notice-bell" title={label()} aria-label={label()}>
        <Icon name="bell" />
        <Show when={log().unread > 0}>
          <b aria-hidden="true">{log().unread}</b>
        </Show>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content class="menu-list notice-list" aria-label={t('notice.bell')}>
          <Show when={log().notices.length > 0} fallback={<p class="hint">{t('notice.none')}</p>}>
            <ul>
              <For each={log().notices}>
                {(notice) => (
                  <li>
                    <Show when={noticeHash(notice)} fallback={<span>{noticeText(t, notice, titleOf)}</span>}>
                      {(hash) => (
                        <a href={hash()} onClick={() => setOpen(false)}>
                          {noticeText(t, notice, titleOf)}
                        </a>
                      )}
                    </Show>
                    <time datetime={new Date(notice.atMs).toISOString()}>{instantText(notice.atMs)}</time>
                  </li>
                )}
              </For>
            </ul>
          </Show>
        </Popover.Content>
      </Popover.Portal>
    </Popover>
  );
}
