/**
 * The board of one muster: how many are missing, safe, inside, since when; who is missing with last place, phone and confirming by hand;
 * assembly points; whom to call. It says so when the muster is over, with the way to its report.
 */
import { createMemo, createSignal, For, Show } from 'solid-js';
import { createProjection } from '../../geo/projection.ts';
import { type Muster, missingOf, safeOf } from '../../stream/protocol/muster.ts';
import { areaMiddle } from '../app/area-middle.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { openVideo } from '../video/open-video.ts';
import { ConfirmedList } from './confirmed-list.tsx';
import { lineKey } from './missing-list.ts';
import { MissingRow } from './missing-row.tsx';
import { MusterContacts } from './muster-contacts.tsx';
import { createMusterPhones } from './muster-phones.ts';
import { afterText, clockText, musterPlaceText } from './muster-text.ts';

/** More are found by company: nobody calls a hundred people one after another. */
const ROWS_SHOWN = 100;

export function MusterBoard(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { musters } = props.room;
  return (
    <Show when={musters.openId()}>
      <section class="muster-board" aria-label={t('muster.title')}>
        <Show when={musters.board()} fallback={<Over room={props.room} />}>
          {(muster) => <Standing room={props.room} muster={muster()} />}
        </Show>
      </section>
    </Show>
  );
}

function Over(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { musters } = props.room;
  return (
    <>
      <header>
        <h2>{t('muster.over')}</h2>
        <CloseButton room={props.room} />
      </header>
      <p>
        <a class="button primary" href={`#musters/${musters.openId() ?? ''}`} target="_blank" rel="noopener">
          {t('muster.report')}
        </a>
      </p>
    </>
  );
}

function CloseButton(props: { room: ControlRoomState }) {
  const t = useTranslate();
  return (
    <button
      type="button"
      class="button icon-only"
      title={t('panel.close')}
      aria-label={t('panel.close')}
      onClick={() => props.room.musters.close()}
    >
      <Icon name="close" />
    </button>
  );
}

