/** Card of an area: who is in now against how many may be, its risk, alarms and permits in it, cameras near, since when and until when it holds. */
import { createMemo, createResource, For, Show } from 'solid-js';
import { type AreaView, areaKey } from '../../stream/protocol/effects.ts';
import { alarmAreaKey } from '../alarm/alarm-order.ts';
import { shortCompany } from '../alarm/alarm-text.ts';
import { areaMiddle } from '../app/area-middle.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { createPolled } from '../pages/polled.ts';
import { momentText } from '../permits/permit-text.ts';
import { openVideo } from '../video/open-video.ts';
import { videoClient } from '../video/video-client.ts';
import { CardFrame, CardSection, Figure } from './card-frame.tsx';
import { AlarmLines, CompanyLines, PermitLines, RecordLink, TypeSplit, worstOf } from './card-lines.tsx';
import { headCount, isInside, isSlotInside } from './head-count.ts';
import { readRegister, textOf } from './register-read.ts';

const EVERY_MS = 60_000;
const CAMERAS_SHOWN = 4;
const number = (n: number): string => n.toLocaleString('en-US');

export function AreaCard(props: { room: ControlRoomState; areaKey: string }) {
  const area = createMemo(() => {
    props.room.shown.registerVersion();
    return props.room.shown.picture.areas.get(props.areaKey);
  });
  return (
    <Show when={area()} fallback={<Gone room={props.room} />}>
      {(known) => <Card room={props.room} area={known()} />}
    </Show>
  );
}

function Gone(props: { room: ControlRoomState }) {
  const t = useTranslate();
  return (
    <CardFrame
      class="area-card"
      label={t('cards.areaGone')}
      onClose={props.room.cards.close}
      head={<h2>{t('cards.areaGone')}</h2>}
      foot={null}
    >
      <p class="hint">{t('cards.areaGoneDetail')}</p>
    </CardFrame>
  );
}

/** Limits that the park set, and the major hazard source that lies there. */
async function readArea(key: string) {
  const slash = key.indexOf('/');
  const [company, areaId] = [key.slice(0, slash), key.slice(slash + 1)];
  const [limits, hazards, areas] = await Promise.all([
    readRegister('area-limits', { company }),
    readRegister('hazard-sources', { company, 'f.area': areaId }),
    readRegister('areas', { company, q: areaId }),
  ]);
  return {
    limits: limits?.rows.find((row) => row.values['area'] === areaId),
    hazard: hazards?.rows[0],
    record: areas?.rows.find((row) => row.values['areaId'] === areaId),
  };
}

