/** What is wrong with the system itself, oldest first. */
import { For, Show } from 'solid-js';
import type { OpsAlarmsAnswer } from '../../core/web-api.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { Notices } from '../pages/notices.tsx';
import type { Polled } from '../pages/polled.ts';
import { instantText, opsAlarmText } from './names.ts';

export function OpsTab(props: { polled: Polled<OpsAlarmsAnswer>; nameOf: (companyCode: string) => string }) {
  const t = useTranslate();
  const alarms = () => props.polled.answer()?.alarms;
  return (
    <section class="ops">
      <Notices polled={props.polled} isEmpty={alarms()?.length === 0} empty="opsAlarm.none" />
      <Show when={(alarms()?.length ?? 0) > 0}>
        <table>
          <thead>
            <tr>
              <th>{t('opsAlarm.what')}</th>
              <th>{t('opsAlarm.subject')}</th>
              <th>{t('opsAlarm.detail')}</th>
              <th>{t('finding.since')}</th>
              <th>{t('opsAlarm.last')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={alarms()}>
              {(alarm) => (
                <tr class="wrong">
                  <td>{opsAlarmText(t, alarm.code)}</td>
                  <td>
                    {alarm.companyCode === null ? '' : `${props.nameOf(alarm.companyCode)} · `}
                    <code>{alarm.subject}</code>
                  </td>
                  <td>{alarm.detail}</td>
                  <td>{instantText(alarm.sinceMs)}</td>
                  <td>{instantText(alarm.atMs)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}
