/** The map of a wall: the scene with its legend, the card of what a desk put there, and how many alarms wait. */
import { createMemo, For, Show } from 'solid-js';
import { PERSON_TYPES } from '../../stream/protocol/vocabulary.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { LevelMark, TypeMark } from '../app/marks.tsx';
import type { Theme } from '../app/preferences.ts';
import { SceneHost } from '../app/scene-host.tsx';
import { standingByLevel } from '../boards/board-figures.ts';
import { CardFrame } from '../cards/card-frame.tsx';
import { Cards } from '../cards/cards.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import type { JobItem } from '../permits/job-items.ts';
import { PermitIcon } from '../permits/permit-icon.tsx';
import { CODE_OF_KIND } from '../permits/permit-states.ts';
import { kindText, numberOf, spanText, statusText, workText } from '../permits/permit-text.ts';
import type { WallFocus } from './wall-focus.ts';

const LEVELS = [1, 2, 3, 4] as const;

export function WallMap(props: { room: ControlRoomState; focus: WallFocus; theme: Theme }) {
  const t = useTranslate();
  const { room } = props;
  const counts = createMemo(() => standingByLevel(room.shown.alarms, room.companyFilter()));
  const kinds = createMemo(() => room.permits.counts().byKind.filter(({ working }) => working > 0));
  return (
    <>
      <SceneHost room={room} theme={props.theme} />
      <aside class="wall-legend" aria-label={t('wall.legend')}>
        <p class="wall-figure">
          <b>{room.shown.counts().total.toLocaleString('en-US')}</b> <span>{t('strip.people')}</span>
        </p>
        <ul>
          <For each={PERSON_TYPES}>
            {(type) => (
              <li>
                <TypeMark type={type} /> {t(`type.${type}`)}{' '}
                <b>{room.shown.counts().byType[type].toLocaleString('en-US')}</b>
              </li>
            )}
          </For>
        </ul>
        <h2>{t('boards.alarms')}</h2>
        <ul>
          <For each={LEVELS}>
            {(level) => (
              <li>
                <LevelMark level={level} isDim={counts()[level] === 0} /> {t(`alarm.level.l${level}`)}{' '}
                <b>{counts()[level]}</b>
              </li>
            )}
          </For>
        </ul>
        <Show when={kinds().length > 0}>
          <h2>{t('permit.day.working')}</h2>
          <ul>
            <For each={kinds()}>
              {({ kind, working }) => (
                <li>
                  <PermitIcon workCode={CODE_OF_KIND[kind]} status="working" isPlain /> {kindText(t, kind)}{' '}
                  <b>{working}</b>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </aside>
      <Show when={props.focus.job()} fallback={<Cards room={room} />}>
        {(job) => <Job room={room} job={job()} />}
      </Show>
    </>
  );
}

function Job(props: { room: ControlRoomState; job: JobItem }) {
  const t = useTranslate();
  const { shown } = props.room;
  return (
    <CardFrame
      class="job-card"
      label={workText(t, props.job.workCode)}
      onClose={() => undefined}
      head={
        <>
          <PermitIcon
            workCode={props.job.workCode}
            status={props.job.status}
            alarmLevel={props.job.alarm?.level ?? 0}
          />
          <h2>{workText(t, props.job.workCode)}</h2>
          <span class="tag">{statusText(t, props.job.status)}</span>
          <span class="data">{shown.companyName(props.job.companyCode)}</span>
        </>
      }
      foot={null}
    >
      <dl class="facts">
        <div>
          <dt>{t('permit.one')}</dt>
          <dd class="data">{props.job.permit === null ? '' : numberOf(props.job.permit)}</dd>
        </div>
        <div>
          <dt>{t('wall.site')}</dt>
          <dd class="data">{props.job.site}</dd>
        </div>
        <div>
          <dt>{t('wall.time')}</dt>
          <dd>{spanText(props.job.fromMs, props.job.toMs, shown.nowMs())}</dd>
        </div>
        <For each={(props.job.permit?.people ?? []).filter(({ role }) => role !== 'approver')}>
          {(person) => (
            <div>
              <dt>{t(`permit.role.${person.role}`)}</dt>
              <dd class="data">{person.name}</dd>
            </div>
          )}
        </For>
      </dl>
    </CardFrame>
  );
}
