/** What to do, in one or two lines, with the clause that asks for it. */
import { Show } from 'solid-js';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { adviceText, clauseText } from './advice.ts';

export function AlarmAdvice(props: { alarm: AlarmView }) {
  const t = useTranslate();
  const text = () => adviceText(t, props.alarm);
  const clause = () => clauseText(props.alarm);
  return (
    <Show when={text() !== ''}>
      <p class="alarm-advice" title={clause() === '' ? undefined : t('advice.clause', { clause: clause() })}>
        <b>{t('advice.title')}</b> {text()}
        <Show when={clause() !== ''}>
          {' '}
          <small>{clause()}</small>
        </Show>
      </p>
    </Show>
  );
}
