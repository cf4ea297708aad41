/**
 * JSON shapes of saved views and of what the search box knows by name; conventions as in web-api.ts. Everybody who is shown the picture;
 * own views only, those of the park are read by the whole park's readers and set by the role park.
 *
 *   GET    /api/views                -> SavedViews
 *   PUT    /api/views/:owner/:name   <- ViewState     204; CONFLICT: VIEWS_MAX of that owner are there
 *   DELETE /api/views/:owner/:name                    204
 *   GET    /api/names                -> NamedThings
 */
export const VIEW_OWNERS = ['own', 'park'] as const;
export type ViewOwner = (typeof VIEW_OWNERS)[number];

/** Of one owner. */
export const VIEWS_MAX = 50;
export const VIEW_NAME_MAX = 40;
export const VIEW_KEYS_MAX = 32;
export const VIEW_KEY_MAX = 16;
export const VIEW_TEXT_MAX = 2_000;

/** Text by key of the link (web/views/link-book.ts). */
export type ViewState = Readonly<Record<string, string>>;

export interface SavedView {
  readonly owner: ViewOwner;
  readonly name: string;
  readonly view: ViewState;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
}

export interface SavedViews {
  /** Own ones first, by name. */
  readonly views: readonly SavedView[];
}

/** In the reader's scope. */
export interface NamedThings {
  readonly companies: readonly { readonly code: string; readonly name: string }[];
  /** At most CAMERAS_NAMED. */
  readonly cameras: readonly NamedCamera[];
}

export interface NamedCamera {
  readonly companyCode: string;
  readonly code: string;
  readonly name: string;
  /** CGCS2000, degrees; null: the register has no place. */
  readonly lng: number | null;
  readonly lat: number | null;
}

export const CAMERAS_NAMED = 5_000;
