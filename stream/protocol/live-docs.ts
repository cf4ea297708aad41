/**
 * Kinds of standing documents: what the engine keeps and tells beside people, areas and alarms. One mechanism carries them all:
 * the lossless lane (effect `doc`), pictures, snapshots, the store. A new kind is one line here and one in `DOC_STORED`.
 */
import type { Census } from './census.ts';
import type { Delivery } from './deliveries.ts';
import type { FloorNames } from './floors.ts';
import type { Muster, MusterPeople } from './muster.ts';
import type { OperatorLoad } from './operator-load.ts';
import type { Order } from './orders.ts';
import type { PatrolRound } from './patrols.ts';
import type { BookingView, CameraState, PermitCoverage, PermitView } from './permits.ts';
import type { SenderState } from './sender-state.ts';
import type { SettingAnswer } from './settings.ts';
import type { Shelf } from './shelves.ts';
import type { UnexplainedCode } from './unexplained-code.ts';

export interface LiveDocs {
  order: Order;
  delivery: Delivery;
  shelf: Shelf;
  setting: SettingAnswer;
  /** key `company/interface` */
  sender: SenderState;
  /** key '' */
  census: Census;
  /** key '' */
  load: OperatorLoad;
  /** key `company/code` */
  'alarm-code': UnexplainedCode;
  /** key as of the setting */
  patrol: PatrolRound;
  /** key permitKey() */
  permit: PermitView;
  /** key `booking/company/number`, `activity/company/id` */
  booking: BookingView;
  /** key code of the camera; those that jobs under way are linked to */
  camera: CameraState;
  /** key permitKey() */
  coverage: PermitCoverage;
  /** key the muster's id, `id/company` */
  muster: Muster;
  /** key `id/company/n` */
  'muster-people': MusterPeople;
  /** key the company */
  floors: FloorNames;
}
export type LiveDocKind = keyof LiveDocs;

/** What the store keeps of each kind: every change, the newest only, or nothing. */
export const DOC_STORED: Readonly<Record<LiveDocKind, 'changes' | 'newest' | 'nothing'>> = {
  order: 'changes',
  delivery: 'changes',
  shelf: 'changes',
  setting: 'newest',
  sender: 'changes',
  census: 'changes',
  load: 'nothing',
  'alarm-code': 'newest',
  patrol: 'changes',
  permit: 'nothing',
  booking: 'nothing',
  camera: 'changes',
  coverage: 'newest',
  muster: 'newest',
  'muster-people': 'newest',
  floors: 'nothing',
};
