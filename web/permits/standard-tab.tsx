/** The table of the standard that the alarms go by, the rules with their clauses, and what the icons mean. */
import { For, Show } from 'solid-js';
import {
  CERTIFICATES,
  EDITIONS,
  type Edition,
  type GasDuty,
  type Limit,
  type WorkDuty,
} from '../../standard/gb30871.ts';
import { PERMIT_RULE_TABLE, type PermitRule, type PermitRuleId } from '../../standard/permit-rules.ts';
import { LevelMark } from '../app/marks.tsx';
import { type Translate, useTranslate } from '../i18n/i18n.ts';
import { useWords } from '../i18n/words.ts';
import { PermitIcon } from './permit-icon.tsx';
import { CODE_OF_KIND, KINDS, type WorkStatus } from './permit-states.ts';
import { figure, kindText, statusText, workText } from './permit-text.ts';

const MINUTES_IN_HOUR = 60;
const HOURS_IN_DAY = 24;

export function StandardTab() {
  return (
    <section class="permit-board standard">
      <For each={EDITIONS}>{(edition) => <Duties edition={edition} />}</For>
      <Rules />
      <Gallery />
    </section>
  );
}

/** A number of the standard, and in brackets where it stands. */
function Cited(props: { text: string; limit: Limit }) {
  return (
    <span class="cited">
      {props.text} <small>({props.limit.clause})</small>
    </span>
  );
}

