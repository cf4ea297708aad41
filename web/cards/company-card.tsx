/** Card of a company: heads, work and alarms as they are now; base data, who answers for safety, who is on duty, from the registers. */
import { createMemo, For, Show } from 'solid-js';

import { areaMiddle } from '../app/area-middle.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { preferences } from '../app/preferences.ts';
import { type TextKey, type Translate, useTranslate } from '../i18n/i18n.ts';
import { useWords } from '../i18n/words.ts';
import { createPolled } from '../pages/polled.ts';
import { momentText } from '../permits/permit-text.ts';
import { valueText } from '../registers/value-text.ts';
import { CardFrame, CardSection, Figure } from './card-frame.tsx';
import { AlarmLines, PermitLines, RecordLink, TypeSplit, worstOf } from './card-lines.tsx';
import { type CompanyRecords, type Responsible, readCompany, responsibilityChart } from './company-records.ts';
import { headCount, isSlotInside } from './head-count.ts';
import { fieldOf, textOf } from './register-read.ts';

const EVERY_MS = 60_000;
const BASE_FIELDS = ['code', 'creditCode', 'industry', 'hazardLevel', 'address'] as const;
const OFFICE_TEXT: Readonly<Record<string, TextKey>> = {
  'control-room': 'cards.office.controlRoom',
  safety: 'cards.office.safety',
  'duty-leader': 'cards.office.dutyLeader',
};
const officeText = (t: Translate, office: string): string => {
  const key = OFFICE_TEXT[office];
  return key === undefined ? office : t(key);
};
const number = (n: number): string => n.toLocaleString('en-US');

export function CompanyCard(props: { room: ControlRoomState; companyCode: string }) {
  const t = useTranslate();
  const words = useWords();
  const { room } = props;
  const { shown } = room;
  const records = createPolled(
    () => props.companyCode,
    (code) => readCompany(code, shown.parkNowMs()),
    EVERY_MS,
  );
  const base = () => records.answer()?.base?.rows[0];
  const name = (): string => textOf(base(), 'name') || shown.companyName(props.companyCode);
  const boundaries = createMemo(() => {
    shown.registerVersion();
    return [...shown.picture.areas.values()].filter(
      ({ kind, companyCode }) => kind === 'COMPANY_BOUNDARY' && companyCode === props.companyCode,
    );
  });
  const own = createMemo(() => {
    shown.counts();
    return headCount(shown.picture, (_slot, person) => person?.companyCode === props.companyCode);
  });
  /** Whoever it is of. */
  const inside = createMemo(() => {
    shown.counts();
    const plans = boundaries().map(room.cards.planeOf);
    return headCount(shown.picture, (slot) => plans.some((plan) => isSlotInside(shown.picture, plan, slot)));
  });
  const alarms = createMemo(() => shown.alarms.filter(({ companyCodes }) => companyCodes.includes(props.companyCode)));
  const jobs = createMemo(() => room.permits.items().filter(({ companyCode }) => companyCode === props.companyCode));
  const working = createMemo(() => jobs().filter(({ status }) => status === 'working' || status === 'paused'));
  const senders = createMemo(() => shown.docs('sender').filter(({ companyCode }) => companyCode === props.companyCode));
  const silent = () => senders().filter(({ state }) => state === 'silent' || state === 'unknown').length;
  const guests = () => inside().total - (inside().byCompany.find(({ code }) => code === props.companyCode)?.count ?? 0);
  const isFiltered = (): boolean => room.companyFilter() === props.companyCode;
  const look = (): void => {
    const middle = boundaries()
      .map(areaMiddle)
      .find((one) => one !== null);
    if (middle != null) room.lookAtLngLat(middle.lng, middle.lat, middle.rangeM);
    else room.setNotice('alarm.nowhere');
  };
  const showPermits = (): void => {
    room.setCompanyFilter(props.companyCode);
    room.setPanelTab('permits');
  };

  return (
    <CardFrame
      class="company-card"
      label={name()}
      onClose={room.cards.close}
      head={
        <>
          <h2 class="data" title={name()}>
            {name()}
          </h2>
          <code>{props.companyCode}</code>
          <Show when={records.answer()?.base?.description.states.find((state) => state.name === base()?.state)}>
            {(state) => <span class="tag">{words(state().title)}</span>}
          </Show>
        </>
      }
      foot={
        <>
          <button type="button" class="button" disabled={boundaries().length === 0} onClick={look}>
            <Icon name="look" /> {t('card.look')}
          </button>
          <button
            type="button"
            class="button"
            classList={{ on: isFiltered() }}
            aria-pressed={isFiltered()}
            onClick={() => room.setCompanyFilter(isFiltered() ? null : props.companyCode)}
          >
            <Icon name="filter" /> {t('cards.onlyThis')}
          </button>
          <Show when={base()}>
            {(row) => (
              <RecordLink register="companies" id={row().id}>
                {t('cards.record')}
              </RecordLink>
            )}
          </Show>
          <RecordLink register="people" query={{ company: props.companyCode }}>
            {t('cards.peopleRecords')}
          </RecordLink>
        </>
      }
    >
      <div class="card-figures">
        <Figure name={t('cards.online')} value={number(own().total)} />
        <Show when={boundaries().length > 0}>
          <Figure
            name={t('cards.inside')}
            value={number(inside().total)}
            note={guests() > 0 ? t('cards.guests', { n: number(guests()) }) : ''}
          />
        </Show>
        <Figure name={t('cards.working')} value={number(working().length)} onPress={showPermits} />
        <Figure name={t('cards.alarms')} value={number(alarms().length)} level={worstOf(alarms())} />
        <Show when={senders().length > 0}>
          <Figure
            name={t('cards.reporting')}
            value={`${senders().length - silent()} / ${senders().length}`}
            note={silent() > 0 ? t('cards.silent', { n: silent() }) : ''}
          />
        </Show>
      </div>
      <TypeSplit count={own()} />
      <div class="card-columns">
        <Show when={alarms().length > 0}>
          <CardSection title={t('cards.alarms')} count={alarms().length}>
            <AlarmLines room={room} alarms={alarms()} />
          </CardSection>
        </Show>
        <CardSection title={t('cards.work')} count={jobs().length} none={t('cards.workNone')}>
          <PermitLines room={room} items={jobs()} />
        </CardSection>
        <Show when={records.answer()} fallback={<p class="hint">{t('cards.loading')}</p>}>
          {(found) => (
            <>
              <Chart records={found()} />
              <Duty records={found()} companyCode={props.companyCode} nowMs={shown.nowMs()} />
              <BaseData records={found()} />
            </>
          )}
        </Show>
        <Show when={records.hasFailed()}>
          <p class="hint">{t('cards.failed')}</p>
        </Show>
      </div>
    </CardFrame>
  );
}

