/** What a link or a saved view named and is not here any more. */
import { Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';

const KEY_TEXT: Readonly<Record<string, TextKey>> = {
  at: 'link.part.at',
  tab: 'link.part.tab',
  l: 'link.part.l',
  f: 'link.part.f',
  p: 'link.part.p',
  card: 'link.part.card',
  a: 'link.part.a',
  o: 'link.part.o',
  w: 'link.part.w',
  t: 'link.part.t',
  tr: 'link.part.tr',
  split: 'split.title',
  phone: 'link.part.tab',
};

export function LinkNote(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { link } = props.room;
  const parts = (): string =>
    link
      .lost()
      .map((key) => {
        const text = Object.hasOwn(KEY_TEXT, key) ? KEY_TEXT[key] : undefined;
        return text === undefined ? key : t(text);
      })
      .join(t('listComma'));
  return (
    <Show when={link.lost().length > 0}>
      <p class="scene-notice link-note" role="status">
        <span>{t('link.lost', { parts: parts() })}</span>
        <button type="button" class="button small" onClick={() => link.forgetLost()}>
          {t('scene.dismiss')}
        </button>
      </p>
    </Show>
  );
}
