/** People of a permit: by role, how surely each was found, and where each is now. A press looks there; it never follows by itself. */
import { For, Show } from 'solid-js';
import type { PermitPerson } from '../../stream/protocol/permits.ts';
import { durationText, exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import type { PersonNow } from './people-now.ts';
import { distanceText, matchText } from './permit-text.ts';

/** Those who must be there come first. */
const ROLES = ['guardian', 'worker', 'responsible', 'approver'] as const satisfies readonly PermitPerson['role'][];

export function PermitPeople(props: {
  people: readonly PermitPerson[];
  /** Live; null: the page has no picture. */
  now: ((person: PermitPerson) => PersonNow) | null;
  nowMs: number;
  /** Of the job: whoever is nearer is on site. */
  radiusM: number;
  /** Beyond it a guardian on duty is away. */
  guardianRadiusM: number;
  onLook: (slot: number) => void;
}) {
  const t = useTranslate();
  const sorted = () => ROLES.flatMap((role) => props.people.filter((person) => person.role === role));
  return (
    <section class="permit-section people">
      <h3>{t('permit.people')}</h3>
      <Show when={sorted().length > 0} fallback={<p class="hint">{t('permit.peopleNone')}</p>}>
        <ul>
          <For each={sorted()}>
            {(person) => (
              <li>
                <span class="role">
                  {t(`permit.role.${person.role}`)}
                  <Show when={person.role === 'guardian'}>
                    {' '}
                    <small>{t(person.onDuty ? 'permit.onDuty' : 'permit.offDuty')}</small>
                  </Show>
                </span>
                <b>{person.name}</b>
                <Show when={props.now !== null && person.match !== 'id'}>
                  <small class={`match ${person.match}`} title={t(`permit.matchTitle.${person.match}`)}>
                    {matchText(t, person.match)}
                  </small>
                </Show>
                <Show when={props.now?.(person)}>
                  {(now) => (
                    <Where
                      now={now()}
                      name={person.name}
                      nowMs={props.nowMs}
                      radiusM={props.radiusM}
                      mayBeM={person.role === 'guardian' && person.onDuty ? props.guardianRadiusM : null}
                      onLook={props.onLook}
                    />
                  )}
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}

function Where(props: {
  now: PersonNow;
  name: string;
  nowMs: number;
  radiusM: number;
  /** How far off he may be; null: wherever he likes. */
  mayBeM: number | null;
  onLook: (slot: number) => void;
}) {
  const t = useTranslate();
  const away = (): string => {
    const { distanceM } = props.now;
    if (distanceM === null) return t('card.look');
    return distanceM <= props.radiusM
      ? t('permit.inReach')
      : t('permit.away', { distance: distanceText(t, distanceM) });
  };
  const isFar = (): boolean => props.mayBeM !== null && (props.now.distanceM ?? 0) > props.mayBeM;
  const ageMs = () => Math.max(0, props.nowMs - (props.now.observedAtMs ?? props.nowMs));
  return (
    <Show when={props.now.slot !== null} fallback={<span class="where absent">{t('permit.absent')}</span>}>
      <button
        type="button"
        class="where"
        classList={{ stale: props.now.isStale, far: isFar() }}
        title={`${t('permit.lookPerson', { name: props.name })} · ${exactText(props.now.observedAtMs ?? 0)}`}
        onClick={() => props.now.slot !== null && props.onLook(props.now.slot)}
      >
        {isFar() ? '▲ ' : ''}
        {props.now.isStale ? t('permit.stale', { where: away(), time: durationText(t, ageMs()) }) : away()}
      </button>
    </Show>
  );
}
