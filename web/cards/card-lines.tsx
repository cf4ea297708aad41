/** Lines that cards share: standing alarms, permits, heads by type and company, links to records. */
import { For, type JSX, Show } from 'solid-js';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { PERSON_TYPES, type PersonType } from '../../stream/protocol/vocabulary.ts';
import { lastingText, ruleText, shortCompany, whoText } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { LevelMark, TypeMark } from '../app/marks.tsx';
import { REGISTERS_PAGE } from '../app/pages.ts';
import { placeHash } from '../app/place.ts';
import { useTranslate } from '../i18n/i18n.ts';
import type { JobItem } from '../permits/job-items.ts';
import { PermitIcon } from '../permits/permit-icon.tsx';
import { numberOf, statusText, workText } from '../permits/permit-text.ts';
import type { HeadCount } from './head-count.ts';

/** The others are in the list beside. */
const LINES_MAX = 5;

/** What a list leaves out. */
export function MoreLines(props: { count: number; most?: number }) {
  const t = useTranslate();
  const left = (): number => props.count - (props.most ?? LINES_MAX);
  return (
    <Show when={left() > 0}>
      <li class="hint">{t('cards.more', { n: left() })}</li>
    </Show>
  );
}

export function AlarmLines(props: { room: ControlRoomState; alarms: readonly AlarmView[] }) {
  const t = useTranslate();
  const { shown, look } = props.room;
  return (
    <ul class="card-lines">
      <For each={props.alarms.slice(0, LINES_MAX)}>
        {(alarm) => (
          <li>
            <button type="button" onClick={() => look(alarm)}>
              <LevelMark level={alarm.level} isDim={alarm.acknowledged} />
              <span>
                <b>{ruleText(t, alarm.rule)}</b> <span class="data">{whoText(t, alarm, shown.companyName)}</span>
                <small>{lastingText(t, alarm, shown.nowMs())}</small>
              </span>
            </button>
          </li>
        )}
      </For>
      <MoreLines count={props.alarms.length} />
    </ul>
  );
}

/** `roleOf`: what somebody is on it. */
export function PermitLines(props: {
  room: ControlRoomState;
  items: readonly JobItem[];
  roleOf?: (item: JobItem) => string;
}) {
  const t = useTranslate();
  return (
    <ul class="card-lines">
      <For each={props.items.slice(0, LINES_MAX)}>
        {(item) => (
          <li>
            <button
              type="button"
              disabled={item.permit === null}
              onClick={() => {
                if (item.permit !== null) props.room.permits.show(item.permit.companyCode, item.permit.permitId);
              }}
            >
              <PermitIcon workCode={item.workCode} status={item.status} alarmLevel={item.alarm?.level ?? 0} />
              <span>
                <b>{workText(t, item.workCode)}</b> {props.roleOf?.(item)}
                <small class="data">
                  {[statusText(t, item.status), item.permit === null ? '' : numberOf(item.permit), item.site]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </span>
            </button>
          </li>
        )}
      </For>
      <MoreLines count={props.items.length} />
    </ul>
  );
}

/** `onPress`: leads to who is counted. */
export function TypeSplit(props: { count: HeadCount; onPress?: (type: PersonType) => void }) {
  const t = useTranslate();
  const line = (type: PersonType) => (
    <>
      <TypeMark type={type} /> {t(`type.${type}`)} <b>{props.count.byType[type].toLocaleString('en-US')}</b>
    </>
  );
  return (
    <ul class="type-split">
      <For each={PERSON_TYPES.filter((type) => props.count.byType[type] > 0)}>
        {(type) => (
          <li>
            <Show when={props.onPress} fallback={line(type)}>
              {(press) => (
                <button type="button" onClick={() => press()(type)}>
                  {line(type)}
                </button>
              )}
            </Show>
          </li>
        )}
      </For>
    </ul>
  );
}

export function CompanyLines(props: {
  companies: HeadCount['byCompany'];
  onOpen: (companyCode: string) => void;
  most?: number;
}) {
  const most = () => props.most ?? LINES_MAX;
  return (
    <ul class="card-lines">
      <For each={props.companies.slice(0, most())}>
        {({ code, name, count }) => (
          <li>
            <button type="button" title={name} onClick={() => props.onOpen(code)}>
              <span class="data">{shortCompany(name)}</span>
              <b>{count.toLocaleString('en-US')}</b>
            </button>
          </li>
        )}
      </For>
      <MoreLines count={props.companies.length} most={most()} />
    </ul>
  );
}

/** In a tab of its own, so that nobody leaves the alarms for a record. */
export function RecordLink(props: {
  register: string;
  id?: string | undefined;
  query?: Readonly<Record<string, string>>;
  children: JSX.Element;
}) {
  const href = (): string =>
    placeHash({
      page: REGISTERS_PAGE,
      parts: props.id === undefined ? [props.register] : [props.register, props.id],
      query: new URLSearchParams(props.query ?? {}),
    });
  return (
    <a href={href()} target="_blank" rel="noopener">
      {props.children}
    </a>
  );
}

/** Worst level among those that stand; null: none does. */
export const worstOf = (alarms: readonly AlarmView[]): AlarmLevel | null =>
  alarms.reduce<AlarmLevel | null>(
    (worst, { active, level }) => (active && (worst === null || level < worst) ? level : worst),
    null,
  );
