/** An order by hand for the chosen alarm: what to do, who, until when. The words begin with what the class asks for. */
import { createSignal, For } from 'solid-js';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Dialog, WordsField } from '../app/dialog.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { partyText } from '../orders/order-text.ts';
import { adviceText } from './advice.ts';
import { titleText } from './alarm-text.ts';
import { assigneeOf, dueText, ORDER_SPANS_MIN, partiesOf, usualSpanMin } from './order-by-hand.ts';
import { SpanChoice } from './span-choice.tsx';

export function OrderDialog(props: { room: ControlRoomState; alarm: AlarmView }) {
  const t = useTranslate();
  const { acts, live, session } = props.room;
  const parties = partiesOf(props.alarm);
  const [words, setWords] = createSignal(adviceText(t, props.alarm));
  const [party, setParty] = createSignal(parties[0] as string);
  const [assignee, setAssignee] = createSignal('');
  const [spanMin, setSpanMin] = createSignal<number>(usualSpanMin(props.alarm.level));
  return (
    <Dialog
      title={t('byHand.title')}
      confirm={t('byHand.confirm', { at: dueText(live.nowMs() + spanMin() * 60_000, live.nowMs()) })}
      isReady={words().trim() !== ''}
      onCancel={acts.closeDialog}
      onConfirm={() => {
        const who = assigneeOf(assignee(), session);
        const deadlineAtMs = Math.round(live.parkNowMs() + spanMin() * 60_000);
        const input = { party: party(), deadlineAtMs, ...(who === null ? {} : { assignee: who }) };
        void acts.makeOrder(props.alarm.alarmId, input, words().trim());
        acts.closeDialog();
      }}
    >
      <p>{titleText(t, props.alarm, live.companyName)}</p>
      <WordsField label={t('byHand.words')} value={words()} onInput={setWords} />
      <label class="field">
        <span>{t('byHand.party')}</span>
        <select value={party()} onChange={(event) => setParty(event.currentTarget.value)}>
          <For each={parties}>{(one) => <option value={one}>{partyText(t, one, live.companyName)}</option>}</For>
        </select>
      </label>
      <label class="field">
        <span>{t('byHand.assignee')}</span>
        <input
          type="text"
          maxLength={64}
          value={assignee()}
          onInput={(event) => setAssignee(event.currentTarget.value)}
        />
      </label>
      <SpanChoice label={t('byHand.deadline')} spansMin={ORDER_SPANS_MIN} chosenMin={spanMin()} onChoose={setSpanMin} />
      <p class="hint">{t('byHand.note')}</p>
    </Dialog>
  );
}
