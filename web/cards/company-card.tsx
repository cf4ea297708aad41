/** Card of a company: heads, work and alarms as they are now; base data, who answers for safety, who is on duty, from the registers. */
import { createMemo, For, Show } from 'solid-js';

import { areaMiddle } from '../app/area-middle.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { preferences } from '../app/preferences.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { useWords } from '../i18n/words.ts';
import { createPolled } from '../pages/polled.ts';
import { valueText } from '../registers/value-text.ts';
import { CardFrame, CardSection, Figure } from './card-frame.tsx';
import { AlarmLines, PermitLines, RecordLink, TypeSplit, worstOf } from './card-lines.tsx';
import { CompanyDuty, ResponsibilityChart } from './company-people.tsx';
import { type CompanyRecords, readCompany } from './company-records.ts';
import { headCount, isSlotInside } from './head-count.ts';
import { fieldOf, textOf } from './register-read.ts';

const EVERY_MS = 60_000;
const BASE_FIELDS = ['code', 'creditCode', 'industry', 'hazardLevel', 'address'] as const;
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
              <ResponsibilityChart records={found()} />
              <CompanyDuty room={room} records={found()} companyCode={props.companyCode} />
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
