/** Records as vendors send them (field names of AQ 3064.3-2025 Annex B and the park's own optional ones). */

export interface PersonVendorRecord {
  readonly ID: string;
  readonly COMPANY_CODE: string;
  readonly COMPANY_NAME: string;
  readonly PERSON_NAME: string;
  readonly IDENTIFY_NUM: string;
  /** 01 staff, 02 contractor, 03 visitor. */
  readonly PERSON_TYPE: string;
  readonly BIRTHDAY: string;
  /** 1 male, 0 female. */
  readonly GENDER: string;
  readonly POSITION_NAME: string;
  readonly MOBILE_NUMBER: string;
  readonly AFFILIATED_DEPARTMENT: string;
  readonly DELETED: string;
  readonly CARD_NO: string;
  readonly CONTRACTOR_CODE?: string;
}

export interface AreaVendorRecord {
  readonly ID: string;
  readonly COMPANY_CODE: string;
  readonly ZONE_NAME: string;
  /** 0 temporary, 1 fixed. */
  readonly ZONE_TYPE: string;
  readonly GEO: string;
  readonly DELETED: string;
  readonly AREA_KIND: string;
  readonly Z_MIN?: number;
  readonly Z_MAX?: number;
  readonly FLOOR_NO?: string;
  readonly CAPACITY_MAX?: number;
  readonly BOUND_PERSON_IDS?: readonly string[];
}

export interface PositionVendorRecord {
  COMPANY_CODE: string;
  PERSON_ID?: string;
  CARD_NO?: string;
  LONGITUDE: number;
  LATITUDE: number;
  ALTITUDE: number;
  FLOOR_NO?: string;
  ACCURACY: number;
  SPEED: number;
  HEADING?: number;
  BATTERY: number;
  ONLINE: number;
  SOURCE: string;
  SOS?: boolean;
  /** Epoch ms. */
  COLLECT_TIME: number;
}
