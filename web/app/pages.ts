/** The pages of the product and whose they are. A page that is not the control room loads when it is opened, and never the scene. */
import { type Component, lazy } from 'solid-js';
import type { SessionInfo, WebSettings } from '../../core/web-api.ts';
import { ROLES, type Role, SCREEN_ROLE } from '../../stream/protocol/vocabulary.ts';
import type { TextKey } from '../i18n/i18n.ts';
import { WALL_PAGE } from '../screens/wall-outputs.ts';
import type { IconName } from './marks.tsx';

export interface PageProps {
  readonly settings: WebSettings;
  readonly session: SessionInfo;
}

export interface PageEntry {
  /** First part of the address. */
  readonly name: string;
  readonly text: TextKey;
  readonly icon: IconName;
  readonly roles: readonly Role[];
  /** null: the control room, which is no page of the shell. */
  readonly component: Component<PageProps> | null;
}

const WATCHERS: readonly Role[] = ['operator', 'park', 'company-admin', 'enterprise'];
const SENDS: readonly Role[] = [...WATCHERS, 'ops'];

/** In the order of the navigation. */
export const PAGES: readonly PageEntry[] = [
  { name: '', text: 'nav.controlRoom', icon: 'map', roles: WATCHERS, component: null },
  {
    name: 'orders',
    text: 'nav.orders',
    icon: 'orders',
    roles: WATCHERS,
    component: lazy(async () => ({ default: (await import('../orders/orders-page.tsx')).OrdersPage })),
  },
  {
    name: 'handover',
    text: 'handover.title',
    icon: 'check',
    roles: WATCHERS,
    component: lazy(async () => ({ default: (await import('../handover/handover-page.tsx')).HandoverPage })),
  },
  {
    name: 'permits',
    text: 'permit.title',
    icon: 'permits',
    roles: WATCHERS,
    component: lazy(async () => ({ default: (await import('../permits/permits-page.tsx')).PermitsPage })),
  },
  {
    name: 'musters',
    text: 'muster.title',
    icon: 'muster',
    roles: WATCHERS,
    component: lazy(async () => ({ default: (await import('../muster/musters-page.tsx')).MustersPage })),
  },
  {
    name: 'dashboard',
    text: 'dashboard.title',
    icon: 'chart',
    roles: WATCHERS,
    component: lazy(async () => ({ default: (await import('../dashboard/dashboard-page.tsx')).DashboardPage })),
  },
  {
    name: WALL_PAGE,
    text: 'wall.title',
    icon: 'wall',
    roles: [...WATCHERS, SCREEN_ROLE],
    component: lazy(async () => ({ default: (await import('../screens/wall-index.tsx')).WallIndex })),
  },
  {
    name: 'screens',
    text: 'screens.title',
    icon: 'wall',
    roles: ['park'],
    component: lazy(async () => ({ default: (await import('../screens/screens-page.tsx')).ScreensPage })),
  },
  {
    name: 'reporting',
    text: 'reporting.title',
    icon: 'pulse',
    roles: SENDS,
    component: lazy(async () => ({ default: (await import('../reporting/reporting-page.tsx')).ReportingPage })),
  },
  {
    name: 'intake',
    text: 'intake.title',
    icon: 'intake',
    roles: SENDS,
    component: lazy(async () => ({ default: (await import('../intake/intake-page.tsx')).IntakePage })),
  },
  {
    name: 'settings',
    text: 'setting.title',
    icon: 'settings',
    roles: WATCHERS,
    component: lazy(async () => ({ default: (await import('../settings/settings-page.tsx')).SettingsPage })),
  },
  {
    name: 'cascade',
    text: 'cascade.title',
    icon: 'camera',
    roles: ['park', 'ops'],
    component: lazy(async () => ({ default: (await import('../video/cascade-page.tsx')).CascadePage })),
  },
  {
    name: 'account',
    text: 'account.title',
    icon: 'user',
    roles: ROLES,
    component: lazy(async () => ({ default: (await import('../account/account-page.tsx')).AccountPage })),
  },
  {
    name: 'audit',
    text: 'audit.title',
    icon: 'file',
    roles: ['audit-admin'],
    component: lazy(async () => ({ default: (await import('../audit/audit-page.tsx')).AuditPage })),
  },
];

/** Registers come from the server's list and share one page. */
export const REGISTERS_PAGE = 'registers';
export const RegistersPage: Component<PageProps> = lazy(async () => ({
  default: (await import('../registers/registers-page.tsx')).RegistersPage,
}));

export const pagesOf = (role: Role): readonly PageEntry[] => PAGES.filter(({ roles }) => roles.includes(role));
