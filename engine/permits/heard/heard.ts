/**
 * What permits are judged by beside themselves, by company: contractors, their people and admissions, certificates,
 * commitments, bookings, cameras, hazard sources. The part `HeardRows` (heard-rows.ts) answers, out of rows of registers and of
 * persons that the log told; whoever judges permits asks it (`park.part(HeardRows)`), and looks at `changed` at each entry.
 */
import type {
  HeardBooking,
  HeardCertificate,
  HeardCommitment,
  HeardUnit,
  HeardWorker,
  SaidCertificate,
  SaidWorker,
} from '../../../alarms/permits/finding.ts';

export interface HeardCamera {
  readonly companyCode: string;
  /** Twenty digits of GB/T 28181. */
  readonly code: string;
  readonly name: string;
  /** In the plane, m; NaN: the register says no place. */
  readonly easting: number;
  readonly northing: number;
  readonly areaId: string | null;
  readonly hazardSourceCode: string | null;
}

export interface HeardHazardSource {
  readonly companyCode: string;
  readonly code: string;
  readonly name: string;
  /** 1 to 4, 1 the greatest. */
  readonly level: string;
  readonly areaId: string | null;
}

export interface Heard {
  /**
   * Companies about which the newest entry said something new: their open permits are judged anew. Of that entry alone; the part
   * stands before those that ask.
   */
  readonly changed: ReadonlySet<string>;

  unit(companyCode: string, creditCode: string): HeardUnit | undefined;
  /** undefined as well where two units of the company have the name. */
  unitByName(companyCode: string, name: string): HeardUnit | undefined;
  /** By id, else by name where no other of the company has it; at other companies by ID number. At `atMs`: admissions begin and end. */
  worker(companyCode: string, said: SaidWorker, atMs: number): HeardWorker | undefined;
  /** By number, of the company's people and contractors first, else of any. */
  certificate(companyCode: string, said: SaidCertificate): HeardCertificate | undefined;
  /** Of the park's day that holds the instant; null: none was published. */
  commitment(companyCode: string, atMs: number): HeardCommitment | null;
  /** Companies that have one; ascending. */
  committed(atMs: number): readonly string[];
  /** Until two days after they end, by when they begin; those cancelled and returned among them. */
  bookings(companyCode: string): readonly HeardBooking[];
  /** Of the company, else of another: the park's own look into the companies. */
  camera(companyCode: string, code: string): HeardCamera | undefined;
  hazardSource(companyCode: string, code: string): HeardHazardSource | undefined;
  /** The one in whose area the job lies. */
  hazardSourceOfArea(companyCode: string, areaId: string): HeardHazardSource | undefined;
  camerasOfHazardSource(companyCode: string, code: string): readonly HeardCamera[];
}
