/**
 * Positions of one request to the columns of a FixBatch, without an object per record. The hot path of the front
 * door: every limit comes from POSITION_FIELDS, values are read in place, and a string is checked once a batch.
 *
 * A record with SOS true is never turned away for its time, its coordinates or an optional value: receipt time and
 * the last known place stand in, marked by flags. It still needs a subject and must not name another company.
 */

import { ABSENT_U16, type BatchOrigin, FIX_FLAG, type FixBatch } from '../../stream/protocol/entry.ts';
import { createFixColumns } from '../../stream/protocol/entry-codec.ts';
import type { RecordSet } from '../record-set.ts';
import { AliasNames, NOT_AN_OBJECT } from './alias-names.ts';
import { type Field, type FieldType, POSITION_FIELDS } from './fields.ts';
import { FOREIGN_COMPANY, NOT_A_RECORD, type Rejection, shownId } from './records.ts';
import { isRecent, parseTime } from './times.ts';
import { flagValue, isAbsent, NO_TIME, numberValue, Problem, TIME_OUT, textValue } from './values.ts';

type NumberField = Extract<FieldType, { type: 'number' }>;
type Name = (typeof POSITION_FIELDS)[number]['name'];

const names = new AliasNames(POSITION_FIELDS);
const at = Object.fromEntries(POSITION_FIELDS.map((field, index) => [field.name, index])) as Record<Name, number>;
const numberField = (name: Name): NumberField => {
  const field: Field | undefined = POSITION_FIELDS[at[name]];
  if (field?.is.type !== 'number') throw new Error(`${name} is no number`);
  return field.is;
};
const textLength = (name: Name): number => {
  const field: Field | undefined = POSITION_FIELDS[at[name]];
  if (field?.is.type !== 'text') throw new Error(`${name} is no text`);
  return field.is.maxLength;
};

const LONGITUDE = numberField('LONGITUDE');
const LATITUDE = numberField('LATITUDE');
const ALTITUDE = numberField('ALTITUDE');
const ACCURACY = numberField('ACCURACY');
const SPEED = numberField('SPEED');
const HEADING = numberField('HEADING');
const BATTERY = numberField('BATTERY');
const ID_LENGTH = textLength('PERSON_ID');
const FLOOR_LENGTH = textLength('FLOOR_NO');
const SOURCE_LENGTH = textLength('SOURCE');
const SOURCE = /^[A-Za-z0-9_-]+$/;
const MISSING = new Problem('FIELD_MISSING', 'is required');
const NO_FLAG = new Problem('FIELD_TYPE', 'must be true, false, 1 or 0');
const BAD_SOURCE = new Problem('FIELD_RANGE', 'must be of [A-Za-z0-9_-]');

export interface PositionsContext {
  readonly companyCode: string;
  readonly receivedAtMs: number;
  /** true: take records with SOS true and pass over all others without a word. */
  readonly sosOnly: boolean;
}

export interface ValidatedPositions {
  readonly accepted: number;
  /** Records looked at: all, or with sosOnly those with SOS true. */
  readonly received: number;
  readonly rejected: readonly Rejection[];
  readonly aliases: number;
  /** Columns may be longer than `count`. */
  batch(origin: BatchOrigin): FixBatch;
}

export function validatePositions(records: RecordSet, context: PositionsContext): ValidatedPositions {
  // What is returned waits for the log; the records, of whatever else they hold, do not.
  const collector = new FixCollector(records.length, context);
  const read = names.reader(records);
  const values: unknown[] = new Array(POSITION_FIELDS.length);
  for (let index = 0; index < records.length; index++) collector.add(index, read(index, values), values);
  values.length = 0;
  return collector;
}

class FixCollector implements ValidatedPositions {
  accepted = 0;
  received = 0;
  aliases = 0;
  readonly rejected: Rejection[] = [];
  readonly #context: PositionsContext;
  readonly #columns: ReturnType<typeof createFixColumns>;
  /** Of the present record. */
  #values: readonly unknown[] = [];
  readonly #strings: string[] = [];
  /** Text as sent, by kind of check -> place in the string table. */
  readonly #subjects = new Map<string, number>();
  readonly #sources = new Map<string, number>();
  readonly #floors = new Map<string, number>();
  /** Texts that the present record brought: they go with it when it is refused. */
  readonly #fresh: { readonly known: Map<string, number>; readonly raw: string }[] = [];
  #lastTimeText = '';
  #lastTimeMs = Number.NaN;
  #problem: Problem | null = null;
  #problemField: Name = 'COMPANY_CODE';

