/** People of a company on its card: who answers for what, with phones at hand, and who is on duty now. */
import { For, Show } from 'solid-js';
import type { RegisterRow } from '../../core/register-api.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { slotsOfRefs } from '../find/person-ref.ts';
import { type TextKey, type Translate, useTranslate } from '../i18n/i18n.ts';
import { momentText } from '../permits/permit-text.ts';
import { registerClient } from '../registers/register-client.ts';
import { CardSection } from './card-frame.tsx';
import { RecordLink } from './card-lines.tsx';
import {
  type CompanyRecords,
  type MaskedPhone,
  onCall,
  type Responsible,
  responsibilityChart,
} from './company-records.ts';
import { textOf } from './register-read.ts';
import { SealedPhone } from './sealed-phone.tsx';

const OFFICE_TEXT: Readonly<Record<string, TextKey>> = {
  'control-room': 'cards.office.controlRoom',
  safety: 'cards.office.safety',
  'duty-leader': 'cards.office.dutyLeader',
};
const officeText = (t: Translate, office: string): string => {
  const key = OFFICE_TEXT[office];
  return key === undefined ? office : t(key);
};

/** Who answers for what: the company's own, then each major hazard source's three. */
export function ResponsibilityChart(props: { records: CompanyRecords }) {
  const t = useTranslate();
  const units = () => responsibilityChart(props.records);
  const people = (of: readonly Responsible[]) => (
    <dl>
      <For each={of}>
        {({ office, name, phone }) => (
          <div>
            <dt>{t(`cards.responsible.${office}`)}</dt>
            <dd class="data" classList={{ absent: name === '' }}>
              {name === '' ? t('cards.notFilled') : name} <Phone phone={phone} />
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

/** Who is on duty now, by the roster, and whom to call in any case. */
export function CompanyDuty(props: { room: ControlRoomState; records: CompanyRecords; companyCode: string }) {
  const t = useTranslate();
  const { shown } = props.room;
  const onDuty = () => props.records.duty?.rows ?? [];
  const contacts = () => onCall(props.records);
  /** On the map; null: the roster names no record, or he is not there. */
  const slotOf = (row: RegisterRow): number | null => {
    shown.counts();
    const personId = textOf(row, 'person');
    if (personId === '') return null;
    return slotsOfRefs(shown.picture.bindings, [`${props.companyCode}/${personId}`])[0] ?? null;
  };
  return (
    <CardSection title={t('cards.dutyNow')} count={onDuty().length + contacts().length} none={t('cards.dutyNone')}>
      <ul class="card-lines">
        <For each={onDuty()}>
          {(row) => (
            <li>
              <span>
                <Show when={slotOf(row)?.toString()} fallback={<b class="data">{textOf(row, 'name')}</b>}>
                  {(slot) => (
                    <button type="button" class="as-link data" onClick={() => props.room.select(Number(slot()))}>
                      {textOf(row, 'name')}
                    </button>
                  )}
                </Show>{' '}
                {officeText(t, textOf(row, 'office'))}
                <small>
                  {t('cards.until', { time: momentText(Number(row.values['to'] ?? 0), shown.nowMs()).slice(0, 11) })}
                </small>
              </span>
            </li>
          )}
        </For>
        <For each={contacts()}>
          {({ kind, name, phone }) => (
            <li>
              <span>
                <b class="data">{name}</b> {officeText(t, kind)}
              </span>
              <Phone phone={phone} />
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

function Phone(props: { phone: MaskedPhone | null }) {
  const reveal = ({ register, rowId, field, mayReveal }: MaskedPhone) =>
    mayReveal
      ? async (reason: string) => (await registerClient.reveal(register, rowId, { field, reason })).value
      : null;
  return <Show when={props.phone}>{(phone) => <SealedPhone masked={phone().masked} reveal={reveal(phone())} />}</Show>;
}
