/**
 * Live boards: heads by type, company and area, the day so far, alarms by class, work of today, who reports. What is live is counted from
 * the picture, the day from the server; each line leads on. The same ones stand at the map's edge and on a wall.
 */
import { createMemo, For, Show } from 'solid-js';
import type { PersonType } from '../../stream/protocol/vocabulary.ts';
import { ruleText, shortCompany } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { LevelMark } from '../app/marks.tsx';
import { durationText } from '../app/time-text.ts';
import { CompanyLines, MoreLines, TypeSplit } from '../cards/card-lines.tsx';
import { headCount } from '../cards/head-count.ts';
import { dashboardApi } from '../dashboard/dashboard-api.ts';
import { lastDays } from '../dashboard/day-range.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { interfaceText } from '../intake/names.ts';
import { createPolled } from '../pages/polled.ts';
import { EVERY_JOB, type JobFilter } from '../permits/job-items.ts';
import { PermitIcon } from '../permits/permit-icon.tsx';
import { CODE_OF_KIND, DAY_STATES } from '../permits/permit-states.ts';
import { kindText } from '../permits/permit-text.ts';
import { Board } from './board.tsx';
import { alarmCounts, areaCounts, senderCounts, standingByLevel, trendPoints } from './board-figures.ts';
import { DayChart } from './day-chart.tsx';

const NOW_EVERY_MS = 20_000;
const DAY_EVERY_MS = 60_000;
const LEVELS = [1, 2, 3, 4] as const;
const number = (n: number): string => n.toLocaleString('en-US');

export interface BoardProps {
  readonly room: ControlRoomState;
  /** Nobody is there to unfold it. */
  readonly isFixed: boolean;
  /** Lines of a list. */
  readonly lines: number;
}

export function Boards(props: BoardProps) {
  return (
    <div class="boards">
      <PeopleBoard {...props} />
      <TrendBoard {...props} />
      <AlarmsBoard {...props} />
      <PermitsBoard {...props} />
      <ReportingBoard {...props} />
    </div>
  );
}

function PeopleBoard(props: BoardProps) {
  const t = useTranslate();
  const { shown, companyFilter, cards } = props.room;
  const heads = createMemo(() => {
    shown.counts();
    const company = companyFilter();
    return headCount(shown.picture, (_slot, person) => company === null || person?.companyCode === company);
  });
  /** Who is meant by the figure: alone on the map and in the lists, until the filter is taken off. */
  const showType = (type: PersonType): void => {
    const { filter } = props.room.find;
    if (!filter.choice().type.includes(type)) filter.toggle('type', type);
    props.room.setPanelTab('people');
  };
  const now = createPolled(() => null, dashboardApi.now, NOW_EVERY_MS);
  const areas = createMemo(() => areaCounts(now.answer(), companyFilter()));
  return (
    <Board name="people" title={t('boards.people')} figure={number(heads().total)} isFixed={props.isFixed}>
      <TypeSplit count={heads()} {...(props.isFixed ? {} : { onPress: showType })} />
      <Show when={companyFilter() === null}>
        <h4>{t('boards.byCompany')}</h4>
        <CompanyLines companies={heads().byCompany} onOpen={cards.openCompany} most={props.lines} />
      </Show>
      <h4>{t('boards.byArea')}</h4>
      <Show when={areas().length > 0} fallback={<p class="hint">{t('boards.areasNone')}</p>}>
        <ul class="card-lines">
          <For each={areas().slice(0, props.lines)}>
            {(area) => (
              <li>
                <button type="button" onClick={() => cards.openArea(area.key)}>
                  <span class="data">
                    {area.name} <small>{shortCompany(shown.companyName(area.companyCode))}</small>
                  </span>
                  <b>{number(area.count)}</b>
                </button>
              </li>
            )}
          </For>
          <MoreLines count={areas().length} most={props.lines} />
        </ul>
      </Show>
    </Board>
  );
}

function TrendBoard(props: BoardProps) {
  const t = useTranslate();
  const trend = createPolled(() => null, dashboardApi.trend, DAY_EVERY_MS);
  const points = createMemo(() => {
    const answer = trend.answer();
    return answer === undefined ? [] : trendPoints(answer, props.room.companyFilter());
  });
  const most = () => points().reduce((max, { value }) => Math.max(max, value), 0);
  return (
    <Board
      name="trend"
      title={t('boards.trend')}
      figure={points().length === 0 ? '' : t('boards.peak', { n: number(most()) })}
      isFixed={props.isFixed}
    >
      <Show when={points().length > 0 && trend.answer()} fallback={<p class="hint">{t('boards.trendNone')}</p>}>
        {(answer) => <DayChart day={answer().day} stepMs={answer().stepMs} points={points()} />}
      </Show>
      <More hash="#dashboard" />
    </Board>
  );
}

