/** Patrols (巡检): the live doc `patrol`, key as of the setting: the newest round of each, point by point. Every change is stored. */

export interface WalkedPoint {
  readonly name: string;
  /** When the stay there was long enough, and whose; null: not walked yet. */
  readonly walkedAtMs: number | null;
  readonly by: { readonly companyCode: string; readonly personId: string; readonly name: string } | null;
  /** After the round's end. */
  readonly isLate: boolean;
}

export interface PatrolRound {
  readonly patrolId: string;
  readonly name: string;
  /** Name of the round's window. */
  readonly window: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: readonly WalkedPoint[];
  /** `late`: points that were missed were walked before the next round began. */
  readonly state: 'open' | 'walked' | 'missed' | 'late';
}
