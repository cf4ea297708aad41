/** What `window.__park` tells; apart from test-hook.ts so that the end-to-end tests can name it without the page's code. */
export interface ParkTestHook {
  readonly health: string;
  readonly frameAgeMs: number | null;
  readonly online: number;
  readonly peopleDrawn: number;
  readonly tilesetReady: boolean;
  readonly framesRendered: number;
  readonly areasShown: readonly string[];
  /** Alarm ids of gatherings drawn as circles. */
  readonly circlesShown: readonly string[];
  /** Keys of permits and bookings whose icons are drawn by themselves. */
  readonly permitsShown: readonly string[];
  readonly permitOpen: string | null;
  readonly selected: { readonly slot: number; readonly personId: string | null; readonly name: string | null } | null;
  readonly followedSlot: number | null;
  readonly alarms: readonly {
    readonly alarmId: string;
    readonly rule: string;
    readonly level: number;
    readonly active: boolean;
    readonly acknowledged: boolean;
    readonly name: string;
    readonly areaName: string | null;
    /** permitKey() of the permit that it is about. */
    readonly permit: string | null;
  }[];
  /** Of a permit's icon, by permitKey(); null: not drawn by itself. */
  windowPositionOfPermit(key: string): { readonly x: number; readonly y: number } | null;
  /** By PERSON_ID; null: not on the screen. */
  windowPositionOf(personId: string): { readonly x: number; readonly y: number } | null;
}