function Card(props: { room: ControlRoomState; area: AreaView }) {
  const t = useTranslate();
  const { room } = props;
  const { shown } = room;
  const key = createMemo(() => areaKey(props.area.companyCode, props.area.areaId));
  const records = createPolled(key, readArea, EVERY_MS);
  const plan = createMemo(() => room.cards.planeOf(props.area));
  const middle = createMemo(() => areaMiddle(props.area));
  const inside = createMemo(() => {
    shown.counts();
    return headCount(shown.picture, (slot) => isSlotInside(shown.picture, plan(), slot));
  });
  const alarms = createMemo(() => shown.alarms.filter((alarm) => alarmAreaKey(alarm) === key()));
  const plane = new Float64Array(2);
  const jobs = createMemo(() =>
    room.permits.items().filter(({ permit, companyCode, place }) => {
      if (permit?.areaId != null) return areaKey(companyCode, permit.areaId) === key();
      if (place === null || !room.cards.projection.project(place.lng, place.lat, plane)) return false;
      return isInside(plan(), plane[0] ?? 0, plane[1] ?? 0, Number.NaN);
    }),
  );
  /** As set by the park; a standing alarm tells the one that the company's own system sends. */
  const limitOf = (field: 'capacityMax' | 'capacityMin', rule: 'over-capacity' | 'under-capacity'): number | null => {
    const set = records.answer()?.limits?.values[field];
    return typeof set === 'number' ? set : (alarms().find((alarm) => alarm.rule === rule)?.limit ?? null);
  };
  const most = () => limitOf('capacityMax', 'over-capacity');
  const least = () => limitOf('capacityMin', 'under-capacity');
  const insideLevel = (): number | null =>
    alarms().find(({ rule, active }) => active && (rule === 'over-capacity' || rule === 'under-capacity'))?.level ??
    null;
  const [cameras] = createResource(middle, ({ lng, lat }) => videoClient.near(lng, lat).catch(() => []));
  const span = (): string => {
    const { validFromMs, validToMs } = props.area;
    const at = (ms: number | null): string => (ms === null ? '—' : momentText(ms, shown.nowMs()));
    return validFromMs === null && validToMs === null ? t('cards.always') : `${at(validFromMs)} – ${at(validToMs)}`;
  };
  const heights = (): string => {
    const { zMinM, zMaxM, floorNo } = props.area;
    const range = zMinM === null && zMaxM === null ? '' : `${zMinM ?? '—'} – ${zMaxM ?? '—'} m`;
    return [floorNo ?? '', range].filter(Boolean).join(' · ');
  };
  const grade = (): string => {
    const level = textOf(records.answer()?.hazard, 'level');
    return level === '' ? t('cards.notGraded') : t(`cards.hazardLevel.l${level}` as TextKey);
  };
  const facts = () => [
    { title: t('cards.kind'), text: t(`areaKind.${props.area.kind ?? 'other'}`) },
    { title: t('cards.risk'), text: grade() },
    { title: t('cards.hazard'), text: textOf(records.answer()?.hazard, 'name') },
    { title: t('cards.fixed'), text: t(props.area.fixed ? 'cards.isFixed' : 'cards.isTemporary') },
    { title: t('cards.valid'), text: span() },
    { title: t('cards.height'), text: heights() },
  ];
  const showVideo = (): void =>
    openVideo({
      title: props.area.name,
      cameraCodes: (cameras() ?? []).slice(0, CAMERAS_SHOWN).map(({ code }) => code),
    });

  return (
    <CardFrame
      class="area-card"
      label={props.area.name}
      onClose={room.cards.close}
      head={
        <>
          <h2 class="data" title={props.area.name}>
            {props.area.name}
          </h2>
          <span class="tag">{t(`areaKind.${props.area.kind ?? 'other'}`)}</span>
          <button type="button" class="as-link data" onClick={() => room.cards.openCompany(props.area.companyCode)}>
            {shortCompany(shown.companyName(props.area.companyCode))}
          </button>
        </>
      }
      foot={
        <>
          <button
            type="button"
            class="button"
            disabled={middle() === null}
            onClick={() => {
              const at = middle();
              room.setHighlightedAreaKey(key());
              if (at !== null) room.lookAtLngLat(at.lng, at.lat, at.rangeM);
            }}
          >
            <Icon name="look" /> {t('card.look')}
          </button>
          <button type="button" class="button" disabled={(cameras() ?? []).length === 0} onClick={showVideo}>
            <Icon name="camera" /> {t('video.near')}
          </button>
          <Show when={records.answer()?.record}>
            {(row) => (
              <RecordLink register="areas" id={row().id}>
                {t('cards.record')}
              </RecordLink>
            )}
          </Show>
        </>
      }
    >
      <div class="card-figures">
        <Figure
          name={t('cards.inNow')}
          value={most() === null ? number(inside().total) : `${number(inside().total)} / ${number(most() ?? 0)}`}
          note={least() === null ? '' : t('cards.least', { n: number(least() ?? 0) })}
          level={insideLevel()}
        />
        <Figure name={t('cards.most')} value={most() === null ? t('cards.noLimit') : number(most() ?? 0)} />
        <Figure name={t('cards.working')} value={number(jobs().filter(({ state }) => state === 'working').length)} />
        <Figure name={t('cards.alarms')} value={number(alarms().length)} level={worstOf(alarms())} />
      </div>
      <TypeSplit count={inside()} />
      <div class="card-columns">
        <Show when={alarms().length > 0}>
          <CardSection title={t('cards.alarms')} count={alarms().length}>
            <AlarmLines room={room} alarms={alarms()} />
          </CardSection>
        </Show>
        <CardSection title={t('cards.byCompany')} count={inside().byCompany.length} none={t('cards.nobodyIn')}>
          <CompanyLines companies={inside().byCompany} onOpen={room.cards.openCompany} />
        </CardSection>
        <CardSection title={t('cards.work')} count={jobs().length} none={t('cards.workNoneHere')}>
          <PermitLines room={room} items={jobs()} />
        </CardSection>
        <CardSection title={t('cards.about')}>
          <dl>
            <For each={facts().filter(({ text }) => text !== '')}>
              {({ title, text }) => (
                <div>
                  <dt>{title}</dt>
                  <dd class="data">{text}</dd>
                </div>
              )}
            </For>
          </dl>
        </CardSection>
        <CardSection title={t('cards.cameras')} count={(cameras() ?? []).length} none={t('cards.camerasNone')}>
          <ul class="card-lines">
            <For each={(cameras() ?? []).slice(0, CAMERAS_SHOWN)}>
              {(camera) => (
                <li>
                  <button type="button" onClick={() => openVideo({ title: camera.name, cameraCodes: [camera.code] })}>
                    <Icon name="camera" />
                    <span class="data">{camera.name}</span>
                    <small>{t('card.metres', { m: Math.round(camera.distanceM) })}</small>
                  </button>
                </li>
              )}
            </For>
          </ul>
        </CardSection>
      </div>
    </CardFrame>
  );
}
