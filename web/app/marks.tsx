/** Pictograms: alarm levels (shape and number, never colour alone), person types, and the few icons of the page. */
import type { JSX } from 'solid-js';
import { Match, Switch } from 'solid-js';
import type { AlarmLevel, PersonType } from '../../stream/protocol/vocabulary.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';

const LEVEL_KEY: Readonly<Record<AlarmLevel, TextKey>> = {
  1: 'alarm.level.l1',
  2: 'alarm.level.l2',
  3: 'alarm.level.l3',
  4: 'alarm.level.l4',
};

/** Red octagon 1, orange diamond 2, yellow triangle 3, blue circle 4; dashed: it ends by itself. */
export function LevelMark(props: { level: AlarmLevel; isDim?: boolean; isDashed?: boolean }) {
  const t = useTranslate();
  return (
    <svg
      class={`level-mark level-${props.level}${props.isDim === true ? ' dim' : ''}${props.isDashed === true ? ' dashed' : ''}`}
      viewBox="0 0 32 32"
      role="img"
      aria-label={t(LEVEL_KEY[props.level])}
    >
      <title>{t(LEVEL_KEY[props.level])}</title>
      <Switch>
        <Match when={props.level === 1}>
          <path d="M10 2h12l8 8v12l-8 8H10l-8-8V10z" />
        </Match>
        <Match when={props.level === 2}>
          <path d="M16 1 31 16 16 31 1 16z" />
        </Match>
        <Match when={props.level === 3}>
          <path d="M16 2 31 29H1z" />
        </Match>
        <Match when={props.level === 4}>
          <circle cx="16" cy="16" r="14.5" />
        </Match>
      </Switch>
      <text x="16" y={props.level === 3 ? 26 : 22.5}>
        {props.level}
      </text>
    </svg>
  );
}

/** The shapes of the scene: disc, diamond, square, ring. */
export function TypeMark(props: { type: PersonType }) {
  return (
    <svg class="type-mark" viewBox="0 0 16 16" aria-hidden="true">
      <Switch>
        <Match when={props.type === 'staff'}>
          <circle cx="8" cy="8" r="5.5" />
        </Match>
        <Match when={props.type === 'contractor'}>
          <path d="M8 1.2 14.8 8 8 14.8 1.2 8z" />
        </Match>
        <Match when={props.type === 'visitor'}>
          <rect x="3" y="3" width="10" height="10" />
        </Match>
        <Match when={props.type === 'unidentified'}>
          <circle class="hollow" cx="8" cy="8" r="5" />
        </Match>
      </Switch>
    </svg>
  );
}

export function Shield() {
  return (
    <svg class="shield" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M16 3 28 8v9c0 6.5-5 10.5-12 13C9 27.5 4 23.5 4 17V8z" />
      <circle cx="16" cy="16" r="4.5" />
    </svg>
  );
}

const ICON_PATHS = {
  find: 'M10.5 3a7.5 7.5 0 1 0 4.7 13.300l4.7 4.700M10.5 3a7.5 7.5 0 0 1 4.7 13.3',
  boards: 'M4 4h7v7H4zM4 14h7v6H4zM14 4h6v4h-6zM14 11h6v9h-6z',
  layers: 'M12 3 3 8l9 5 9-5zM3 12.500l9 5 9-5M3 17l9 5 9-5',
  people:
    'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21c0-4 3-7 7-7s7 3 7 7M16 3.500a4 4 0 0 1 0 7.500M18 14.500c2.5 1 4 3.5 4 6.5',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2.500M12 19.500V22M2 12h2.500M19.5 12H22M5 5l1.7 1.700M17.3 17.3 19 19M5 19l1.7-1.700M17.3 6.7 19 5',
  moon: 'M20 14.500A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.500z',
  sound: 'M4 9.500v5h3.500L12 19V5L7.5 9.500zM15.5 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11',
  muted: 'M4 9.500v5h3.500L12 19V5L7.5 9.500zM16 9.500l5 5M21 9.500l-5 5',
  close: 'M5 5l14 14M19 5 5 19',
  user: 'M12 12a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM4 21c0-4.5 3.5-7.5 8-7.500s8 3 8 7.5',
  look: 'M2 12s3.5-7 10-7 10 7 10 7-3.5 7-10 7-10-7-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  ruler: 'M3 16 16 3l5 5L8 21zM7 12l2 2M10 9l3 3M13 6l2 2',
  home: 'M3 11.5 12 4l9 7.500M5.5 10v10h13V10',
  bell: 'M6 16.500V11a6 6 0 0 1 12 0v5.500l2 2H4zM10 21h4',
  up: 'M6 15l6-6 6 6',
  down: 'M6 9l6 6 6-6',
  orders: 'M6 3h12v18H6zM9 8h6M9 12h6M9 16h4',
  permits: 'M8 4H5v17h14V4h-3M9 2.500h6v4H9zM8.500 14l2.500 2.500 4.500-5',
  camera: 'M3 7h12v10H3zM15 11l6-4v10l-6-4z',
  wall: 'M3 4h18v12H3zM9 20h6M12 16v4',
  map: 'M9 4 3 6.500v13.500L9 17.500l6 2.5 6-2.500V4L15 6.500zM9 4v13.500M15 6.500V20',
  menu: 'M4 6h16M4 12h16M4 18h16',
  chart: 'M4 20V4M4 20h16M8 16v-5M13 16V7M18 16v-7',
  pulse: 'M2 12h5l3-7 4 14 3-7h5',
  intake: 'M12 3v11M7.5 9.500 12 14l4.5-4.500M4 15v5h16v-5',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
  plus: 'M12 5v14M5 12h14',
  columns: 'M4 5h16v14H4zM9.5 5v14M14.500 5v14',
  print: 'M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z',
  filter: 'M3 5h18l-7 8v6l-4 2v-8z',
  check: 'M5 12.500l4.5 4.500L19 7',
  back: 'M14 5l-7 7 7 7',
  trash: 'M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  edit: 'M4 20l1-4L16 5l3 3L8 19z',
  past: 'M4.500 8.500A8.500 8.500 0 1 1 3.500 12M4.500 3.500v5h5M12 7.500V12l3.500 2',
  play: 'M7 4.500v15l12-7.500z',
  pause: 'M8 5v14M16 5v14',
  'step-back': 'M17 5v14L8 12zM6 5v14',
  'step-on': 'M7 5v14l9-7zM18 5v14',
  views: 'M4 6h11v9H4zM9 18h11V9M8.500 10.500h2',
  link: 'M10 14a4 4 0 0 1 0-5.500l3-3a4 4 0 0 1 5.500 5.500l-1.500 1.500M14 10a4 4 0 0 1 0 5.500l-3 3A4 4 0 0 1 5.500 13L7 11.500',
  split: 'M4 5h16v14H4zM12 5v14',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  muster:
    'M4 4h5M4 4v5M4 4l5 5M20 4h-5M20 4v5M20 4l-5 5M4 20h5M4 20v-5M4 20l5-5M20 20h-5M20 20v-5M20 20l-5-5M12 11.500h.01',
} as const;
export type IconName = keyof typeof ICON_PATHS;
export const ICON_NAMES = Object.keys(ICON_PATHS) as IconName[];

export function Icon(props: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICON_PATHS[props.name]} />
    </svg>
  );
}
