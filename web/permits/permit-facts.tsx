/** What a permit says of the job as a whole, and its three times apart: planned, permitted, actual. */
import { For, Show } from 'solid-js';
import { PERMIT_DETAILS } from '../../standard/permit-details.ts';
import type { PermitDetail } from '../../stream/protocol/permit-api.ts';
import type { PermitCoverage, PermitView } from '../../stream/protocol/permits.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { useWords } from '../i18n/words.ts';
import { coverageText, expiryText, minuteText, spanText, statusText, workText } from './permit-text.ts';

export interface Known {
  /** Live; null: not on the map any more. */
  readonly view: PermitView | null;
  /** null: not here yet. */
  readonly detail: PermitDetail | null;
  readonly nowMs: number;
}

const isOpen = (status: PermitView['status']): boolean =>
  status === 'working' || status === 'paused' || status === 'issued';

export function PermitTimes(props: Known) {
  const t = useTranslate();
  const of = () => props.view ?? props.detail;
  const fields = () => props.detail?.fields;
  const status = () => of()?.status ?? 'applied';
  const sinceMs = () => props.view?.statusSinceMs ?? props.detail?.statuses.at(-1)?.atMs ?? null;
  const expiresAtMs = () => props.view?.expiresAtMs ?? (props.view === null ? (of()?.validToMs ?? null) : null);
  const planned = () =>
    spanText(
      props.view?.plannedFromMs ?? fields()?.plannedFromMs ?? null,
      props.view?.plannedToMs ?? fields()?.plannedToMs ?? null,
      props.nowMs,
    );
  const permitted = () => spanText(of()?.validFromMs ?? null, of()?.validToMs ?? null, props.nowMs);
  const actual = () => spanText(of()?.startedAtMs ?? null, of()?.endedAtMs ?? null, props.nowMs);
  const expiry = () => (isOpen(status()) ? expiryText(t, expiresAtMs(), props.nowMs) : '');
  const isOver = () => isOpen(status()) && (expiresAtMs() ?? Number.POSITIVE_INFINITY) < props.nowMs;
  return (
    <section class="permit-section times">
      <p class={`status ${status()}`}>
        <Show when={sinceMs()} fallback={<b>{statusText(t, status())}</b>}>
          {(at) => <b>{t('permit.since', { status: statusText(t, status()), at: minuteText(at(), props.nowMs) })}</b>}
        </Show>
        <Show when={expiry() !== ''}>
          <span classList={{ over: isOver() }}>{expiry()}</span>
        </Show>
      </p>
      <dl class="permit-facts">
        <Row name={t('permit.planned')} value={planned()} />
        <Row name={t('permit.issued')} value={momentOf(fields()?.issuedAtMs, props.nowMs)} />
        <Row name={t('permit.permitted')} value={permitted()} />
        <Row name={t('permit.actual')} value={actual()} />
        <Row name={t('permit.expires')} value={momentOf(expiresAtMs(), props.nowMs)} />
        <Row name={t('permit.accepted')} value={momentOf(of()?.acceptedAtMs, props.nowMs)} />
      </dl>
    </section>
  );
}

