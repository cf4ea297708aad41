/**
 * Rows of registers and certificates of people as the log told them (heard.ts says what is asked of them). Knows no permit and raises
 * nothing: whoever judges looks at `changed` after each entry.
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
import type { Steps } from '../../../core/slices.ts';
import type { Projection } from '../../../geo/projection.ts';
import { areaKey, type Effect } from '../../../stream/protocol/effects.ts';
import type { LogEntry } from '../../../stream/protocol/entry.ts';
import type { HeardRowsBody } from '../../../stream/protocol/permits.ts';
import type { PackedChunk } from '../../packed.ts';
import type { Park } from '../../park.ts';
import type { Part } from '../../part.ts';
import { CamerasAndSources } from './cameras.ts';
import { Certificates } from './certificates.ts';
import { Contractors } from './contractors.ts';
import { DeclaredWork } from './declared-work.ts';
import type { Heard, HeardCamera, HeardHazardSource } from './heard.ts';
import { Holders, type SavedHolder } from './holders.ts';
import { RegisterRows, type RowIndex, type SavedRow, type StandingRow, textOf } from './rows.ts';

const TIDY_EVERY_MS = 3_600_000;

export class HeardRows implements Part, Heard {
  readonly name = 'heard-rows';
  readonly changed = new Set<string>();
  readonly #contractors = new Contractors();
  readonly #certificates = new Certificates(this.#contractors);
  readonly #work = new DeclaredWork();
  readonly #cameras = new CamerasAndSources();
  readonly #holders = new Holders(this.#certificates);
  readonly #registers: ReadonlyMap<string, RegisterRows> = new Map(
    [
      this.#contractors.units,
      this.#contractors.people,
      this.#contractors.admissions,
      bothOf(this.#contractors.papers, this.#certificates.rows),
      this.#work.commitments,
      this.#work.bookings,
      this.#cameras.cameras,
      this.#cameras.sources,
    ].map((index) => [index.register, new RegisterRows(index)]),
  );
  #projection: Projection | null = null;
  #tidiedAtMs = 0;

  onEntry(park: Park, entry: LogEntry): void {
    if (this.changed.size > 0) this.changed.clear();
    this.#projection = park.projection;
    if (entry.kind === 'heardRows') this.#takeRows(entry.body, park.nowMs);
    else if (entry.kind === 'persons') {
      for (const record of entry.body.records) {
        const isNews = this.#holders.take(record, entry.body.origin.appId);
        if (isNews) this.changed.add(record.companyCode);
      }
    }
  }

  onTick(park: Park, _effects: Effect[]): void {
    if (park.nowMs - this.#tidiedAtMs < TIDY_EVERY_MS) return;
    this.#tidiedAtMs = park.nowMs;
    for (const rows of this.#registers.values()) rows.tidy(park.nowMs);
  }

  #takeRows(body: HeardRowsBody, nowMs: number): void {
    this.#registers.get(body.register)?.take(body, nowMs, (row) => {
      this.changed.add(row.companyCode);
      for (const companyCode of this.#alsoOf(body.register, row)) this.changed.add(companyCode);
    });
  }

  /** Whoever is registered at several companies is judged at all of them by what any of them says. */
  #alsoOf(register: string, row: StandingRow): readonly string[] {
    if (register === 'contractor-people') return this.#contractors.companiesOf(row);
    if (register !== 'contractor-admissions') return [];
    const person = this.#contractors.personRow(row.companyCode, textOf(row, 'person') ?? '');
    return person === undefined ? [] : this.#contractors.companiesOf(person);
  }

  // --- asked by judges ---------------------------------------------------------------------------------------------------

  unit(companyCode: string, creditCode: string): HeardUnit | undefined {
    return this.#contractors.unit(companyCode, creditCode);
  }

  unitByName(companyCode: string, name: string): HeardUnit | undefined {
    return this.#contractors.unitByName(companyCode, name);
  }

  worker(companyCode: string, said: SaidWorker, atMs: number): HeardWorker | undefined {
    const personId = said.personId ?? said.saidId;
    const blind = personId === null ? null : this.#holders.blindOf(areaKey(said.companyCode ?? companyCode, personId));
    return this.#contractors.worker(companyCode, said, blind, atMs);
  }

  certificate(companyCode: string, said: SaidCertificate): HeardCertificate | undefined {
    return this.#certificates.find(companyCode, said);
  }

  commitment(companyCode: string, atMs: number): HeardCommitment | null {
    return this.#work.commitment(companyCode, atMs);
  }

  committed(atMs: number): readonly string[] {
    return this.#work.companies(atMs);
  }

  bookings(companyCode: string): readonly HeardBooking[] {
    return this.#work.ofCompany(companyCode);
  }

  camera(companyCode: string, code: string): HeardCamera | undefined {
    return this.#projection === null ? undefined : this.#cameras.camera(companyCode, code, this.#projection);
  }

  hazardSource(companyCode: string, code: string): HeardHazardSource | undefined {
    return this.#cameras.source(companyCode, code);
  }

  hazardSourceOfArea(companyCode: string, areaId: string): HeardHazardSource | undefined {
    return this.#cameras.sourceOfArea(companyCode, areaId);
  }

  camerasOfHazardSource(companyCode: string, code: string): readonly HeardCamera[] {
    return this.#projection === null ? [] : this.#cameras.camerasOfSource(companyCode, code, this.#projection);
  }

  // --- keeping -----------------------------------------------------------------------------------------------------------

  /** One value a row. */
  save(): readonly unknown[] {
    const complete = [...this.#registers.values()].map((rows) => rows.complete);
    return [[this.#tidiedAtMs, complete], ...this.#packed()];
  }

  *packAhead(): Steps<undefined> {
    for (const _ of this.#packed()) yield;
  }

  *#packed(): Generator<PackedChunk> {
    for (const rows of this.#registers.values()) yield* rows.packed();
    yield* this.#holders.packed();
  }

  load(values: readonly unknown[], park: Park): void {
    this.#projection = park.projection;
    const [head, ...rest] = values as readonly [[number, number[]], ...(SavedRow | ['', ...SavedHolder])[]] | [];
    if (head === undefined) return;
    this.#tidiedAtMs = head[0];
    [...this.#registers.values()].forEach((rows, n) => {
      rows.loadComplete(head[1][n] ?? 0);
    });
    for (const row of rest) {
      if (row[0] === '') this.#holders.load(row.slice(1) as SavedHolder);
      else this.#registers.get(row[0])?.loadRow(row as SavedRow);
    }
  }
}

/** Two that are made of one register. */
const bothOf = (one: RowIndex, other: RowIndex): RowIndex => ({
  register: one.register,
  put(row) {
    one.put(row);
    other.put(row);
  },
  drop(row) {
    one.drop(row);
    other.drop(row);
  },
});
