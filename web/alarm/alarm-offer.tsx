/** Offers the gravest red alarm that waits and is not chosen: Space, or a press; more quietly where the operator sees its place already. The camera stays where it is until then. */
import { Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { LevelMark } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { ofWhomText, ruleText, whoText } from './alarm-text.ts';

export function AlarmOffer(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const offers = () => room.console.offers();
  return (
    <Show when={offers()[0]}>
      {(alarm) => {
        const what = () =>
          [
            ruleText(t, alarm().rule),
            whoText(t, alarm(), room.shown.companyName),
            ofWhomText(t, alarm(), room.shown.companyName),
          ]
            .filter((part) => part !== '')
            .join(' · ');
        return (
          <button
            type="button"
            class="alarm-offer"
            classList={{ seen: room.console.isOfferSeen() }}
            data-alarm={alarm().alarmId}
            onClick={() => room.look(alarm())}
          >
            <LevelMark level={alarm().level} />
            <span>
              {t(room.console.isOfferSeen() ? 'console.offerSeen' : 'console.offer', { what: what() })}
              <Show when={offers().length > 1}>
                <small>{t('console.more', { n: offers().length - 1 })}</small>
              </Show>
            </span>
            <kbd>{t('console.space')}</kbd>
          </button>
        );
      }}
    </Show>
  );
}