function Standing(props: { room: ControlRoomState; muster: Muster }) {
  const t = useTranslate();
  const { room } = props;
  const { musters, shown } = room;
  const projection = createProjection(room.settings.projection);
  const [company, setCompany] = createSignal('');
  const lines = createMemo(() =>
    musters.missing().filter((line) => company() === '' || line.companyCode === company()),
  );
  const rows = createMemo(() => lines().slice(0, ROWS_SHOWN));
  const phones = createMusterPhones(
    () => musters.board()?.musterId ?? null,
    () => (shown.isLive() ? rows() : []),
  );
  const middle = () => {
    const { place } = props.muster;
    const found = [...shown.picture.areas].find(([key, area]) =>
      place.of === 'area'
        ? key === place.area
        : place.of === 'company' && area.kind === 'COMPANY_BOUNDARY' && area.companyCode === place.companyCode,
    );
    return found === undefined ? null : areaMiddle(found[1]);
  };
  const look = (): void => {
    const found = middle();
    if (found === null) room.goHome();
    else room.lookAtLngLat(found.lng, found.lat, found.rangeM);
  };
  const counts = () => props.muster.counts;
  return (
    <>
      <header class={props.muster.kind}>
        <h2>
          {t(`muster.kind.${props.muster.kind}`)} · {musterPlaceText(t, props.muster, shown.companyName)}
        </h2>
        <CloseButton room={room} />
      </header>
      <div class="muster-figures">
        <Figure text={t('muster.missing')} value={missingOf(counts())} isWrong={missingOf(counts()) > 0} />
        <Figure text={t('muster.safe')} value={safeOf(counts())} />
        <div>
          <b class="clock">{clockText(shown.nowMs() - props.muster.declaredAtMs)}</b>
          <span>{t('muster.elapsed')}</span>
        </div>
      </div>
      <dl class="muster-counts">
        <Count text={t('muster.state.inside')} value={counts().inside} />
        <Count text={t('muster.state.silent')} value={counts().silent} />
        <Count text={t('muster.state.left')} value={counts().left} />
        <Count text={t('muster.state.safe')} value={counts().safe} />
        <Count text={t('muster.state.confirmed')} value={counts().confirmed} />
        <Count text={t('muster.atStart')} value={props.muster.atStart} />
        <Count text={t('muster.entered')} value={props.muster.entered} />
      </dl>
      <p class="muster-times">
        {t('muster.times', {
          first: afterText(props.muster, props.muster.firstSafeAtMs),
          half: afterText(props.muster, props.muster.halfSafeAtMs),
          all: afterText(props.muster, props.muster.allSafeAtMs),
        })}
      </p>
      <div class="muster-acts">
        <button type="button" class="button small" onClick={look}>
          <Icon name="look" /> {t('muster.look')}
        </button>
        <Show when={middle()}>
          {(place) => (
            <button
              type="button"
              class="button small"
              onClick={() =>
                openVideo({
                  title: t('video.followOf', { name: musterPlaceText(t, props.muster, shown.companyName) }),
                  cameraCodes: [],
                  follow: () => place(),
                })
              }
            >
              <Icon name="camera" /> {t('video.near')}
            </button>
          )}
        </Show>
        <a class="button small" href={`#musters/${props.muster.musterId}`} target="_blank" rel="noopener">
          <Icon name="file" /> {t('muster.report')}
        </a>
        <Show when={musters.mayEnd(props.muster)}>
          <button type="button" class="button small" onClick={() => musters.setEnding(true)}>
            {t('muster.end')}
          </button>
        </Show>
      </div>
      <div class="muster-lists">
        <Points muster={props.muster} />
        <header>
          <h3>{t('muster.missingList', { n: lines().length })}</h3>
          <Show when={props.muster.byCompany.length > 1}>
            <select
              aria-label={t('muster.company')}
              value={company()}
              onChange={(event) => setCompany(event.currentTarget.value)}
            >
              <option value="">{t('muster.everyCompany')}</option>
              <For each={props.muster.byCompany}>
                {(one) => (
                  <option value={one.companyCode}>
                    {shown.companyName(one.companyCode)} ({missingOf(one)})
                  </option>
                )}
              </For>
            </select>
          </Show>
        </header>
        <Show when={rows().length > 0} fallback={<p class="empty">{t('muster.nobodyMissing')}</p>}>
          <ol class="muster-missing">
            {/* By who it is: a row that is being confirmed stays the same row. */}
            <For each={rows().map(lineKey)}>
              {(key) => (
                <Show when={rows().find((line) => lineKey(line) === key)}>
                  {(line) => (
                    <MissingRow room={room} line={line()} projection={projection} phone={phones.phoneOf(key) ?? null} />
                  )}
                </Show>
              )}
            </For>
          </ol>
        </Show>
        <Show when={lines().length > ROWS_SHOWN}>
          <p class="hint">{t('muster.more', { n: lines().length - ROWS_SHOWN })}</p>
        </Show>
        <Show when={phones.hasFailed()}>
          <p class="hint" role="alert">
            {t('emergency.failed')}
          </p>
        </Show>
        <MusterContacts companies={phones.companies()} isDrill={props.muster.kind === 'drill'} />
        <ConfirmedList room={room} />
      </div>
    </>
  );
}

function Figure(props: { text: string; value: number; isWrong?: boolean }) {
  return (
    <div classList={{ wrong: props.isWrong === true }}>
      <b>{props.value}</b>
      <span>{props.text}</span>
    </div>
  );
}

function Count(props: { text: string; value: number }) {
  return (
    <div>
      <dt>{props.text}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}

function Points(props: { muster: Muster }) {
  const t = useTranslate();
  return (
    <>
      <h3>{t('muster.points')}</h3>
      <Show when={props.muster.points.length > 0} fallback={<p class="hint">{t('muster.nobodyAtPoints')}</p>}>
        <ul class="muster-points">
          <For each={props.muster.points}>
            {(point) => (
              <li>
                <span>{point.name}</span> <b>{point.count}</b>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </>
  );
}
