/** Who answers day and night at the companies whose people are missing. */
import { For, Show } from 'solid-js';
import type { MusterPhones } from '../../stream/protocol/muster-api.ts';
import { shortCompany } from '../alarm/alarm-text.ts';
import { useTranslate } from '../i18n/i18n.ts';

export function MusterContacts(props: { companies: MusterPhones['companies']; isDrill: boolean }) {
  const t = useTranslate();
  return (
    <Show when={props.companies.length > 0}>
      <h3>{t('muster.call')}</h3>
      <ul class="muster-contacts">
        <For each={props.companies}>
          {({ companyName, controlRoom, dutyLeader }) => (
            <li>
              <b>{shortCompany(companyName)}</b>
              <For
                each={[
                  { who: t('emergency.controlRoom'), contact: controlRoom },
                  { who: t('emergency.dutyLeader'), contact: dutyLeader },
                ]}
              >
                {({ who, contact }) => (
                  <span>
                    {who} {contact?.name}{' '}
                    <Show when={contact?.phone} fallback={<small>{t('emergency.none')}</small>}>
                      {(phone) => <a href={`tel:${phone()}`}>{phone()}</a>}
                    </Show>
                  </span>
                )}
              </For>
            </li>
          )}
        </For>
      </ul>
      <p class="hint">{t(props.isDrill ? 'muster.drillPhones' : 'emergency.onRecord')}</p>
    </Show>
  );
}
