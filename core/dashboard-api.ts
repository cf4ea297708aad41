/**
 * JSON shapes of the positioning dashboard (数据看板); conventions as in web-api.ts. Operator, park and enterprise; a company
 * sees its own people and alarms only. Days and months are those of UTC+8. With `&format=csv` the same rows as a CSV file.
 *
 *   GET /api/dashboard/now                          -> DashboardNow      (as of the engine's newest census, a minute old at most)
 *   GET /api/dashboard/trend?day=YYYY-MM-DD         -> DashboardTrend    (without day: today)
 *   GET /api/dashboard/alarms?from=YYYY-MM-DD&to=YYYY-MM-DD&step=day|month&company= -> DashboardAlarms   (both days included, 400 at
 *                                                                           most; by month 5 years)
 *   GET /api/dashboard/months?count=13              -> DashboardMonths   (the newest, the running one included)
 *
 * Online rates: GET /api/reporting (reporting-api.ts).
 */
export interface DashboardNow {
  /** Engine time of the census; null: there was none yet. */
  readonly atMs: number | null;
  readonly online: number;
  readonly companies: readonly {
    readonly companyCode: string;
    readonly companyName: string;
    readonly online: number;
    /** By PersonType; types with nobody are left out. */
    readonly types: Readonly<Record<string, number>>;
  }[];
  readonly types: readonly { readonly type: string; readonly count: number }[];
  /** Most people first. */
  readonly areas: readonly {
    /** areaKey() */
    readonly area: string;
    readonly name: string;
    readonly kind: string | null;
    readonly count: number;
    readonly companies: readonly { readonly companyCode: string; readonly count: number }[];
  }[];
}

export interface DashboardTrend {
  readonly day: string;
  readonly stepMs: number;
  /** In order of time; steps without a census are left out. Of a step its newest census. */
  readonly points: readonly {
    readonly atMs: number;
    readonly online: number;
    readonly types: Readonly<Record<string, number>>;
    readonly companies: Readonly<Record<string, number>>;
  }[];
}

export interface DashboardAlarms {
  readonly step: 'day' | 'month';
  /** By period (YYYY-MM-DD or YYYY-MM), rule and level; what has none is left out. */
  readonly rows: readonly {
    readonly period: string;
    readonly rule: string;
    readonly level: number;
    readonly raised: number;
    /** Of these, marked as false alarms. */
    readonly marked: number;
  }[];
}

export interface DashboardMonths {
  readonly months: readonly {
    /** YYYY-MM */
    readonly month: string;
    /** Of the censuses of the month; null: none. */
    readonly onlineMax: number | null;
    readonly onlineMean: number | null;
    readonly alarms: number;
    readonly marked: number;
  }[];
}