export function PermitFacts(props: Known & { companyName: string; coverage?: PermitCoverage | null }) {
  const t = useTranslate();
  const of = () => props.view ?? props.detail;
  const fields = () => props.detail?.fields;
  const sent = (value: boolean | null | undefined): string =>
    value == null ? '' : t(value ? 'permit.yes' : 'permit.no');
  const units = () => {
    const names = (of()?.units ?? []).join(t('listComma'));
    const isContractor = of()?.isContractorWork ?? null;
    if (isContractor === null) return names;
    const whose = t(isContractor ? 'permit.contractor' : 'permit.own');
    return names === '' ? whose : `${names} (${whose})`;
  };
  const responsible = () =>
    [of()?.responsibleName, props.detail?.responsiblePhoneMasked].filter((part) => part != null).join(' ');
  const briefing = () =>
    [fields()?.briefedBy, momentOf(fields()?.briefedAtMs, props.nowMs)].filter(Boolean).join(' · ');
  const inExArea = () => (props.view === null ? fields()?.inExArea : props.view.inExArea);
  const hazard = () => props.view?.hazardSourceCode ?? fields()?.hazardSourceCode ?? '';
  const words = useWords();
  /** A field that the standard does not know goes by the name it was sent under. */
  const detailName = (name: string): string =>
    Object.hasOwn(PERMIT_DETAILS, name) ? words(PERMIT_DETAILS[name as keyof typeof PERMIT_DETAILS]) : name;
  const blind = () => fields()?.blindAction ?? null;
  return (
    <section class="permit-section">
      <p class="content">{of()?.content}</p>
      <dl class="permit-facts">
        <Row name={t('permit.site')} value={of()?.site} />
        <Row name={t('permit.company')} value={props.companyName} />
        <Row name={t('permit.applicant')} value={props.detail?.applicant} isOptional={props.detail === null} />
        <Row name={t('permit.units')} value={units()} />
        <Row name={t('permit.responsible')} value={responsible()} />
        <Row
          name={t('permit.exArea')}
          value={inExArea() == null ? t('permit.exUnknown') : sent(inExArea())}
          isDoubt={inExArea() == null}
        />
        <Row name={t('permit.hazard')} value={hazard()} isOptional />
        <Show when={props.coverage ?? props.detail?.coverage}>
          {(coverage) => (
            <Row
              name={t('permit.recordedOfWork')}
              value={coverageText(t, coverage())}
              isDoubt={coverage().workMs - coverage().coveredMs >= 1_000}
            />
          )}
        </Show>
        <Row name={t('permit.openAir')} value={sent(fields()?.isOpenAir)} isOptional />
        <Row
          name={t('permit.baseLevel')}
          value={
            fields()?.baseWorkCode == null || fields()?.baseWorkCode === of()?.workCode
              ? ''
              : workText(t, fields()?.baseWorkCode ?? '')
          }
          isOptional
        />
        <Show when={blind()}>
          {(action) => <Row name={t('permit.blindAction')} value={t(`permit.blind.${action()}`)} />}
        </Show>
        <Row name={t('permit.blindNumber')} value={fields()?.blindNumber} isOptional />
        <Show when={props.detail !== null}>
          <Row
            name={t('permit.risk')}
            value={fields()?.riskAnalysis ?? t('permit.riskNone')}
            isDoubt={fields()?.riskAnalysis == null}
          />
          <Row name={t('permit.briefing')} value={briefing()} />
          <Row name={t('permit.certificates')} value={fields()?.certificateNumbers?.join(t('listComma'))} isOptional />
          <Row name={t('permit.changed')} value={fields()?.changedCause} isOptional />
          <Row name={t('permit.cancelledCause')} value={fields()?.cancelledCause} isOptional />
          <Row name={t('permit.acceptedBy')} value={fields()?.acceptedBy} isOptional />
          <Row name={t('permit.activity')} value={props.detail?.activity?.content} isOptional />
          <For each={Object.entries(fields()?.details ?? {})}>
            {([name, value]) => <Row name={detailName(name)} value={value} isOptional />}
          </For>
        </Show>
      </dl>
    </section>
  );
}

const momentOf = (atMs: number | null | undefined, nowMs: number): string =>
  atMs == null ? '' : minuteText(atMs, nowMs);

/** What nobody sent is said to be so, unless most permits have no such thing. */
function Row(props: { name: string; value: string | null | undefined; isOptional?: boolean; isDoubt?: boolean }) {
  const t = useTranslate();
  const isAbsent = () => props.value == null || props.value === '';
  return (
    <Show when={!isAbsent() || props.isOptional !== true}>
      <div>
        <dt>{props.name}</dt>
        <dd classList={{ absent: isAbsent(), doubt: props.isDoubt === true }}>
          {isAbsent() ? t('permit.notSent') : props.value}
        </dd>
      </div>
    </Show>
  );
}
