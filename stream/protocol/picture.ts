/**
 * The park as a screen needs it, at one moment: what watch writes to `picture:{park}` and a gateway or a client loads
 * before it follows the lanes. Columns are struct of arrays over occupied slots.
 */
import type { AlarmView, AreaView, DocEffect, PersonView } from './effects.ts';

export interface PictureData {
  readonly version: 1;
  readonly epoch: string;
  readonly term: number;
  /** Engine time, ms. */
  readonly atMs: number;
  /** Effects up to and including this sequence are in here; read on from nextSeq = alarmsSeq + 1. */
  readonly alarmsSeq: number;
  /** Newest live entry whose frame is in here. */
  readonly liveId: string;
  readonly bindings: readonly { readonly slot: number; readonly generation: number; readonly person: PersonView }[];
  readonly areas: readonly AreaView[];
  /** Alarms not yet ended. */
  readonly alarms: readonly AlarmView[];
  /** Standing documents; absent in pictures of engine versions before 5. */
  readonly docs?: readonly DocEffect[];
  /** Positions as one frame of kind `picture` (frame.ts), whole park. */
  readonly frame: Uint8Array;
}
