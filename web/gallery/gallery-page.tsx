/** Every mark, control and state on one page, to look at beside each other and in both themes and languages. Not for customers. */
import { For, type JSX } from 'solid-js';
import { PERSON_TYPES } from '../../stream/protocol/vocabulary.ts';
import { ICON_NAMES, Icon, LevelMark, Shield, TypeMark } from '../app/marks.tsx';
import { Figure } from '../cards/card-frame.tsx';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { PermitIcon } from '../permits/permit-icon.tsx';
import { CODE_OF_KIND, KINDS, type WorkStatus } from '../permits/permit-states.ts';
import { kindText, statusText } from '../permits/permit-text.ts';
import '../style/gallery.css';

const LEVELS = [1, 2, 3, 4] as const;
const STATUSES: readonly WorkStatus[] = [
  'booked',
  'applied',
  'issued',
  'working',
  'paused',
  'accepted',
  'void',
  'withdrawn',
  'cancelled',
];
const ALARM_STATES = ['active-waiting', 'active-acknowledged', 'gone-waiting', 'cleared-waiting'] as const;
const STANDING_TEXT: Readonly<Record<(typeof ALARM_STATES)[number], TextKey>> = {
  'active-waiting': 'alarm.standing.activeWaiting',
  'active-acknowledged': 'alarm.standing.activeAcknowledged',
  'gone-waiting': 'alarm.standing.goneWaiting',
  'cleared-waiting': 'alarm.standing.clearedWaiting',
};

function Part(props: { title: TextKey; children: JSX.Element }) {
  const t = useTranslate();
  return (
    <section class="gallery-part">
      <h2>{t(props.title)}</h2>
      {props.children}
    </section>
  );
}

export function GalleryPage() {
  const t = useTranslate();
  return (
    <div class="page gallery">
      <header class="page-head">
        <Shield />
        <h1>{t('gallery.title')}</h1>
      </header>
      <main>
        <p class="hint">{t('gallery.about')}</p>
        <Part title="gallery.levels">
          <ul class="gallery-row">
            <For each={LEVELS}>
              {(level) => (
                <li>
                  <LevelMark level={level} /> <LevelMark level={level} isDim /> <LevelMark level={level} isDashed />
                  <small>{t(`alarm.level.l${level}`)}</small>
                </li>
              )}
            </For>
          </ul>
        </Part>
        <Part title="gallery.types">
          <ul class="gallery-row">
            <For each={PERSON_TYPES}>
              {(type) => (
                <li>
                  <TypeMark type={type} /> <small>{t(`type.${type}`)}</small>
                </li>
              )}
            </For>
          </ul>
        </Part>
        <Part title="gallery.icons">
          <ul class="gallery-row icons">
            <For each={ICON_NAMES}>
              {(name) => (
                <li>
                  <Icon name={name} /> <code>{name}</code>
                </li>
              )}
            </For>
          </ul>
        </Part>
        <Part title="gallery.permits">
          <div class="gallery-scroll">
            <table>
              <thead>
                <tr>
                  <th />
                  <For each={STATUSES}>{(status) => <th>{statusText(t, status)}</th>}</For>
                  <For each={LEVELS}>{(level) => <th>{t(`alarm.level.l${level}`)}</th>}</For>
                </tr>
              </thead>
              <tbody>
                <For each={KINDS}>
                  {(kind) => (
                    <tr>
                      <th>{kindText(t, kind)}</th>
                      <For each={STATUSES}>
                        {(status) => (
                          <td>
                            <PermitIcon workCode={CODE_OF_KIND[kind]} status={status} />
                          </td>
                        )}
                      </For>
                      <For each={LEVELS}>
                        {(level) => (
                          <td>
                            <PermitIcon workCode={CODE_OF_KIND[kind]} status="working" alarmLevel={level} />
                          </td>
                        )}
                      </For>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </div>
        </Part>
        <Part title="gallery.alarms">
          <ol class="gallery-alarms">
            <For each={LEVELS}>
              {(level) => (
                <For each={ALARM_STATES}>
                  {(state) => (
                    <li class={`alarm-row level-${level} ${state}`}>
                      <span class="alarm-text">
                        <LevelMark level={level} isDim={state === 'active-acknowledged'} />
                        <span class="lines">
                          <span class="what">
                            <b>{t('alarm.rule.outOfBounds')}</b> · {t('gallery.sample')}
                          </span>
                          <span class="meta">
                            <span class="standing">{t(STANDING_TEXT[state])}</span>
                          </span>
                        </span>
                      </span>
                    </li>
                  )}
                </For>
              )}
            </For>
          </ol>
        </Part>
        <Part title="gallery.figures">
          <div class="card-figures">
            <Figure name={t('cards.online')} value="12,345" />
            <For each={LEVELS}>{(level) => <Figure name={t('cards.alarms')} value="7" level={level} />}</For>
          </div>
        </Part>
        <Part title="gallery.buttons">
          <p class="gallery-row">
            <button type="button" class="button">
              {t('gallery.normal')}
            </button>
            <button type="button" class="button primary">
              {t('gallery.primary')}
            </button>
            <button type="button" class="button quiet">
              {t('gallery.quiet')}
            </button>
            <button type="button" class="button on" aria-pressed="true">
              {t('gallery.pressed')}
            </button>
            <button type="button" class="button" disabled>
              {t('gallery.disabled')}
            </button>
            <button type="button" class="button small">
              {t('gallery.normal')}
            </button>
            <button type="button" class="button icon-only" aria-label={t('card.look')}>
              <Icon name="look" />
            </button>
          </p>
        </Part>
        <Part title="gallery.forms">
          <div class="gallery-forms">
            <label class="field">
              <span>{t('gallery.field')}</span>
              <input type="text" value={t('gallery.sample')} />
            </label>
            <label class="field">
              <span class="required">{t('gallery.field')}</span>
              <input type="text" aria-invalid="true" />
              <em>{t('gallery.wrong')}</em>
            </label>
            <label class="check">
              <input type="checkbox" checked /> {t('gallery.sample')}
            </label>
          </div>
        </Part>
        <Part title="gallery.notes">
          <p class="form-note">{t('gallery.sample')}</p>
          <p class="form-error">{t('gallery.wrong')}</p>
          <div class="empty">
            <strong>{t('counts.none')}</strong>
            <span>{t('counts.noneDetail')}</span>
          </div>
        </Part>
      </main>
    </div>
  );
}
