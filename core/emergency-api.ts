/**
 * JSON shapes of what shows at once in an emergency: an SOS or a red gathering that stands; conventions as in web-api.ts.
 *
 *   GET /api/emergency/:alarmId           -> EmergencyAnswer   (operator, park; enterprise: its own people and numbers. No
 *                                             prompt; on record. 404 NOT_FOUND: no such alarm in scope, 403 EMERGENCY_OVER: it has
 *                                             ended, or is none of these two)
 */
export interface EmergencyAnswer {
  readonly alarmId: string;
  readonly rule: string;
  readonly level: number;
  /** The one who called, or the members of the gathering, in the alarm's order. */
  readonly people: readonly {
    readonly companyCode: string;
    readonly personId: string | null;
    readonly cardNo: string | null;
    readonly name: string;
    readonly type: string;
    readonly department: string;
    readonly post: string;
    /** In clear; null: none is known. */
    readonly mobile: string | null;
  }[];
  /** Of the companies concerned. */
  readonly companies: readonly {
    readonly companyCode: string;
    readonly companyName: string;
    /** Manned day and night; in clear; null: not told. */
    readonly controlRoom: EmergencyContact | null;
    readonly dutyLeader: EmergencyContact | null;
  }[];
}

export interface EmergencyContact {
  /** '' for a room. */
  readonly name: string;
  readonly phone: string;
}
