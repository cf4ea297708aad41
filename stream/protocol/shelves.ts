/** Alarms put aside by an operator for a while (ISA-18.2 shelving): the live doc `shelf`. */
import type { ShelfScope } from './acts.ts';

export interface Shelf {
  readonly shelfId: string;
  readonly scope: ShelfScope;
  readonly companyCode: string | null;
  readonly reason: string;
  readonly by: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** null: it holds. */
  readonly endedAtMs: number | null;
  /** Who ended it early; null: its time was over. */
  readonly endedBy: string | null;
}
