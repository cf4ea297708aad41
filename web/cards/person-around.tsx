/** What somebody stands in and is named on: alarms, areas, permits, certificates, duty. What there is none of takes no room. */

import { createMemo, createResource, For, Show } from 'solid-js';
import { parkDay } from '../../core/park-time.ts';
import type { PersonCard as PersonRecord } from '../../core/web-api.ts';
import { areaKey } from '../../stream/protocol/effects.ts';
import { SCREEN_ROLE } from '../../stream/protocol/vocabulary.ts';
import type { ControlRoomState, Selection } from '../app/control-room-state.ts';
import { useTranslate } from '../i18n/i18n.ts';
import type { JobItem } from '../permits/job-items.ts';
import { minuteText } from '../permits/permit-text.ts';
import { chinaDaySpan } from '../registers/china-time.ts';
import { CardSection } from './card-frame.tsx';
import { AlarmLines, PermitLines } from './card-lines.tsx';
import { certificatesOf } from './certificates.ts';
import { isSlotInside } from './head-count.ts';
import { readDuties } from './person-duty.ts';
import { textOf } from './register-read.ts';

export function PersonAround(props: { room: ControlRoomState; selection: Selection; details: PersonRecord | null }) {
  const t = useTranslate();
  const { room } = props;
  const { shown } = room;
  const person = () => props.selection.person;
  const alarms = createMemo(() => {
    const { slot, generation } = props.selection;
    return shown.alarms.filter((alarm) => alarm.slot === slot && alarm.generation === generation);
  });
  const areas = createMemo(() => {
    shown.counts();
    shown.registerVersion();
    const { slot } = props.selection;
    if (!shown.picture.isPresent(slot)) return [];
    return [...shown.picture.areas.values()].filter((area) =>
      isSlotInside(shown.picture, room.cards.planeOf(area), slot),
    );
  });
  const roleOf = (item: JobItem): string => {
    const known = person();
    const roles = (item.permit?.people ?? []).filter(
      (one) => known !== null && one.personId === known.personId && one.companyCode === known.companyCode,
    );
    return [...new Set(roles.map(({ role }) => t(`permit.role.${role}`)))].join(t('listComma'));
  };
  const jobs = createMemo(() => {
    const known = person();
    if (known?.personId == null) return [];
    return room.permits
      .items()
      .filter(({ permit }) =>
        permit?.people.some((one) => one.personId === known.personId && one.companyCode === known.companyCode),
      );
  });
  const certificates = () => certificatesOf(props.details?.certificates ?? [], shown.nowMs());
  const question = createMemo(
    () => {
      const known = person();
      const span = chinaDaySpan(parkDay(shown.parkNowMs()));
      if (known === null || span === null || room.session.role === SCREEN_ROLE) return null;
      const { companyCode, personId, name } = known;
      return { who: { companyCode, personId, name }, span };
    },
    null,
    { equals: (before, after) => JSON.stringify(before) === JSON.stringify(after) },
  );
  const [duty] = createResource(question, ({ who, span }) => readDuties(who, span).catch(() => []));

  return (
    <div class="card-columns">
      <Show when={alarms().length > 0}>
        <CardSection title={t('cards.alarms')} count={alarms().length}>
          <AlarmLines room={room} alarms={alarms()} />
        </CardSection>
      </Show>
      <Show when={jobs().length > 0}>
        <CardSection title={t('cards.work')} count={jobs().length}>
          <PermitLines room={room} items={jobs()} roleOf={roleOf} />
        </CardSection>
      </Show>
      <Show when={areas().length > 0}>
        <CardSection title={t('cards.areas')} count={areas().length}>
          <p class="links">
            <For each={areas()}>
              {(area) => (
                <button
                  type="button"
                  class="as-link data"
                  onClick={() => room.cards.openArea(areaKey(area.companyCode, area.areaId))}
                >
                  {area.name}
                </button>
              )}
            </For>
          </p>
        </CardSection>
      </Show>
      <Show when={certificates().length > 0}>
        <CardSection title={t('cards.certificates')} count={certificates().length}>
          <ul class="card-lines">
            <For each={certificates()}>
              {(one) => (
                <li>
                  <span>
                    <span class="data">{[one.name, one.number].filter(Boolean).join(' ')}</span>
                    <small class={`certificate-${one.state}`}>
                      {t(`cards.certificate.${one.state}`, { day: one.validTo })}
                    </small>
                  </span>
                </li>
              )}
            </For>
          </ul>
        </CardSection>
      </Show>
      <Show when={(duty() ?? []).length > 0}>
        <CardSection title={t('cards.dutyToday')}>
          <For each={duty()}>
            {({ row, isByName }) => (
              <p class="data">
                {minuteText(Number(row.values['from'] ?? 0), shown.nowMs())} –{' '}
                {minuteText(Number(row.values['to'] ?? 0), shown.nowMs())} {textOf(row, 'shift')}
                <Show when={isByName}>
                  {' '}
                  <small class="by-name" title={t('cards.byNameDetail')}>
                    {t('cards.byName')}
                  </small>
                </Show>
              </p>
            )}
          </For>
        </CardSection>
      </Show>
    </div>
  );
}
