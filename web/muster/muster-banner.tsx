/** Every muster that stands, on every screen, in one line each; a press opens its board. One that nobody saw here sounds until it is pressed. */
import { For, Show } from 'solid-js';
import { type Muster, missingOf, safeOf } from '../../stream/protocol/muster.ts';
import { problemText } from '../alarm/act-problem.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { clockText, musterPlaceText } from './muster-text.ts';

export function MusterBanner(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { musters } = props.room;
  return (
    <Show when={musters.standing().length > 0 || musters.problem() !== null}>
      <section class="muster-banner" aria-label={t('muster.title')} aria-live="polite">
        {/* By id: a figure that changes leaves the button where the pointer is. */}
        <For each={musters.standing().map(({ musterId }) => musterId)}>
          {(id) => (
            <Show when={musters.standing().find(({ musterId }) => musterId === id)}>
              {(muster) => <Line room={props.room} muster={muster()} />}
            </Show>
          )}
        </For>
        <Show when={musters.problem()}>
          {(code) => <p role="alert">{t('muster.failed', { reason: problemText(t, code()) })}</p>}
        </Show>
      </section>
    </Show>
  );
}

function Line(props: { room: ControlRoomState; muster: Muster }) {
  const t = useTranslate();
  const { musters, shown } = props.room;
  const isCalling = (): boolean => musters.calling().some(({ musterId }) => musterId === props.muster.musterId);
  return (
    <div class="muster-line" classList={{ calling: isCalling() }}>
      <button
        type="button"
        class={props.muster.kind}
        aria-expanded={musters.openId() === props.muster.musterId}
        onClick={() => musters.open(props.muster.musterId)}
      >
        <Icon name="muster" />
        <strong>{t(`muster.kind.${props.muster.kind}`)}</strong>
        <span>{musterPlaceText(t, props.muster, shown.companyName)}</span>
        <span>
          {t('muster.missing')} <b>{missingOf(props.muster.counts)}</b>
        </span>
        <span>
          {t('muster.safe')} <b>{safeOf(props.muster.counts)}</b>
        </span>
        <b class="clock">{clockText(shown.nowMs() - props.muster.declaredAtMs)}</b>
      </button>
      <Show when={isCalling()}>
        <button type="button" class="known" onClick={() => musters.see(props.muster.musterId)}>
          <Icon name="sound" /> {t('muster.known')}
        </button>
      </Show>
    </div>
  );
}
