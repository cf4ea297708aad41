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
 *   GET    /api/tracks?people=a,b&company=..&from=..&to=..&tolerance_m=..&reason=.. -> TrackAnswer   (on record; 422 REASON_MISSING)
 *   GET    /api/alarms?cursor=&limit=&from=&to=  -> AlarmHistory
 *   GET    /api/intake/ledger?company=&interface=&from=&to= -> LedgerAnswer
 *   GET    /api/intake/interfaces                -> InterfacesAnswer
 *   GET    /api/intake/refusals?company=&before= -> RefusalsAnswer
 *   GET    /api/intake/findings                  -> FindingsAnswer
 *   GET    /api/ops/alarms                       -> OpsAlarmsAnswer
 */
export interface SignInRequest {
  readonly name: string;
  readonly password: string;
}

export interface SessionInfo {
  readonly userId: string;
  readonly name: string;
  readonly role:
    | 'operator'
    | 'park'
    | 'company-admin'
    | 'enterprise'
    | 'contractor'
    | 'ops'
    | 'system-admin'
    | 'security-admin'
    | 'audit-admin'
    | 'screen';
  /** null: the whole park. */
  readonly companyCode: string | null;
  /** Of the park's department, or of the company's office that work orders go to. */
  readonly department: string | null;
  /** Of the role contractor: its unit. */
  readonly contractorCode: string | null;
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
  readonly tileset: { readonly url: string | null; readonly place: TilesetPlace };
  /** `none`, `grid`, `natural-earth`, or an XYZ address template on the customer's network. */
  readonly baseMap: string;
  readonly tickMs: number;
  /** Demonstration sign-ins are on: no park of anybody's. */
  readonly isDemonstration: boolean;
  /** Ground height above the ellipsoid at which fences stand and people without height are drawn. */
  readonly groundHeightM: number;
}

/** Where the tileset stands, on top of the transform of its own root; headings turn clockwise. */
export type TilesetPlace =
  | {
      /** Of the earth, or local metres (x east, y north) that go to a place. */
      readonly frame: 'ecef';
      /** Both null: where it says itself; it is then turned about its middle. */
      readonly lng: number | null;
      readonly lat: number | null;
      /** Of its zero above the ellipsoid, or what it is raised by. */
      readonly heightM: number;
      readonly headingDeg: number;
    }
  | {
      /** x east, y north of the plane grid, z up. */
      readonly frame: 'shanghai2000';
      /** Where its zero lies on the grid; it is turned about it. 0, 0: it has whole coordinates. */
      readonly easting: number;
      readonly northing: number;
      /** Of its zero above the ellipsoid. */
      readonly heightM: number;
      readonly headingDeg: number;
    };

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

// --- intake: what companies' suppliers send, and what became of it ----------------------------------------------------

/** received = refused + duplicate + superseded + quarantined + stored + pending; acknowledged <= received - refused. */
export interface LedgerFigures {
  readonly received: number;
  readonly refused: number;
  readonly duplicate: number;
  readonly superseded: number;
  readonly quarantined: number;
  readonly stored: number;
  /** Records answered as accepted. */
  readonly acknowledged: number;
  /** Batches: kept or not, nobody was told. */
  readonly unanswered: number;
  /** Requests refused as a whole. */
  readonly refusedRequests: number;
}

export interface LedgerRow extends LedgerFigures {
  /** '' where the app id was unknown. */
  readonly companyCode: string;
  readonly interface: string;
  readonly balanced: boolean;
}

export interface LedgerAnswer {
  readonly fromMs: number;
  readonly toMs: number;
  /** `pending`: records in the log before the store; null: the log does not answer. */
  readonly sums: readonly (LedgerRow & { readonly pending: number | null })[];
  /** In order of minute; those in which nothing was counted are left out. */
  readonly minutes: readonly (LedgerRow & { readonly minuteMs: number })[];
  /** Whole requests refused in the span, by code. */
  readonly refusals: readonly {
    readonly companyCode: string;
    readonly interface: string;
    readonly code: string;
    readonly requests: number;
  }[];
}

export interface InterfacesAnswer {
  readonly interfaces: readonly {
    readonly companyCode: string;
    readonly companyName: string;
    readonly interface: string;
    readonly stage: 'joint' | 'trial' | 'live';
    /** Of the joint test; `shownAtMs` null: not shown yet. */
    readonly checkList: readonly { readonly sample: string; readonly shownAtMs: number | null }[];
  }[];
}

/** One record or request that the front door refused. */
export interface Refusal {
  readonly id: string;
  readonly atMs: number;
  readonly appId: string;
  readonly interface: string;
  readonly code: string;
  /** Place in the request; null: the request as a whole. */
  readonly index: number | null;
  readonly recordId: string | null;
  readonly field: string | null;
  /** The field as sent, cut; masked where it is personal. */
  readonly raw: string | null;
  readonly reason: string;
  /** SIGNATURE_INVALID: the string that the server expected to be signed. */
  readonly expected: string | null;
}

export interface RefusalsAnswer {
  /** Newest first, 100 at most. */
  readonly refusals: readonly Refusal[];
  /** `before` of the next page; null: no more. */
  readonly nextBefore: string | null;
}

export interface FindingsAnswer {
  readonly findings: readonly {
    readonly companyCode: string;
    readonly kind: string;
    readonly sinceMs: number;
    readonly lastMs: number;
    /** null: it holds. */
    readonly endedAtMs: number | null;
    /** Part of what was looked at, 0 to 1. */
    readonly share: number;
    readonly looked: number;
    readonly example: { readonly lng: number; readonly lat: number };
  }[];
}

export interface OpsAlarmsAnswer {
  /** stream/protocol/ops-alarms.ts, oldest first. */
  readonly alarms: readonly {
    readonly code: string;
    readonly subject: string;
    readonly companyCode: string | null;
    readonly detail: string;
    readonly sinceMs: number;
    readonly atMs: number;
  }[];
}

/** GET /api/people/:company/:person/same: registrations of the same ID number at other companies. */
export interface SamePerson {
  readonly count: number;
  /** For the park alone; empty for a company, which is told the count. */
  readonly people: readonly {
    readonly companyCode: string;
    readonly companyName: string;
    readonly personId: string;
    readonly name: string;
    readonly type: string;
    readonly post: string;
    readonly contractorCode: string | null;
  }[];
}
