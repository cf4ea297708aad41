/**
 * The open permit beside the map: live from its document, whole from its record. What lasts longer than the live picture (lists, files,
 * history) comes with the record; without it the live part stands.
 */
import { createMemo, Index, Show } from 'solid-js';
import { createProjection } from '../../geo/projection.ts';
import { type PermitPerson, permitKey } from '../../stream/protocol/permits.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { createNearDetectors, readingText } from './detectors.ts';
import { gasContext } from './gas-context.ts';
import { GasSection } from './gas-section.tsx';
import { personNow, slotOf } from './people-now.ts';
import { PermitAlarmsNow } from './permit-alarm.tsx';
import { PermitFacts, PermitTimes } from './permit-facts.tsx';
import { PermitIcon } from './permit-icon.tsx';
import { PermitPeople } from './permit-people.tsx';
import { createPermitRecord } from './permit-record.ts';
import type { OpenPermit } from './permit-room.ts';
import { PermitLists } from './permit-rows.tsx';
import { distanceText, numberOf, workText } from './permit-text.ts';
import { openPermitVideo } from './permit-video.ts';

export function PermitCard(props: { room: ControlRoomState; open: OpenPermit }) {
  const t = useTranslate();
  const { room } = props;
  const { shown, permits } = room;
  const { companyCode, permitId } = props.open;
  const view = permits.view;
  const record = createPermitRecord(companyCode, permitId, () => view()?.updatedAtMs ?? null);
  const known = () => view() ?? record.detail();
  const projection = createProjection(room.settings.projection);
  const plane = (lng: number, lat: number): readonly [number, number] | null => {
    const out = new Float64Array(2);
    return projection.project(lng, lat, out) ? [out[0] ?? 0, out[1] ?? 0] : null;
  };
  const job = createMemo(() => {
    const place = permits.item()?.place ?? null;
    return place === null ? null : plane(place.lng, place.lat);
  });
  const now = (person: PermitPerson) => {
    shown.nowMs();
    return personNow(slotOf(person, permits.slots()), shown.picture, job());
  };
  const coverage = () => {
    shown.nowMs();
    return shown.picture.doc('coverage', permitKey(companyCode, permitId)) ?? null;
  };
  const video = async (): Promise<void> => {
    const permit = known();
    if (permit === null) return;
    const title = `${workText(t, permit.workCode)} · ${permit.site}`;
    const { status } = permit;
    if (!(await openPermitVideo(title, { companyCode, permitId, status }, view()?.cameraCodes ?? [])))
      room.setNotice('permit.noCamera');
  };
  return (
    <article class="permit-card">
      <button type="button" class="button small" onClick={() => permits.close()}>
        ‹ {t('permit.back')}
      </button>
      <Show
        when={known()}
        fallback={
          <p class="hint" role="status">
            {t(
              record.problem() === null
                ? 'permit.loading'
                : record.problem() === 'gone'
                  ? 'permit.gone'
                  : 'permit.failed',
            )}
          </p>
        }
      >
        {(permit) => (
          <>
            <header>
              <PermitIcon
                workCode={permit().workCode}
                status={permit().status}
                alarmLevel={permits.item()?.alarm?.level ?? 0}
              />
              <div>
                <h2>{workText(t, permit().workCode)}</h2>
                <code>{numberOf(permit())}</code>
              </div>
            </header>
            <div class="permit-acts">
              <button
                type="button"
                class="button"
                disabled={permits.item()?.place == null}
                onClick={() => room.lookAtJob()}
              >
                <Icon name="look" /> {t('permit.look')}
              </button>
              <button type="button" class="button" onClick={() => void video()}>
                <Icon name="camera" /> {t('permit.video')}
              </button>
              <a
                class="button"
                href={`#permits/list/${encodeURIComponent(companyCode)}/${encodeURIComponent(permitId)}`}
                target="_blank"
                rel="noopener"
              >
                {t('permit.page')}
              </a>
            </div>
            <Show when={permits.item() !== null && permits.item()?.place === null}>
              <p class="hint">{t('permit.noPlace')}</p>
            </Show>
            <PermitAlarmsNow room={room} open={props.open} />
            <PermitTimes view={view()} detail={record.detail()} nowMs={shown.nowMs()} />
            <PermitFacts
              view={view()}
              detail={record.detail()}
              nowMs={shown.nowMs()}
              companyName={view()?.companyName ?? shown.companyName(companyCode)}
              coverage={coverage()}
            />
            <Show when={view()}>
              {(known) => (
                <PermitPeople
                  people={known().people}
                  now={now}
                  nowMs={shown.nowMs()}
                  radiusM={known().radiusM}
                  guardianRadiusM={known().guardianRadiusM}
                  onLook={(slot) => room.lookAtSlot(slot)}
                />
              )}
            </Show>
            <GasSection
              rows={record.detail()?.rows.gas ?? []}
              latest={view()?.gas ?? []}
              context={gasContext(permit().workCode, record.detail()?.fields.details)}
              nowMs={shown.nowMs()}
            />
            <Detectors place={permits.item()?.place ?? null} nowMs={shown.nowMs()} />
            <Show when={record.problem() === 'failed'}>
              <p class="form-error" role="alert">
                {t('permit.failed')}{' '}
                <button type="button" class="button small" onClick={() => record.reload()}>
                  {t('permit.retry')}
                </button>
              </p>
            </Show>
            <Show when={record.detail()}>
              {(detail) => <PermitLists detail={detail()} nowMs={shown.nowMs()} onOpen={permits.show} />}
            </Show>
          </>
        )}
      </Show>
    </article>
  );
}

function Detectors(props: { place: { readonly lng: number; readonly lat: number } | null; nowMs: number }) {
  const t = useTranslate();
  const { list, isFailed } = createNearDetectors(() => props.place);
  return (
    <section class="permit-section">
      <h3>{t('permit.detectors')}</h3>
      <Show
        when={(list() ?? []).length > 0}
        fallback={
          <p class="hint">
            {t(isFailed() ? 'permit.detectorsUnknown' : list() === null ? 'permit.loading' : 'permit.detectorsNone')}
          </p>
        }
      >
        <ul class="lines">
          <Index each={list() ?? []}>
            {(one) => {
              const reading = () => readingText(t, one(), props.nowMs);
              return (
                <li>
                  <span>
                    {one().name} <code>{one().code}</code>
                  </span>
                  <span class="reading" classList={{ stale: reading().age !== '', sounding: reading().isSounding }}>
                    <Show when={reading().isSounding}>
                      <b>{t('permit.detectorSounding')}</b>{' '}
                    </Show>
                    {reading().text} <small>{reading().age}</small>
                  </span>
                  <small>{distanceText(t, one().distanceM)}</small>
                </li>
              );
            }}
          </Index>
        </ul>
      </Show>
    </section>
  );
}
