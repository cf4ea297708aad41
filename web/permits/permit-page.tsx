/** One permit away from the map: its record, its video, and what a spot check found. */
import { createSignal, onCleanup, Show } from 'solid-js';
import type { PermitPerson } from '../../stream/protocol/permits.ts';
import { Icon } from '../app/marks.tsx';
import type { PageProps } from '../app/pages.ts';
import { go } from '../app/place.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { say } from '../widgets/toasts.tsx';
import { gasContext } from './gas-context.ts';
import { GasSection } from './gas-section.tsx';
import { PermitFacts, PermitTimes } from './permit-facts.tsx';
import { PermitIcon } from './permit-icon.tsx';
import { PermitPeople } from './permit-people.tsx';
import { PermitPrintHead } from './permit-print-head.tsx';
import { createPermitRecord } from './permit-record.ts';
import { PermitLists } from './permit-rows.tsx';
import { numberOf, workText } from './permit-text.ts';
import { openPermitVideo } from './permit-video.ts';
import { peopleOfRecord } from './record-people.ts';
import { findingHash, findingsHash } from './spot-check.ts';

const EVERY_MS = 15_000;

export function PermitPage(props: PageProps & { companyCode: string; permitId: string }) {
  const t = useTranslate();
  const [nowMs, setNowMs] = createSignal(Date.now());
  const clock = setInterval(() => setNowMs(Date.now()), EVERY_MS);
  onCleanup(() => clearInterval(clock));
  // Without the live picture the record itself is asked for again, as long as somebody looks.
  const record = createPermitRecord(props.companyCode, props.permitId, () => (document.hidden ? null : nowMs()));
  const people = (): readonly PermitPerson[] => peopleOfRecord(record.detail());
  const video = async (): Promise<void> => {
    const permit = record.detail();
    if (permit === null) return;
    const title = `${workText(t, permit.workCode)} · ${permit.site}`;
    if (!(await openPermitVideo(title, permit, permit.cameraCodes))) say(t('permit.noCamera'));
  };
  return (
    <section class="permit-detail">
      <Show
        when={record.detail()}
        fallback={
          <p class="empty" role="status">
            {t(
              record.problem() === null
                ? 'permit.loading'
                : record.problem() === 'gone'
                  ? 'permit.gone'
                  : 'intake.noAnswer',
            )}
          </p>
        }
      >
        {(detail) => (
          <>
            <PermitPrintHead {...props} title={`${workText(t, detail().workCode)} ${numberOf(detail())}`} />
            <header>
              <button type="button" class="button small" onClick={() => history.back()}>
                ‹ {t('permit.back')}
              </button>
              <PermitIcon
                workCode={detail().workCode}
                status={detail().status}
                alarmLevel={detail().alarms.some(({ active }) => active) ? (detail().worstLevel ?? 0) : 0}
              />
              <h2>
                {workText(t, detail().workCode)} <small>{numberOf(detail())}</small>
              </h2>
              <div class="permit-acts">
                <a
                  class="button"
                  href={`#permit/${encodeURIComponent(props.companyCode)}/${encodeURIComponent(props.permitId)}`}
                  target="_blank"
                  rel="noopener"
                >
                  <Icon name="map" /> {t('permit.toMap')}
                </a>
                <button type="button" class="button" onClick={() => void video()}>
                  <Icon name="camera" /> {t('permit.video')}
                </button>
                <Show when={['park', 'operator'].includes(props.session.role)}>
                  <a class="button" href={findingHash(detail(), nowMs())}>
                    <Icon name="edit" /> {t('permit.finding')}
                  </a>
                </Show>
                <a class="button" href={findingsHash(detail())}>
                  {t('permit.findings')}
                </a>
                <button type="button" class="button" onClick={() => print()}>
                  <Icon name="print" /> {t('permit.print')}
                </button>
              </div>
            </header>
            <Show when={record.problem() === 'failed'}>
              <p class="form-error" role="alert">
                {t('intake.oldAnswer')}
              </p>
            </Show>
            <div class="columns">
              <div>
                <PermitTimes view={null} detail={detail()} nowMs={nowMs()} />
                <PermitFacts view={null} detail={detail()} nowMs={nowMs()} companyName={detail().companyName} />
                <PermitPeople
                  people={people()}
                  now={null}
                  nowMs={nowMs()}
                  radiusM={0}
                  guardianRadiusM={0}
                  onLook={() => undefined}
                />
                <GasSection
                  rows={detail().rows.gas}
                  latest={[]}
                  context={gasContext(detail().workCode, detail().fields.details)}
                  nowMs={nowMs()}
                />
              </div>
              <div>
                <PermitLists
                  detail={detail()}
                  nowMs={nowMs()}
                  onOpen={(companyCode, permitId) =>
                    go(`#permits/list/${encodeURIComponent(companyCode)}/${encodeURIComponent(permitId)}`)
                  }
                />
              </div>
            </div>
          </>
        )}
      </Show>
    </section>
  );
}
