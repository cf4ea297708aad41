/** Whom to call, at once: phones of the people, the company's control room and duty leader. Each look is on record. */
import { createResource, For, Show } from 'solid-js';
import type { EmergencyAnswer, EmergencyContact } from '../../core/emergency-api.ts';
import { request } from '../app/api.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { shortCompany } from './alarm-text.ts';

const PEOPLE_SHOWN = 8;

/** `isBrief`: of a second emergency only who answers day and night; the list stays a list. */
export function EmergencyCard(props: { alarmId: string; level: number; isBrief: boolean }) {
  const t = useTranslate();
  // The level is in the question: a gathering that has just turned red is asked for again.
  const [answer] = createResource(
    () => ({ alarmId: props.alarmId, level: props.level }),
    ({ alarmId }) => request<EmergencyAnswer>('GET', `/api/emergency/${encodeURIComponent(alarmId)}`),
  );
  const known = (): EmergencyAnswer | null => (answer.error === undefined ? (answer.latest ?? null) : null);
  return (
    <section class="emergency" aria-label={t('emergency.title')}>
      <Show
        when={known()}
        fallback={<p class="hint">{t(answer.loading ? 'emergency.loading' : 'emergency.failed')}</p>}
      >
        {(found) => (
          <>
            <Show when={found().rule === 'sos'}>
              <People answer={found()} />
            </Show>
            <For each={found().companies}>
              {(company) => (
                <>
                  <Contact who={t('emergency.controlRoom')} of={company.companyName} contact={company.controlRoom} />
                  <Show when={!props.isBrief}>
                    <Contact who={t('emergency.dutyLeader')} of={company.companyName} contact={company.dutyLeader} />
                  </Show>
                </>
              )}
            </For>
            <Show when={found().rule !== 'sos' && !props.isBrief}>
              <People answer={found()} />
            </Show>
            <p class="hint">{t('emergency.onRecord')}</p>
          </>
        )}
      </Show>
    </section>
  );
}

/** Of a call for help the one who called comes first; of a crowd those who can reach all of it. */
function People(props: { answer: EmergencyAnswer }) {
  const t = useTranslate();
  return (
    <>
      <For each={props.answer.people.slice(0, PEOPLE_SHOWN)}>
        {(person) => <Line who={person.name} post={person.post} phone={person.mobile} />}
      </For>
      <Show when={props.answer.people.length > PEOPLE_SHOWN}>
        <p class="hint">{t('alarm.morePeople', { n: props.answer.people.length - PEOPLE_SHOWN })}</p>
      </Show>
    </>
  );
}

function Contact(props: { who: string; of: string; contact: EmergencyContact | null }) {
  const name = () => (props.contact?.name ? `${props.contact.name} · ` : '');
  return <Line who={`${name()}${props.who}`} post={shortCompany(props.of)} phone={props.contact?.phone ?? null} />;
}

function Line(props: { who: string; post: string; phone: string | null }) {
  const t = useTranslate();
  return (
    <p class="call">
      <span>
        {props.who} <small>{props.post}</small>
      </span>
      <Show when={props.phone} fallback={<small>{t('emergency.none')}</small>}>
        {(phone) => <a href={`tel:${phone()}`}>{phone()}</a>}
      </Show>
    </p>
  );
}
