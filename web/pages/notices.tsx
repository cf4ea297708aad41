/** What stands above a table: that it is old, or that there is nothing in it. */
import { Match, Switch } from 'solid-js';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import type { Polled } from './polled.ts';

export function Notices(props: { polled: Polled<unknown>; isEmpty: boolean; empty: TextKey }) {
  const t = useTranslate();
  return (
    <Switch>
      <Match when={props.polled.hasFailed()}>
        <p class="form-error" role="alert">
          {t(props.polled.answer() === undefined ? 'intake.noAnswer' : 'intake.oldAnswer')}
        </p>
      </Match>
      <Match when={props.polled.answer() === undefined}>
        <p class="hint">{t('intake.loading')}</p>
      </Match>
      <Match when={props.isEmpty}>
        <p class="empty">{t(props.empty)}</p>
      </Match>
    </Switch>
  );
}