  constructor(length: number, context: PositionsContext) {
    this.#context = context;
    this.#columns = createFixColumns(length);
  }

  batch(origin: BatchOrigin): FixBatch {
    return { origin, count: this.accepted, strings: this.#strings, ...this.#columns };
  }

  /** `values`: in the order of the fields. */
  add(index: number, aliases: number, values: readonly unknown[]): void {
    this.#values = values;
    if (aliases === NOT_AN_OBJECT) {
      if (this.#context.sosOnly) return;
      this.received++;
      this.rejected.push({ index, ...NOT_A_RECORD });
      return;
    }
    const sos = flagValue(this.#values[at.SOS]);
    if (this.#context.sosOnly && sos !== true) return;
    this.received++;
    this.aliases += aliases;
    this.#problem = null;
    this.#fresh.length = 0;
    this.#write(this.accepted, sos);
    if (this.#problem === null) this.accepted++;
    else this.#reject(index, this.#problem);
  }

  #reject(index: number, problem: Problem): void {
    for (const { known, raw } of this.#fresh) known.delete(raw);
    this.#strings.length -= this.#fresh.length;
    const id = shownId(this.#values[at.PERSON_ID]) ?? shownId(this.#values[at.CARD_NO]);
    this.rejected.push({ index, id, field: this.#problemField, code: problem.code, reason: problem.reason });
  }

  /** Remembers the first problem of the record. */
  #fail(field: Name, problem: Problem): void {
    if (this.#problem !== null) return;
    this.#problem = problem;
    this.#problemField = field;
  }

  /** Fills row `i`; what a refused record wrote there is overwritten by the next one. */
  #write(i: number, sos: boolean | undefined): void {
    const isSos = sos === true;
    if (sos === undefined && !isAbsent(this.#values[at.SOS])) this.#fail('SOS', NO_FLAG);
    this.#checkCompany(isSos);
    let flags = isSos ? FIX_FLAG.sos : sos === false ? FIX_FLAG.sosKnown : 0;
    flags |= this.#writeSubject(i, isSos);
    flags |= this.#writePlace(i, isSos);
    flags |= this.#writeTime(i, isSos);
    flags |= this.#writeOptions(i, isSos);
    this.#columns.flags[i] = flags;
  }

  #checkCompany(isSos: boolean): void {
    const raw = this.#values[at.COMPANY_CODE];
    if (raw === this.#context.companyCode) return;
    if (isAbsent(raw)) {
      // The credential says whose call for help it is.
      if (!isSos) this.#fail('COMPANY_CODE', MISSING);
      return;
    }
    const text = textValue(raw, ID_LENGTH);
    if (text instanceof Problem) {
      if (!isSos) this.#fail('COMPANY_CODE', text);
    } else if (text !== this.#context.companyCode) this.#fail('COMPANY_CODE', FOREIGN_COMPANY);
  }

  #writeSubject(i: number, isSos: boolean): number {
    const personId = this.#values[at.PERSON_ID];
    const byCard = isAbsent(personId) || (isSos && textValue(personId, ID_LENGTH) instanceof Problem);
    const name = byCard && !isAbsent(this.#values[at.CARD_NO]) ? 'CARD_NO' : 'PERSON_ID';
    const raw = this.#values[at[name]];
    const place = isAbsent(raw) ? MISSING : this.#intern(this.#subjects, raw, ID_LENGTH);
    if (place instanceof Problem) this.#fail(name, place);
    else this.#columns.subjectIndex[i] = place;
    return byCard ? FIX_FLAG.byCard : 0;
  }

  #writePlace(i: number, isSos: boolean): number {
    const lng = this.#number('LONGITUDE', LONGITUDE, isSos, MISSING);
    const lat = this.#number('LATITUDE', LATITUDE, isSos, MISSING);
    const hasPlace = !Number.isNaN(lng) && !Number.isNaN(lat);
    this.#columns.lng[i] = hasPlace ? lng : Number.NaN;
    this.#columns.lat[i] = hasPlace ? lat : Number.NaN;
    return hasPlace ? 0 : FIX_FLAG.noPlace;
  }

  #writeTime(i: number, isSos: boolean): number {
    const raw = this.#values[at.COLLECT_TIME];
    const { receivedAtMs } = this.#context;
    const observedAtMs = this.#timeFrom(raw);
    const isInWindow = isRecent(observedAtMs, receivedAtMs);
    if (!isInWindow && !isSos) {
      this.#fail('COLLECT_TIME', isAbsent(raw) ? MISSING : Number.isNaN(observedAtMs) ? NO_TIME : TIME_OUT);
    }
    // A time up to 60 s ahead is kept as sent: replaced, two fixes of one batch would collapse into one and be lost as
    // duplicates. The engine counts it as receipt time.
    this.#columns.observedAtMs[i] = isInWindow ? observedAtMs : receivedAtMs;
    return isInWindow ? 0 : FIX_FLAG.timeReplaced;
  }

  /** The fixes of one batch mostly share few whole seconds, and reading one costs as much as the rest of the record. */
  #timeFrom(raw: unknown): number {
    if (typeof raw !== 'string') return parseTime(raw);
    if (raw !== this.#lastTimeText) {
      this.#lastTimeText = raw;
      this.#lastTimeMs = parseTime(raw);
    }
    return this.#lastTimeMs;
  }

  #writeOptions(i: number, isSos: boolean): number {
    const columns = this.#columns;
    columns.heightM[i] = this.#number('ALTITUDE', ALTITUDE, isSos, null);
    columns.floorIndex[i] = this.#text('FLOOR_NO', this.#floors, FLOOR_LENGTH, isSos);
    const accuracyM = this.#number('ACCURACY', ACCURACY, isSos, null);
    // Devices send 0 for "not known"; a circle without a radius would make every fix certain.
    columns.accuracyM[i] = accuracyM === 0 ? Number.NaN : accuracyM;
    columns.speedMps[i] = this.#number('SPEED', SPEED, isSos, null);
    columns.headingDeg[i] = this.#number('HEADING', HEADING, isSos, null) % 360;
    const batteryPct = this.#number('BATTERY', BATTERY, isSos, null);
    columns.batteryPct[i] = Number.isNaN(batteryPct) ? 0xff : Math.round(batteryPct);
    const charging = this.#flag('CHARGING', isSos, FIX_FLAG.chargingKnown, FIX_FLAG.charging);
    const online = this.#flag('ONLINE', isSos, FIX_FLAG.onlineKnown, FIX_FLAG.online);
    columns.sourceIndex[i] = this.#text('SOURCE', this.#sources, SOURCE_LENGTH, isSos);
    return charging | online;
  }

  /** NaN: absent, or not usable. */
  #number(name: Name, is: NumberField, isSos: boolean, ifAbsent: Problem | null): number {
    const raw = this.#values[at[name]];
    if (typeof raw === 'number' && raw >= is.min && raw <= is.max) return raw;
    const value = isAbsent(raw) ? ifAbsent : numberValue(raw, is);
    if (typeof value === 'number') return value;
    if (value !== null && !isSos) this.#fail(name, value);
    return Number.NaN;
  }

  #text(name: 'FLOOR_NO' | 'SOURCE', known: Map<string, number>, maxLength: number, isSos: boolean): number {
    const raw = this.#values[at[name]];
    if (isAbsent(raw)) return ABSENT_U16;
    const place = this.#intern(known, raw, maxLength, name === 'SOURCE');
    if (typeof place === 'number') return place;
    if (!isSos) this.#fail(name, place);
    return ABSENT_U16;
  }

  #flag(name: 'CHARGING' | 'ONLINE', isSos: boolean, knownBit: number, trueBit: number): number {
    const raw = this.#values[at[name]];
    if (isAbsent(raw)) return 0;
    const value = flagValue(raw);
    if (value === undefined && !isSos) this.#fail(name, NO_FLAG);
    return value === undefined ? 0 : value ? knownBit | trueBit : knownBit;
  }

  /** Place of the text in the string table; texts that are not taken stay out of it. */
  #intern(known: Map<string, number>, raw: unknown, maxLength: number, isSource = false): number | Problem {
    const seen = known.get(raw as string);
    if (seen !== undefined) return seen;
    const text = textValue(raw, maxLength);
    if (text instanceof Problem) return text;
    if (isSource && !SOURCE.test(text)) return BAD_SOURCE;
    const place = this.#strings.push(isSource ? text.toUpperCase() : text) - 1;
    known.set(raw as string, place);
    this.#fresh.push({ known, raw: raw as string });
    return place;
  }
}
