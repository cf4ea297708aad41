/**
 * JSON shapes of wall screens that sign in without a user; conventions as in web-api.ts.
 *
 *   GET    /api/screens              -> ScreensAnswer   (park, as what follows)
 *   POST   /api/screens {name}       -> ScreenCode      (409 CONFLICT: there is one of that name)
 *   POST   /api/screens/:id/code     -> ScreenCode      (undoes a code that was not used; a session goes on until the new one is)
 *   DELETE /api/screens/:id          -> 204             (its session ends at once)
 *   POST   /api/screen-session {code} -> SessionInfo    (anyone; 404: no such code, used, or late)
 */
export interface ScreensAnswer {
  /** By name. */
  readonly screens: readonly ScreenView[];
}

export interface ScreenView {
  readonly screenId: string;
  readonly name: string;
  readonly addedAtMs: number;
  readonly addedBy: string;
  /** A code that is not used yet is good until then. */
  readonly codeUntilMs: number | null;
  /** null: not signed in. */
  readonly session: {
    readonly startedAtMs: number;
    readonly address: string;
    readonly lastSeenAtMs: number;
    readonly expiresAtMs: number;
  } | null;
}

export interface ScreenCode {
  readonly screenId: string;
  /** Shown once; good once. */
  readonly code: string;
  readonly untilMs: number;
}

/** Page on which a browser becomes a screen: `#screen/<code>`. Behind the #, so that no log of addresses has it. */
export const SCREEN_PAGE = 'screen';
export const SCREEN_NAME_MAX = 64;
/** On a park's walls there are fewer. */
export const SCREENS_MAX = 100;