function AlarmsBoard(props: BoardProps) {
  const t = useTranslate();
  const { room } = props;
  const today = createPolled(
    room.companyFilter,
    (company) => {
      const { from, to } = lastDays(1, room.shown.parkNowMs());
      return dashboardApi.alarms(from, to, company);
    },
    NOW_EVERY_MS,
  );
  const counts = createMemo(() => alarmCounts(room.shown.alarms, today.answer(), room.companyFilter()));
  const levels = createMemo(() => standingByLevel(room.shown.alarms, room.companyFilter()));
  const standing = () => LEVELS.reduce((sum, level) => sum + levels()[level], 0);
  const chooseFirst = (fits: (alarm: (typeof room.shown.alarms)[number]) => boolean): void => {
    const company = room.companyFilter();
    const first = room.shown.alarms.find(
      (alarm) => fits(alarm) && (company === null || alarm.companyCodes.includes(company)),
    );
    if (first === undefined) return;
    room.chooseAlarm(first.alarmId);
    room.setPhoneView('alarms');
  };
  return (
    <Board name="alarms" title={t('boards.alarms')} figure={number(standing())} isFixed={props.isFixed}>
      <ul class="level-split">
        <For each={LEVELS}>
          {(level) => (
            <li>
              <button
                type="button"
                disabled={levels()[level] === 0}
                onClick={() => chooseFirst((alarm) => alarm.level === level)}
              >
                <LevelMark level={level} isDim={levels()[level] === 0} /> <b>{number(levels()[level])}</b>
              </button>
            </li>
          )}
        </For>
      </ul>
      <Show when={counts().length > 0} fallback={<p class="hint">{t('boards.alarmsNone')}</p>}>
        <table>
          <thead>
            <tr>
              <th />
              <th class="number">{t('boards.standing')}</th>
              <th class="number">{t('boards.today')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={counts().slice(0, props.lines + 2)}>
              {(count) => (
                <tr>
                  <td>
                    <button
                      type="button"
                      class="as-link"
                      disabled={count.standing === 0}
                      onClick={() => chooseFirst(({ rule }) => rule === count.rule)}
                    >
                      {ruleText(t, count.rule)}
                    </button>
                  </td>
                  <td class={count.worst === null ? 'number' : `number level-${count.worst}`}>
                    {count.standing === 0 ? '' : number(count.standing)}
                  </td>
                  <td class="number">{count.today === null ? '' : number(count.today)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </Board>
  );
}

function PermitsBoard(props: BoardProps) {
  const t = useTranslate();
  const { permits } = props.room;
  const counts = () => permits.counts();
  const show = (change: Partial<JobFilter>): void => {
    permits.close();
    permits.setFilter({ ...EVERY_JOB, companyCode: props.room.companyFilter(), ...change });
    props.room.setPanelTab('permits');
  };
  return (
    <Board name="permits" title={t('boards.permits')} figure={number(counts().total)} isFixed={props.isFixed}>
      <Show when={counts().total > 0} fallback={<p class="hint">{t('boards.permitsNone')}</p>}>
        <ul class="state-split">
          <For each={DAY_STATES}>
            {(state) => (
              <li>
                <button type="button" onClick={() => show({ state })}>
                  <span>{t(`permit.day.${state}`)}</span> <b>{number(counts().byState[state])}</b>
                </button>
              </li>
            )}
          </For>
          <Show when={counts().alarmed > 0}>
            <li class="alarmed">
              <button type="button" onClick={() => show({ isAlarmed: true })}>
                <span>{t('permit.boardAlarmed')}</span> <b>{number(counts().alarmed)}</b>
              </button>
            </li>
          </Show>
        </ul>
        <ul class="kind-split">
          <For each={counts().byKind.filter(({ total }) => total > 0)}>
            {({ kind, working, total }) => (
              <li>
                <button type="button" title={kindText(t, kind)} onClick={() => show({ kind })}>
                  <PermitIcon workCode={CODE_OF_KIND[kind]} status="working" isPlain />
                  <b>
                    {working} / {total}
                  </b>
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Board>
  );
}

function ReportingBoard(props: BoardProps) {
  const t = useTranslate();
  const { shown, cards, companyFilter } = props.room;
  const counts = createMemo(() => senderCounts(shown.docs('sender'), companyFilter()));
  return (
    <Board
      name="reporting"
      title={t('boards.reporting')}
      figure={counts().expected === 0 ? '' : `${counts().heard} / ${counts().expected}`}
      isFixed={props.isFixed}
    >
      <Show when={counts().expected > 0} fallback={<p class="hint">{t('boards.reportingNone')}</p>}>
        <p class="hint">{t('boards.expected')}</p>
        <ul class="card-lines">
          <For each={counts().missing.slice(0, props.lines)}>
            {(sender) => (
              <li>
                <button type="button" onClick={() => cards.openCompany(sender.companyCode)}>
                  <span>
                    <span class="data">{shortCompany(shown.companyName(sender.companyCode))}</span> ·{' '}
                    {interfaceText(t, sender.interfaceName)}
                  </span>
                  <small>
                    {t(sender.state === 'late' ? 'boards.late' : 'boards.silent')}{' '}
                    {sender.heardAtMs === null ? '' : durationText(t, shown.nowMs() - sender.heardAtMs)}
                  </small>
                </button>
              </li>
            )}
          </For>
          <MoreLines count={counts().missing.length} most={props.lines} />
        </ul>
      </Show>
      <More hash="#reporting" />
    </Board>
  );
}

/** In a tab of its own, so that nobody leaves the alarms. */
function More(props: { hash: string }) {
  const t = useTranslate();
  return (
    <a class="board-more" href={props.hash} target="_blank" rel="noopener">
      {t('boards.more')}
    </a>
  );
}
