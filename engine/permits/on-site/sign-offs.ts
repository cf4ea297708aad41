/** 审批人未到现场 (code 30): where approvers were when they signed, from places kept for everybody. Looked at each half minute. */

import type { Finding } from '../../../alarms/permits/finding.ts';
import { type ApproverVerdict, approverVerdict, approvingRows } from '../../../alarms/permits/on-site/approver.ts';
import type { Steps } from '../../../core/slices.ts';
import { WORK_TYPES } from '../../../standard/special-work.ts';
import { rowsOf } from '../../../stream/protocol/permit-merge.ts';
import type { ApprovalRow } from '../../../stream/protocol/permits.ts';
import { NOBODY } from '../../alarm-table.ts';
import { PackedOnce } from '../../packed.ts';
import type { Park } from '../../park.ts';
import type { KeptPermit, PermitTable } from '../permit-table.ts';
import { drawnAreaOf, jobOf } from './job.ts';
import { LOOK_EVERY_MS, PlacesKept } from './places-kept.ts';
import { alarmPersonOf, metres, nameOf } from './sight.ts';

/** A sign-off and what is known of it. Plain data. */
interface Judged {
  readonly atMs: number;
  readonly slot: number;
  readonly verdict: ApproverVerdict;
  readonly finding: Finding | null;
}

/** Of one permit, by key of the row; never changed, only replaced. */
interface JudgedPermit {
  readonly key: string;
  readonly rows: ReadonlyMap<string, Judged>;
}

const packedJudged = new PackedOnce<JudgedPermit>(({ key, rows }) => [
  key,
  [...rows].map(([row, { atMs, slot, verdict, finding }]) => [row, atMs, slot, verdict, finding]),
]);

export class SignOffs {
  readonly #places = new PlacesKept();
  /** By permit. */
  readonly #judged = new Map<string, JudgedPermit>();

  /** What is found, by permit; null: it is not the moment to look. */
  look(park: Park, table: PermitTable): Map<string, readonly Finding[]> | null {
    if (!this.#places.look(park)) return null;
    const found = new Map<string, readonly Finding[]>();
    const open = new Set<string>();
    for (const permit of table.all()) {
      if (!permit.isOpen || !isSpecial(permit)) continue;
      open.add(permit.key);
      this.#judge(park, permit);
      const findings = this.findingsOf(permit.key);
      if (findings.length > 0) found.set(permit.key, findings);
    }
    for (const key of this.#judged.keys()) if (!open.has(key)) this.#judged.delete(key);
    return found;
  }

  findingsOf(key: string): readonly Finding[] {
    return [...(this.#judged.get(key)?.rows.values() ?? [])].flatMap(({ finding }) => finding ?? []);
  }

  forgetPerson(slot: number): void {
    this.#places.forget(slot);
  }

  /** How many looks stand first, the looks, then one value a permit. */
  save(): readonly unknown[] {
    const places = this.#places.save();
    return [places.length, ...places, ...[...this.#judged.values()].map((one) => packedJudged.of(one))];
  }
  *packAhead(): Steps<undefined> {
    yield* this.#places.packAhead();
    for (const one of this.#judged.values()) {
      packedJudged.of(one);
      yield;
    }
  }
  load([places, ...values]: readonly unknown[]): void {
    const looks = places as number;
    this.#places.load(values.slice(0, looks));
    for (const [key, rows] of values.slice(looks) as SavedPermit[]) {
      const judged = rows.map(
        ([row, atMs, slot, verdict, finding]) => [row, { atMs, slot, verdict, finding }] as const,
      );
      this.#judged.set(key, { key, rows: new Map(judged) });
    }
  }

  #judge(park: Park, permit: KeptPermit): void {
    const issuedAtMs = permit.state.fields.issuedAtMs ?? null;
    const rows = rowsOf(permit.state, 'approvals').map((row) => ({ ...row, atMs: row.atMs ?? issuedAtMs }));
    const known = this.#judged.get(permit.key);
    const next = new Map<string, Judged>();
    for (const row of approvingRows(rows)) {
      const slot = slotOf(permit, row);
      if (slot === NOBODY || row.atMs! > park.nowMs) continue;
      const before = known?.rows.get(row.key);
      const isJudged = before !== undefined && before.atMs === row.atMs && before.verdict !== 'pending';
      // Once it was told, who signed is what the alarm says, whoever has his slot by now.
      next.set(row.key, isJudged ? before : this.#judgeRow(park, permit, row, slot));
    }
    if (next.size === 0) this.#judged.delete(permit.key);
    else if (known === undefined || !isSame(known.rows, next)) {
      this.#judged.set(permit.key, { key: permit.key, rows: next });
    }
  }

  #judgeRow(park: Park, permit: KeptPermit, row: ApprovalRow, slot: number): Judged {
    const atMs = row.atMs!;
    const job = jobOf(permit, drawnAreaOf(park, permit));
    // Without a place nothing is known yet; a later word may say one.
    if (job === null) return { atMs, slot, verdict: 'pending', finding: null };
    const { approverMs, approverRadiusM } = park.settings.permit;
    const [fromMs, toMs] = [atMs - approverMs, atMs + approverMs];
    const sightings = this.#places.sightings(slot, fromMs, toMs, (e, n) => job.distanceM(e, n, Number.NaN));
    const wholeLooks = Math.floor((toMs - fromMs) / LOOK_EVERY_MS);
    const isOver = this.#places.newestAtMs >= toMs;
    const verdict = approverVerdict(sightings, wholeLooks, approverRadiusM, isOver);
    if (verdict !== 'away') return { atMs, slot, verdict, finding: null };
    const finding: Finding = {
      rule: 'approver-away',
      about: row.key,
      onsetAtMs: atMs,
      facts: [
        { name: 'person', value: nameOf(park, slot), unit: 'text', limit: null },
        { name: 'issuedAt', value: atMs, unit: 'instant', limit: null },
        { name: 'distanceM', value: metres(sightings.nearestM), unit: 'm', limit: approverRadiusM },
      ],
      people: [alarmPersonOf(park, slot)],
    };
    return { atMs, slot, verdict, finding };
  }
}

type SavedPermit = [
  key: string,
  rows: [row: string, atMs: number, slot: number, verdict: ApproverVerdict, finding: Finding | null][],
];

/** The very same of the very same rows, in their order. */
function isSame(known: ReadonlyMap<string, Judged>, next: ReadonlyMap<string, Judged>): boolean {
  if (known.size !== next.size) return false;
  const before = known.entries();
  for (const [row, judged] of next) {
    const [knownRow, knownJudged] = before.next().value!;
    if (row !== knownRow || judged !== knownJudged) return false;
  }
  return true;
}

const isSpecial = ({ state }: KeptPermit): boolean =>
  (WORK_TYPES[state.fields.workCode ?? '']?.kind ?? 'general') !== 'general';

const slotOf = ({ people }: KeptPermit, { personId, name }: ApprovalRow): number =>
  people.find((one) => one.role === 'approver' && one.saidId === personId && one.saidName === name)?.slot ?? NOBODY;
