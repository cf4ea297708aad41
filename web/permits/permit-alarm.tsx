/** An alarm of a permit explains itself: what is wrong, by which clause, what was observed against which limit, since when, what to do. */
import { createMemo, For, Show } from 'solid-js';
import type { PermitRuleId } from '../../standard/permit-rules.ts';
import { permitRuleOf } from '../../standard/permit-rules.ts';
import { type AlarmView, isQuiet } from '../../stream/protocol/effects.ts';
import type { AlarmPermit } from '../../stream/protocol/permits.ts';
import { ruleText } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon, LevelMark } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import type { OpenPermit } from './permit-room.ts';
import { factLimitText, factValueText, momentText, workText } from './permit-text.ts';
import { openPermitVideo } from './permit-video.ts';

/** Codes of the park itself. */
const isLocal = (code: string): boolean => code.startsWith('L');

function Explanation(props: { alarm: AlarmView; permit: AlarmPermit; nowMs: number }) {
  const t = useTranslate();
  return (
    <>
      <Show when={permitRuleOf(props.alarm.rule)}>
        <p class="advice">
          <b>{t('permit.alarm.advice')}</b> {t(`alarm.permitAdvice.${props.alarm.rule as PermitRuleId}`)}
        </p>
      </Show>
      <Show when={props.permit.facts.length > 0}>
        <dl class="observed">
          <For each={props.permit.facts}>
            {(fact) => (
              <div>
                <dt>{t(`alarm.fact.${fact.name}`)}</dt>
                <dd>
                  {factValueText(t, fact.value, fact.unit, props.nowMs)}{' '}
                  <small>{factLimitText(t, fact, props.nowMs)}</small>
                </dd>
              </div>
            )}
          </For>
        </dl>
      </Show>
      <p class="hint">
        {[
          t('permit.alarm.since', { at: momentText(props.alarm.onsetAtMs, props.nowMs) }),
          t(isLocal(props.permit.code) ? 'permit.alarm.local' : 'permit.alarm.code', { code: props.permit.code }),
          props.permit.clause,
        ]
          .filter((part) => part !== '')
          .join(' · ')}
      </p>
    </>
  );
}

/** Below an alarm of the list. */
export function PermitAlarm(props: { alarm: AlarmView; permit: AlarmPermit; room: ControlRoomState }) {
  const t = useTranslate();
  const { shown, permits } = props.room;
  const video = async (): Promise<void> => {
    const { companyCode, permitId, workCode } = props.permit;
    const view = shown.picture.doc('permit', `${companyCode}/${permitId}`);
    const title = [workText(t, workCode), view?.site].filter(Boolean).join(' · ');
    const isOpen = await openPermitVideo(
      title,
      { companyCode, permitId, status: view?.status ?? 'working' },
      view?.cameraCodes ?? [],
    );
    if (!isOpen) props.room.setNotice('permit.noCamera');
  };
  return (
    <div class="permit-alarm">
      <Explanation alarm={props.alarm} permit={props.permit} nowMs={shown.nowMs()} />
      <div class="permit-acts">
        <button
          type="button"
          class="button"
          onClick={() => permits.show(props.permit.companyCode, props.permit.permitId)}
        >
          <Icon name="permits" /> {t('permit.alarm.card')}
        </button>
        <button type="button" class="button" onClick={() => void video()}>
          <Icon name="camera" /> {t('permit.alarm.video')}
        </button>
      </div>
    </div>
  );
}

/** What stands against the open permit now; the first thing on its card. */
export function PermitAlarmsNow(props: { room: ControlRoomState; open: OpenPermit }) {
  const t = useTranslate();
  const { shown } = props.room;
  const standing = createMemo(() =>
    shown.alarms.flatMap((alarm) => {
      const { permit } = alarm;
      const isOfThis = permit?.companyCode === props.open.companyCode && permit.permitId === props.open.permitId;
      return permit !== null && isOfThis && alarm.active && !isQuiet(alarm) ? [{ alarm, permit }] : [];
    }),
  );
  return (
    <Show when={standing().length > 0}>
      <ul class="permit-alarms">
        <For each={standing()}>
          {({ alarm, permit }) => (
            <li class={`level-${alarm.level}`}>
              <button type="button" class="alarm-head" onClick={() => props.room.chooseAlarm(alarm.alarmId)}>
                <LevelMark level={alarm.level} isDim={alarm.acknowledged} />
                <b>
                  {ruleText(t, alarm.rule)}
                  <Show when={alarm.person}>{(person) => <> · {person().name}</>}</Show>
                </b>
              </button>
              <Explanation alarm={alarm} permit={permit} nowMs={shown.nowMs()} />
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
