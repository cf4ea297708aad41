/** What `window.__park` tells; apart from test-hook.ts so that the end-to-end tests can name it without the page's code. */
export interface ParkTestHook {
  readonly health: string;
  readonly frameAgeMs: number | null;
  readonly online: number;
  /** loading, shown, lost, failed, impossible. */
  readonly scenePhase: string;
  /** Where the camera is; null without a scene. */
  readonly camera: { readonly lng: number; readonly lat: number; readonly heightM: number } | null;
  readonly peopleDrawn: number;
  /** Numbers that stand for people far away. */
  readonly crowds: readonly number[];
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
  /** People present whom the filter leaves out. */
  readonly peopleOut: number;
  /** In the order of their numbers. */
  readonly followedPeople: readonly (string | null)[];
  /** Scenes on the page. */
  readonly scenes: number;
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
  /** null: live is shown. */
  readonly playback: {
    readonly atMs: number;
    readonly waitingForMs: number | null;
    readonly isPlaying: boolean;
    readonly speed: number;
    /** Alarm ids on its axis. */
    readonly marks: readonly string[];
    readonly newAlarms: readonly string[];
  } | null;
  readonly tracks: readonly { readonly name: string; readonly phase: string; readonly stored: number }[];
  /** Cells of the heat of presence that are drawn. */
  readonly heatCells: number;
  /** PERSON_IDs of who is not on the chosen floor; nobody without one. */
  readonly offFloor: readonly string[];
  /** By PERSON_ID; null: not known. */
  floorOf(personId: string): string | null;
  /** The view from above. */
  readonly isFlat: boolean;
  /** Of the points that were clicked; null: nothing is measured, or there are too few. */
  readonly measured: {
    readonly kind: string;
    readonly totalM?: number;
    readonly areaM2?: number;
    readonly riseM?: number;
  } | null;
  /** As the banner and the board show them; the missing by `company/person`. */
  readonly musters: readonly {
    readonly musterId: string;
    readonly kind: string;
    readonly missing: number;
    readonly safe: number;
    readonly counts: Readonly<Record<string, number>>;
    /** It sounds: nobody saw it on this page. */
    readonly isCalling: boolean;
  }[];
  /** Of who is missing, on the map. */
  readonly musterRings: readonly { readonly name: string; readonly isSilent: boolean; readonly isOnPicture: boolean }[];
  readonly musterOpen: { readonly musterId: string; readonly missing: readonly string[] } | null;
  /** PERSON_IDs of who is dimmed by the open board, among those on the picture. */
  readonly dimmedByMuster: readonly string[];
  /** In the plane, m, of the picture that is shown, by PERSON_ID; null: not in it. */
  placeOf(personId: string): { readonly easting: number; readonly northing: number } | null;
  /** Metres over PARK_GROUND_HEIGHT_M, by PERSON_ID; null: not on the scene. */
  riseOf(personId: string): number | null;
  /** Of a place on the ground; null: not on the screen. */
  windowPositionOfPlace(lng: number, lat: number): { readonly x: number; readonly y: number } | null;
  /** Of a point of the 3D model in its own numbers; null: no model is loaded. */
  placeOfModel(
    x: number,
    y: number,
    z: number,
  ): { readonly lng: number; readonly lat: number; readonly heightM: number } | null;
  /** Of a permit's icon, by permitKey(); null: not drawn by itself. */
  windowPositionOfPermit(key: string): { readonly x: number; readonly y: number } | null;
  /** By PERSON_ID; null: not on the screen. */
  windowPositionOf(personId: string): { readonly x: number; readonly y: number } | null;
}
