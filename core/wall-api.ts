/**
 * JSON shape of what a desk puts on the wall; conventions as in web-api.ts.
 *
 *   POST /api/wall   WallShow -> 204   (operator, park, company: told to every page on which the same user is signed in, as a
 *                                       notice `wall`; kept nowhere)
 */
export interface WallShow {
  readonly alarmId: string | null;
  /** Slot and generation of the chosen person: the same on all pages of one park. */
  readonly person: { readonly slot: number; readonly generation: number } | null;
  /** permitKey() */
  readonly permitKey: string | null;
  /** `key`: areaKey(). */
  readonly card:
    | { readonly kind: 'company'; readonly companyCode: string }
    | { readonly kind: 'area'; readonly key: string }
    | null;
  /** null: the whole park. */
  readonly companyCode: string | null;
}
