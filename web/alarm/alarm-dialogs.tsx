/** The words that an act asks for, about the alarm it was opened on; it closes when that alarm ends meanwhile. */
import { createSignal, For, Match, Show, Switch } from 'solid-js';
import type { ShelfScope } from '../../stream/protocol/acts.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Dialog, WordsField } from '../app/dialog.tsx';
import { minuteText } from '../app/time-text.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import type { DialogAct } from './alarm-acts.ts';
import { ruleText, titleText, whoText } from './alarm-text.ts';
import { GroupDialog } from './group-dialog.tsx';
import { OrderDialog } from './order-dialog.tsx';
import { SHELF_PARTS, SHELF_SPANS_MIN, type ShelfPart, scopeOf, shelfParts } from './shelf-scope.ts';
import { SpanChoice } from './span-choice.tsx';

export function AlarmDialogs(props: { room: ControlRoomState }) {
  const { room } = props;
  const open = () => room.acts.dialog();
  const alarm = () => room.live.alarms.find(({ alarmId }) => alarmId === open()?.alarmId);
  return (
    <>
      <Show when={room.console.group()}>{(group) => <GroupDialog room={room} group={group()} />}</Show>
      <Show when={alarm()}>
        {(found) => (
          <Switch>
            <Match when={open()?.act === 'order-create'}>
              <OrderDialog room={room} alarm={found()} />
            </Match>
            <Match when={open()?.act === 'shelve'}>
              <ShelveDialog room={room} alarm={found()} />
            </Match>
            <Match when={open()?.act}>
              {(act) => <WordsDialog room={room} alarm={found()} act={act() as WordsAct} />}
            </Match>
          </Switch>
        )}
      </Show>
    </>
  );
}

type WordsAct = Exclude<DialogAct, 'shelve' | 'order-create'>;
interface Words {
  readonly title: TextKey;
  readonly text: TextKey;
  readonly label: TextKey;
  readonly confirm: TextKey;
}
const SOS_RESET: Words = {
  title: 'alarm.resetTitle',
  text: 'alarm.resetText',
  label: 'alarm.noteLabel',
  confirm: 'alarm.resetConfirm',
};
const WORDS: Readonly<Record<WordsAct, Words>> = {
  reset: {
    title: 'alarm.partedTitle',
    text: 'alarm.partedText',
    label: 'alarm.noteLabel',
    confirm: 'alarm.partedConfirm',
  },
  comment: {
    title: 'alarm.commentTitle',
    text: 'alarm.commentText',
    label: 'alarm.words',
    confirm: 'alarm.act.comment',
  },
  'mark-false': {
    title: 'alarm.falseTitle',
    text: 'alarm.falseText',
    label: 'alarm.words',
    confirm: 'alarm.act.markFalse',
  },
  justify: {
    title: 'alarm.justifyTitle',
    text: 'alarm.justifyText',
    label: 'alarm.measures',
    confirm: 'alarm.justifyConfirm',
  },
};

function WordsDialog(props: { room: ControlRoomState; alarm: AlarmView; act: WordsAct }) {
  const t = useTranslate();
  const { acts, live } = props.room;
  const [text, setText] = createSignal('');
  const words = (): Words => (props.act === 'reset' && props.alarm.rule === 'sos' ? SOS_RESET : WORDS[props.act]);
  const said = () => text().trim();
  return (
    <Dialog
      title={t(words().title)}
      confirm={t(words().confirm)}
      isReady={props.act === 'reset' || said() !== ''}
      onCancel={acts.closeDialog}
      onConfirm={() => {
        // Sent before it closes: with the dialogue goes the alarm that it is about.
        void acts.act(props.act, props.alarm.alarmId, said() === '' ? null : said());
        acts.closeDialog();
      }}
    >
      <p>{t(words().text, { name: titleText(t, props.alarm, live.companyName) })}</p>
      <WordsField label={t(words().label)} value={text()} onInput={setText} />
    </Dialog>
  );
}

const PART_TEXT: Readonly<Record<ShelfPart, TextKey>> = {
  rule: 'shelf.ofRule',
  area: 'shelf.ofArea',
  person: 'shelf.ofPerson',
};

function ShelveDialog(props: { room: ControlRoomState; alarm: AlarmView }) {
  const t = useTranslate();
  const { acts, live } = props.room;
  const offered = shelfParts(props.alarm);
  const [chosen, setChosen] = createSignal<readonly ShelfPart[]>(SHELF_PARTS.filter((part) => offered[part] !== null));
  const [spanMin, setSpanMin] = createSignal<number>(SHELF_SPANS_MIN[1]);
  const [reason, setReason] = createSignal('');
  const untilMs = () => live.nowMs() + spanMin() * 60_000;
  const nameOf = (part: ShelfPart): string => {
    if (part === 'area') return props.alarm.areaName ?? '';
    if (part === 'rule') return ruleText(t, props.alarm.rule);
    return whoText(t, props.alarm, live.companyName);
  };
  const scope = (): ShelfScope => scopeOf(props.alarm, chosen());
  return (
    <Dialog
      title={t('shelf.title')}
      confirm={t('shelf.confirm', { at: minuteText(untilMs()) })}
      isReady={chosen().length > 0 && reason().trim() !== ''}
      onCancel={acts.closeDialog}
      onConfirm={() => {
        const endMs = Math.round(live.parkNowMs() + spanMin() * 60_000);
        void acts.shelve(props.alarm.alarmId, { scope: scope(), untilMs: endMs }, reason().trim());
        acts.closeDialog();
      }}
    >
      <p class="hint">{t('shelf.lead')}</p>
      <fieldset class="choices">
        <legend>{t('shelf.scope')}</legend>
        <For each={SHELF_PARTS.filter((part) => offered[part] !== null)}>
          {(part) => (
            <label class="check">
              <input
                type="checkbox"
                checked={chosen().includes(part)}
                onChange={(event) =>
                  setChosen(
                    SHELF_PARTS.filter((one) => (one === part ? event.currentTarget.checked : chosen().includes(one))),
                  )
                }
              />
              <span>
                {t(PART_TEXT[part])} <b>{nameOf(part)}</b>
              </span>
            </label>
          )}
        </For>
      </fieldset>
      <SpanChoice label={t('shelf.until')} spansMin={SHELF_SPANS_MIN} chosenMin={spanMin()} onChoose={setSpanMin} />
      <WordsField label={t('shelf.reason')} value={reason()} onInput={setReason} />
    </Dialog>
  );
}
