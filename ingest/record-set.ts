/** Records of one request or frame as they came: an array of objects, or one array a field. */

/** Every column has `length` values; where a record has no value its place holds null. */
export interface RecordColumns {
  readonly length: number;
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}

export type RecordSet = readonly unknown[] | RecordColumns;

export const isColumns = (records: RecordSet): records is RecordColumns => !Array.isArray(records);

export const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