function Duties(props: { edition: Edition }) {
  const t = useTranslate();
  const words = useWords();
  const { blindHotWorkM, combustible, oxygen } = props.edition;
  const duties = (): WorkDuty[] => Object.values(props.edition.duties).sort((a, b) => (a.code < b.code ? -1 : 1));
  return (
    <>
      <div class="table-head">
        <h2>{t('permit.edition', { name: props.edition.name, from: props.edition.effectiveFrom })}</h2>
        <p class="hint">{t('permit.standardLead')}</p>
      </div>
      <table class="kind-table">
        <thead>
          <tr>
            <th>{t('permit.kind')}</th>
            <th>{t('permit.validity')}</th>
            <th>{t('permit.gasDuty')}</th>
            <th>{t('permit.approver')}</th>
            <th>{t('permit.certificate')}</th>
            <th>{t('permit.recorded')}</th>
            <th>{t('permit.upgrade')}</th>
            <th>{t('permit.wind')}</th>
          </tr>
        </thead>
        <tbody>
          <For each={duties()}>
            {(duty) => (
              <tr>
                <td class="kind">
                  <PermitIcon workCode={duty.code} status="working" />
                  {workText(t, duty.code)}
                </td>
                <td>
                  <Show when={duty.validityH} fallback={t('permit.validityNone')}>
                    {(limit) => <Cited text={hoursText(t, limit().value)} limit={limit()} />}
                  </Show>
                  <Show when={duty.noticeH}>
                    {(limit) => (
                      <Cited text={t('permit.notice', { n: limit().value / HOURS_IN_DAY })} limit={limit()} />
                    )}
                  </Show>
                </td>
                <td>
                  <Show when={duty.gas} fallback={t('permit.gasNone')}>
                    {(gas) => <Gas duty={gas()} />}
                  </Show>
                </td>
                <td>{words(duty.approver)}</td>
                <td>{duty.certificate === null ? '—' : words(CERTIFICATES[duty.certificate])}</td>
                <td>
                  <Show when={duty.recorded} fallback={t('permit.recordedNone')}>
                    {(limit) => <Cited text={t('permit.recordedAll')} limit={limit()} />}
                  </Show>
                </td>
                <td>{duty.upgradesTo === null ? t('permit.upgradeNone') : workText(t, duty.upgradesTo)}</td>
                <td>
                  <Show when={duty.windForce} fallback="—">
                    {(limit) => <Cited text={t('permit.windFrom', { n: limit().value })} limit={limit()} />}
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <ul class="limits">
        <li>
          <Cited
            text={t('permit.combustible', {
              lel: combustible.lelFrom.value,
              high: combustible.highLel.value,
              low: combustible.lowLel.value,
            })}
            limit={combustible.highLel}
          />
        </li>
        <li>
          <Cited
            text={t('permit.oxygen', { min: oxygen.min.value, max: oxygen.max.value, rich: oxygen.maxEnriched.value })}
            limit={oxygen.min}
          />
        </li>
        <li>
          <Cited text={t('permit.blindFar', { m: blindHotWorkM.value })} limit={blindHotWorkM} />
        </li>
      </ul>
    </>
  );
}

const hoursText = (t: Translate, hours: number): string =>
  hours > HOURS_IN_DAY && hours % HOURS_IN_DAY === 0
    ? t('permit.unit.d', { n: hours / HOURS_IN_DAY })
    : t('permit.unit.h', { n: hours });

function Gas(props: { duty: GasDuty }) {
  const t = useTranslate();
  return (
    <span class="gas-duty">
      <Cited text={t('permit.gasEvery', { age: props.duty.maxAgeMin.value })} limit={props.duty.maxAgeMin} />
      <Show when={props.duty.when === 'in-ex-area'}>{t('permit.gasInEx')}</Show>
      <Show when={props.duty.afterBreakMin}>
        {(limit) => <Cited text={t('permit.gasBreak', { n: limit().value })} limit={limit()} />}
      </Show>
      <Show when={props.duty.everyDay}>{(limit) => <Cited text={t('permit.gasDaily')} limit={limit()} />}</Show>
      <Show when={props.duty.recordEveryMin}>
        {(limit) => (
          <Cited text={t('permit.gasRecord', { h: figure(limit().value / MINUTES_IN_HOUR) })} limit={limit()} />
        )}
      </Show>
    </span>
  );
}

function Rules() {
  const t = useTranslate();
  return (
    <>
      <div class="table-head">
        <h2>{t('permit.rules')}</h2>
        <p class="hint">{t('permit.rulesLead')}</p>
      </div>
      <table>
        <thead>
          <tr>
            <th>{t('permit.ruleCode')}</th>
            <th>{t('permit.level')}</th>
            <th>{t('permit.rule')}</th>
            <th>{t('permit.alarm.clause')}</th>
            <th>{t('permit.alarm.advice')}</th>
          </tr>
        </thead>
        <tbody>
          <For each={Object.entries(PERMIT_RULE_TABLE) as [PermitRuleId, PermitRule][]}>
            {([id, rule]) => (
              <tr>
                <td>
                  <code>{rule.code}</code>
                </td>
                <td>
                  <LevelMark level={rule.level} />
                </td>
                <td>{t(`alarm.permitRule.${id}`)}</td>
                <td>{rule.clause}</td>
                <td>{t(`alarm.permitAdvice.${id}`)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </>
  );
}

const GALLERY: readonly { readonly status: WorkStatus; readonly alarmLevel: number }[] = [
  { status: 'booked', alarmLevel: 0 },
  { status: 'applied', alarmLevel: 0 },
  { status: 'issued', alarmLevel: 0 },
  { status: 'working', alarmLevel: 0 },
  { status: 'paused', alarmLevel: 0 },
  { status: 'accepted', alarmLevel: 0 },
  { status: 'void', alarmLevel: 0 },
  { status: 'working', alarmLevel: 1 },
  { status: 'working', alarmLevel: 2 },
  { status: 'paused', alarmLevel: 3 },
  { status: 'issued', alarmLevel: 4 },
];
/** The highest level of each kind: what the corner says. */
const GALLERY_CODES: Readonly<Partial<Record<(typeof KINDS)[number], string>>> = {
  fire: '01',
  height: '24',
  lifting: '61',
};

function Gallery() {
  const t = useTranslate();
  return (
    <>
      <h2>{t('permit.gallery')}</h2>
      <table class="gallery">
        <thead>
          <tr>
            <th />
            <For each={GALLERY}>
              {({ status, alarmLevel }) => (
                <th>
                  {statusText(t, status)}
                  <Show when={alarmLevel > 0}>
                    {' '}
                    · {t('permit.alarms')} {alarmLevel}
                  </Show>
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={KINDS}>
            {(kind) => (
              <tr>
                <td>{kindText(t, kind)}</td>
                <For each={GALLERY}>
                  {({ status, alarmLevel }) => (
                    <td>
                      <PermitIcon
                        workCode={GALLERY_CODES[kind] ?? CODE_OF_KIND[kind]}
                        status={status}
                        alarmLevel={alarmLevel}
                      />
                    </td>
                  )}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </>
  );
}
