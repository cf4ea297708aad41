/** What is known of the chosen alarm beyond its two lines: sources, people, words, versions. */
import { For, Show } from 'solid-js';
import type { AlarmNote, AlarmView } from '../../stream/protocol/effects.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { clockText, exactText } from '../app/time-text.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { PermitAlarm } from '../permits/permit-alarm.tsx';
import { AlarmVideo } from '../video/alarm-video.tsx';
import { detailText, personText, shortCompany, whereText } from './alarm-text.ts';

const PEOPLE_SHOWN = 12;

export function AlarmDetail(props: { alarm: AlarmView; room: ControlRoomState; hasContacts: boolean }) {
  const t = useTranslate();
  const { shown } = props.room;
  const shelf = () => shown.docs('shelf').find(({ shelfId }) => shelfId === props.alarm.shelfId);
  const detail = () => detailText(t, props.alarm);
  const where = () => whereText(t, props.alarm);
  return (
    <div class="alarm-detail">
      <Show when={props.alarm.permit}>
        {(permit) => <PermitAlarm alarm={props.alarm} permit={permit()} room={props.room} />}
      </Show>
      <Show when={props.alarm.permit === null}>
        <AlarmVideo alarm={props.alarm} room={props.room} />
      </Show>
      <Show when={detail() !== ''}>
        <p>{detail()}</p>
      </Show>
      <Show when={where() !== ''}>
        <p class="where">{where()}</p>
      </Show>
      <Show when={props.alarm.people.length > 0 && !props.hasContacts}>
        <p class="members">
          <For each={props.alarm.people.slice(0, PEOPLE_SHOWN)}>
            {(person) => (
              <span title={shown.companyName(person.companyCode)}>
                {personText(t, person)} <small>{shortCompany(shown.companyName(person.companyCode))}</small>
              </span>
            )}
          </For>
          <Show when={props.alarm.people.length > PEOPLE_SHOWN}>
            <small>{t('alarm.morePeople', { n: props.alarm.people.length - PEOPLE_SHOWN })}</small>
          </Show>
        </p>
      </Show>
      <For each={props.alarm.sources}>
        {(source) => (
          <p>
            <b>{t(source.by === 'vendor' ? 'alarm.source.vendor' : 'alarm.source.park')}</b>{' '}
            {clockText(new Date(source.raisedAtMs))}
            <Show when={source.endedAtMs}>{(at) => <> – {clockText(new Date(at()))}</>}</Show> {source.description}
            <Show when={source.localCode !== ''}>
              {' '}
              <code>{source.localCode}</code>
            </Show>
          </p>
        )}
      </For>
      <Show when={shelf()}>
        {(held) => (
          <p>
            {t('shelf.heldBy', { name: held().by, until: exactText(held().untilMs) })} · {held().reason}
          </p>
        )}
      </Show>
      <Show when={props.alarm.suppressedBy}>{(key) => <p>{t('alarm.suppressedBy', { key: key() })}</p>}</Show>
      <Note note={props.alarm.justified} text="alarm.justified" />
      <Note note={props.alarm.falseMark} text="alarm.markedFalse" />
      <For each={props.alarm.comments}>{(note) => <Note note={note} text="alarm.act.comment" />}</For>
      <Show when={props.alarm.escalations > 0}>
        <p>{t('alarm.escalated', { n: props.alarm.escalations })}</p>
      </Show>
      <p class="looks-back">
        <button type="button" class="button small" onClick={() => props.room.playback.beginBefore(props.alarm)}>
          <Icon name="past" /> {t('playback.beforeAlarm')} <kbd>T</kbd>
        </button>
        <button type="button" class="button small" onClick={() => props.room.playback.openBundle(props.alarm)}>
          <Icon name="file" /> {t('bundle.open')}
        </button>
      </p>
      <p class="hint">
        {exactText(props.alarm.onsetAtMs)}
        <Show when={props.alarm.acknowledgedBy}>{(name) => <> · {t('alarm.acknowledgedBy', { name: name() })}</>}</Show>
      </p>
    </div>
  );
}

function Note(props: { note: AlarmNote | null; text: TextKey }) {
  const t = useTranslate();
  return (
    <Show when={props.note}>
      {(note) => (
        <p title={exactText(note().atMs)}>
          <b>{t(props.text)}</b> {note().text} <small>{note().by}</small>
        </p>
      )}
    </Show>
  );
}
