/**
 * JSON shapes between the page and the admin server (port 7000, base path /api). Every answer that is not 2xx is
 * `{code, message, detail?}` with a code of core/errors.ts. The session is a cookie; writes need the header
 * `X-Requested-With: park` (a cross-site form cannot send it).
 *
 *   POST   /api/session            SignInRequest -> SessionInfo      (429/423 when locked)
 *   GET    /api/session            -> SessionInfo                    (401 without one)
 *   DELETE /api/session            -> 204
 *   POST   /api/password           PasswordChange -> SessionInfo
 *   POST   /api/live-ticket        -> LiveTicket                     (one use, 30 s)
 *   GET    /api/settings           -> WebSettings                    (no session needed: what the page is built from)
 *   GET    /api/people/:company/:person -> PersonCard                (person: PERSON_ID, or `card:` + CARD_NO)
 *   GET    /api/tracks?people=a,b&company=..&from=..&to=..&tolerance_m=.. -> TrackAnswer
 *   GET    /api/alarms?cursor=&limit=&from=&to=  -> AlarmHistory
 */
export interface SignInRequest {
  readonly name: string;
  readonly password: string;
}

export interface SessionInfo {
  readonly userId: string;
  readonly name: string;
  readonly role: 'operator' | 'park' | 'enterprise' | 'ops';
  /** null: the whole park. */
  readonly companyCode: string | null;
  readonly mustChangePassword: boolean;
  readonly expiresAtMs: number;
}

export interface PasswordChange {
  readonly current: string;
  readonly next: string;
}

export interface LiveTicket {
  readonly ticket: string;
  /** Absolute ws:// or wss:// address without the ticket; append `?ticket=`. Empty: same host, port livePort. */
  readonly url: string;
  readonly livePort: number;
}

export interface WebSettings {
  readonly parkCode: string;
  readonly parkName: { readonly zh: string; readonly en: string };
  /** Where the camera starts, CGCS2000 degrees and metres. */
  readonly home: { readonly lng: number; readonly lat: number; readonly heightM: number };
  /** Shanghai 2000 parameters; the page projects with the same geo code as the server. */
  readonly projection: ProjectionSettings;
  readonly tileset: {
    readonly url: string | null;
    /** Placement on top of the tileset's own transform. */
    readonly heightOffsetM: number;
    readonly headingDeg: number;
    readonly lng: number | null;
    readonly lat: number | null;
  };
  /** `none`, `grid`, `natural-earth`, or an XYZ address template on the customer's network. */
  readonly baseMap: string;
  readonly tickMs: number;
  /** Ground height above the ellipsoid at which fences stand and people without height are drawn. */
  readonly groundHeightM: number;
}

export interface ProjectionSettings {
  readonly id: string;
  readonly lat0Deg: number;
  readonly lon0Deg: number;
  readonly scale: number;
  readonly falseEastingM: number;
  readonly falseNorthingM: number;
  readonly semiMajorAxisM: number;
  readonly inverseFlattening: number;
}

export interface PersonCard {
  readonly personId: string | null;
  readonly cardNo: string | null;
  readonly companyCode: string;
  readonly companyName: string;
  readonly name: string;
  readonly type: string;
  readonly department: string;
  readonly post: string;
  /** `138****1234`; the clear value needs a reason and is audited (a later interface). */
  readonly mobileMasked: string | null;
  readonly certificates: readonly unknown[];
  readonly latest: {
    readonly observedAtMs: number;
    readonly receivedAtMs: number;
    readonly lng: number;
    readonly lat: number;
    readonly heightM: number | null;
    readonly floor: string | null;
    readonly batteryPct: number | null;
    readonly accuracyM: number | null;
    readonly source: string | null;
  } | null;
}

export interface TrackAnswer {
  readonly tracks: readonly {
    readonly companyCode: string;
    readonly personId: string | null;
    readonly name: string;
    /** Columns of equal length. CGCS2000 degrees, metres above the ellipsoid (null: unknown). */
    readonly observedAtMs: readonly number[];
    readonly lng: readonly number[];
    readonly lat: readonly number[];
    readonly heightM: readonly (number | null)[];
    /** Stored positions in the span before simplification. */
    readonly stored: number;
  }[];
}

export interface AlarmHistory {
  /** AlarmView of stream/protocol/effects.ts, newest first. */
  readonly alarms: readonly unknown[];
  readonly nextCursor: string | null;
}
