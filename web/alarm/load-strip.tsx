/** What the alarms ask of the operator, after EEMUA 191: one calm line, words in a flood, the rest on a click. */
import { createMemo, createSignal, For, Show } from 'solid-js';
import type { OperatorLoad } from '../../stream/protocol/operator-load.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { durationText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { ruleText } from './alarm-text.ts';
import { falseShare, levelMix, loadMood } from './load-state.ts';
import { subjectText } from './subject-text.ts';

const ROWS_SHOWN = 5;

export function LoadStrip(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { live } = props.room;
  const [isOpen, setOpen] = createSignal(false);
  // It is of the present alone: beside an earlier picture it would be taken for a part of it.
  const load = createMemo(() => (props.room.shown.isLive() ? live.docs('load')[0] : undefined));
  return (
    <Show when={load()}>
      {(known) => (
        <section class="load" data-mood={loadMood(known(), live.nowMs())}>
          <button type="button" aria-expanded={isOpen()} onClick={() => setOpen(!isOpen())}>
            <Show when={known().isFlood}>
              <b>{t('load.flood', { time: durationText(t, live.nowMs() - (known().floodSinceMs ?? live.nowMs())) })}</b>
            </Show>
            <span title={t('load.rateTitle')}>{t('load.rate', { n: known().in10Min })}</span>
            <span>{t('load.standing', { n: known().standing })}</span>
            <Show when={known().oldestUnacknowledgedAtMs}>
              {(at) => <span>{t('load.oldest', { time: durationText(t, live.nowMs() - at()) })}</span>}
            </Show>
            <Icon name={isOpen() ? 'up' : 'down'} />
          </button>
          <Show when={isOpen()}>
            <LoadDetail load={known()} room={props.room} />
          </Show>
        </section>
      )}
    </Show>
  );
}

function LoadDetail(props: { load: OperatorLoad; room: ControlRoomState }) {
  const t = useTranslate();
  const share = () => falseShare(props.load);
  return (
    <div class="load-detail">
      <dl>
        <div>
          <dt>{t('load.mix')}</dt>
          <dd>
            <For each={levelMix(props.load.byLevel)}>
              {(percent, i) => (
                <span class={`mix level-${i() + 1}`} title={String(props.load.byLevel[i()])}>
                  {t(`load.level.l${(i() + 1) as 1 | 2 | 3 | 4}`)} {percent} %
                </span>
              )}
            </For>
          </dd>
        </div>
        <div>
          <dt>{t('load.falseShare')}</dt>
          <dd>{share() === null ? t('load.noneEnded') : `${share()} %`}</dd>
        </div>
      </dl>
      <Causes title={t('load.chattering')} rows={props.load.chattering} room={props.room} />
      <Causes title={t('load.causes')} rows={props.load.causes} room={props.room} />
    </div>
  );
}

function Causes(props: { title: string; rows: OperatorLoad['causes']; room: ControlRoomState }) {
  const t = useTranslate();
  return (
    <Show when={props.rows.length > 0}>
      <h3>{props.title}</h3>
      <ul>
        <For each={props.rows.slice(0, ROWS_SHOWN)}>
          {(row) => (
            <li>
              <span>
                {ruleText(t, row.rule)} · {subjectText(t, row.subject, props.room.live)}
              </span>
              <b>{t('load.times', { n: row.count })}</b>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
