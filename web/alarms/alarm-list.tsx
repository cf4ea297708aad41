/** The alarm list at the right: what, who, where, how long, in two lines; the whole of it works from the keyboard. */
import { createSignal, For, Show } from 'solid-js';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon, LevelMark } from '../app/marks.tsx';
import { exactText } from '../app/time-text.ts';
import { type Translate, useTranslate } from '../i18n/i18n.ts';
import { canReset, standingOf } from './alarm-order.ts';
import { lastingText, placeText, ruleText, shortCompany, standingText, whoText } from './alarm-text.ts';
import { ResetDialog } from './reset-dialog.tsx';
import type { AlarmSound } from './sound.ts';
import { SoundControl } from './sound-control.tsx';

export function AlarmList(props: { room: ControlRoomState; sound: AlarmSound; isSoundBlocked: boolean }) {
  const t = useTranslate();
  const { room } = props;
  const [resetting, setResetting] = createSignal<AlarmView | null>(null);
  const waiting = () => room.live.alarms.filter((alarm) => !alarm.acknowledged).length;

  return (
    <aside class="alarms" aria-label={t('alarm.title')}>
      <header>
        <h2>{t('alarm.title')}</h2>
        <Show when={waiting() > 0} fallback={<span class="count">{room.live.alarms.length}</span>}>
          <span class="count waiting">{t('alarm.waiting', { n: waiting() })}</span>
        </Show>
        <SoundControl sound={props.sound} isBlocked={props.isSoundBlocked} />
      </header>
      <Show when={props.isSoundBlocked}>
        <p class="sound-blocked" role="status">
          {t('sound.blocked')}
        </p>
      </Show>
      <Show when={room.alarmProblem()}>
        {(problem) => (
          <p class="alarm-problem" role="alert">
            {t('alarm.failed', { reason: problemText(t, problem()) })}
          </p>
        )}
      </Show>
      <Show when={room.live.alarms.length > 0} fallback={<NoAlarms isKnown={room.live.hasSnapshot()} />}>
        <ol>
          <For each={room.live.alarms}>
            {(alarm) => <AlarmRow alarm={alarm} room={room} onReset={() => setResetting(alarm)} />}
          </For>
        </ol>
      </Show>
      <Show when={resetting()}>
        {(alarm) => (
          <ResetDialog
            name={whoText(t, alarm())}
            onCancel={() => setResetting(null)}
            onConfirm={(comment) => {
              void room.reset(alarm(), comment);
              setResetting(null);
            }}
          />
        )}
      </Show>
    </aside>
  );
}

function NoAlarms(props: { isKnown: boolean }) {
  const t = useTranslate();
  return (
    <div class="empty">
      <strong>{t(props.isKnown ? 'alarm.none' : 'alarm.unknownYet')}</strong>
      <span>{t(props.isKnown ? 'alarm.noneDetail' : 'alarm.unknownYetDetail')}</span>
    </div>
  );
}

function AlarmRow(props: { alarm: AlarmView; room: ControlRoomState; onReset: () => void }) {
  const t = useTranslate();
  const { room } = props;
  const place = () => placeText(t, props.alarm);
  const isChosen = () => room.chosenAlarmId() === props.alarm.alarmId;
  return (
    <li
      id={`alarm-${props.alarm.alarmId}`}
      class={`alarm-row level-${props.alarm.level} ${standingOf(props.alarm)}${isChosen() ? ' chosen' : ''}`}
    >
      <button type="button" class="alarm-text" aria-pressed={isChosen()} onClick={() => room.look(props.alarm)}>
        <LevelMark level={props.alarm.level} isDim={props.alarm.acknowledged} />
        <span class="lines">
          <span class="what" title={props.alarm.person?.companyName ?? ''}>
            <b>{ruleText(t, props.alarm.rule)}</b> · {whoText(t, props.alarm)}
            <Show when={props.alarm.person?.companyName}>{(name) => <> · {shortCompany(name())}</>}</Show>
          </span>
          <span class="meta">
            <Show when={place() !== ''}>
              <span class="where">{place()}</span>
            </Show>
            <span class="long" title={t('alarm.onset', { at: exactText(props.alarm.onsetAtMs) })}>
              {lastingText(t, props.alarm, room.live.nowMs())}
            </span>
            <span
              class="standing"
              title={
                props.alarm.acknowledgedBy === null
                  ? ''
                  : t('alarm.acknowledgedBy', { name: props.alarm.acknowledgedBy })
              }
            >
              {standingText(t, props.alarm)}
            </span>
            <Show when={props.alarm.recordedAtMs}>
              {(at) => (
                <span class="recorded" title={t('alarm.recordedTitle', { at: exactText(at()) })}>
                  {t('alarm.recorded')}
                </span>
              )}
            </Show>
          </span>
        </span>
      </button>
      <span class="alarm-acts">
        <Show when={!props.alarm.acknowledged}>
          <button
            type="button"
            class="button strong"
            disabled={room.isPending(props.alarm.alarmId)}
            onClick={() => void room.acknowledge(props.alarm)}
          >
            {t('alarm.acknowledge')} <kbd>A</kbd>
          </button>
        </Show>
        <Show when={canReset(props.alarm)}>
          <button
            type="button"
            class="button"
            disabled={room.isPending(props.alarm.alarmId)}
            onClick={() => props.onReset()}
          >
            {t('alarm.reset')}
          </button>
        </Show>
        <button type="button" class="button" onClick={() => room.look(props.alarm)}>
          <Icon name="look" /> {t('alarm.look')}
        </button>
      </span>
    </li>
  );
}

function problemText(t: Translate, code: string): string {
  if (code === 'NO_ANSWER') return t('alarm.noAnswer');
  return code === 'FORBIDDEN' ? t('alarm.forbidden') : code;
}