/** Who answers for what: the company's own, then each major hazard source's three. */
function Chart(props: { records: CompanyRecords }) {
  const t = useTranslate();
  const units = () => responsibilityChart(props.records);
  const people = (of: readonly Responsible[]) => (
    <dl>
      <For each={of}>
        {({ office, name }) => (
          <div>
            <dt>{t(`cards.responsible.${office}`)}</dt>
            <dd class="data" classList={{ absent: name === '' }}>
              {name === '' ? t('cards.notFilled') : name}
            </dd>
          </div>
        )}
      </For>
    </dl>
  );
  return (
    <CardSection title={t('cards.chart')} count={units().length} none={t('cards.chartNone')}>
      <ul class="responsible">
        <For each={units()}>
          {(unit) => (
            <li classList={{ hazard: unit.rowId !== null }}>
              <Show when={unit.rowId}>
                {(rowId) => (
                  <p>
                    <span class="tag">{t(`cards.hazardLevel.l${unit.level}` as TextKey)}</span>{' '}
                    <RecordLink register="hazard-sources" id={rowId()}>
                      <span class="data">{unit.name}</span>
                    </RecordLink>
                  </p>
                )}
              </Show>
              {people(unit.people)}
            </li>
          )}
        </For>
      </ul>
    </CardSection>
  );
}

function Duty(props: { records: CompanyRecords; companyCode: string; nowMs: number }) {
  const t = useTranslate();
  const onDuty = () => props.records.duty?.rows ?? [];
  const contacts = () => props.records.contacts?.rows ?? [];
  return (
    <CardSection title={t('cards.dutyNow')} count={onDuty().length + contacts().length} none={t('cards.dutyNone')}>
      <ul class="card-lines">
        <For each={onDuty()}>
          {(row) => (
            <li>
              <span>
                <b class="data">{textOf(row, 'name')}</b> {officeText(t, textOf(row, 'office'))}
                <small>
                  {t('cards.until', { time: momentText(Number(row.values['to'] ?? 0), props.nowMs).slice(0, 11) })}
                </small>
              </span>
            </li>
          )}
        </For>
        <For each={contacts()}>
          {(row) => (
            <li>
              <RecordLink register="company-contacts" id={row.id}>
                <b class="data">{textOf(row, 'name')}</b> {officeText(t, textOf(row, 'kind'))}{' '}
                <small class="data">{textOf(row, 'phone')}</small>
              </RecordLink>
            </li>
          )}
        </For>
      </ul>
      <RecordLink register="company-duty" query={{ company: props.companyCode }}>
        {t('cards.roster')}
      </RecordLink>
    </CardSection>
  );
}

function BaseData(props: { records: CompanyRecords }) {
  const t = useTranslate();
  const words = useWords();
  const facts = () => {
    const { base } = props.records;
    const row = base?.rows[0];
    if (base == null || row === undefined) return [];
    return BASE_FIELDS.flatMap((name) => {
      const field = fieldOf(base, name);
      if (field === undefined) return [];
      const text = valueText({ t, language: preferences.language() }, field, row.values[name], row.labels);
      return [{ title: words(field.title), text }];
    });
  };
  return (
    <CardSection title={t('cards.base')} count={facts().length} none={t('cards.baseNone')}>
      <dl>
        <For each={facts()}>
          {({ title, text }) => (
            <div>
              <dt>{title}</dt>
              <dd class="data" classList={{ absent: text === '' }}>
                {text === '' ? t('cards.notFilled') : text}
              </dd>
            </div>
          )}
        </For>
      </dl>
    </CardSection>
  );
}
