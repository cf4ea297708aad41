/**
 * What becomes of each word that a supplier says on a permit: news, the same again, or older than what stands; and what is to be
 * written. Pure; shared by the store and its memory twin. Rules PST-2 to PST-6 of docs/spec/permit-storage.md.
 */
import { createHash } from 'node:crypto';
import { canonicalText, mergePermit, type PermitState, statusOf } from '../../stream/protocol/permit-merge.ts';
import type { PermitRecord } from '../../stream/protocol/permits.ts';
import type { Verdict } from '../register-rules.ts';
import type { Judged } from '../vendor-records.ts';

export interface PermitWord {
  readonly permitId: string;
  /** Of content and update time, 32 hex digits. */
  readonly hash: string;
  readonly record: PermitRecord;
}

export interface JudgedPermits extends Judged {
  /** Permits that are not as they were, by id. */
  readonly changed: ReadonlyMap<string, PermitState>;
  /** To the history. */
  readonly words: readonly PermitWord[];
}

export const wordKey = ({ permitId, hash }: Pick<PermitWord, 'permitId' | 'hash'>): string => `${hash}/${permitId}`;

/** The words of one company in an entry; the same word sealed anew is the same. */
export const permitWords = (records: readonly PermitRecord[], receivedAtMs: number): PermitWord[] =>
  records.map((record) => {
    const { responsiblePhoneSealed: _, ...fields } = record.fields;
    const { status = null, deleted = null, rows } = record;
    const said = [record.updatedAtMs ?? receivedAtMs, status, deleted, fields, rows];
    const hash = createHash('sha256').update(canonicalText(said)).digest('hex').slice(0, 32);
    return { permitId: record.permitId, hash, record };
  });

/**
 * One verdict for each word, in order. `states` by permit id; `heard`: of these words those that the history has, by wordKey().
 * Both are brought up to date.
 */
export function judgePermitWords(
  words: readonly PermitWord[],
  receivedAtMs: number,
  states: Map<string, PermitState>,
  heard: Set<string>,
): JudgedPermits {
  const changed = new Map<string, PermitState>();
  const fresh: PermitWord[] = [];
  let hasUpdate = false;
  const verdicts = words.map((word): Verdict => {
    const { permitId, record } = word;
    const before = states.get(permitId) ?? null;
    const after = mergePermit(before, record, receivedAtMs);
    if (after !== before) {
      states.set(permitId, after);
      changed.set(permitId, after);
    }
    const isAgain = heard.has(wordKey(word)) || (record.updatedAtMs === null && isSame(before, after));
    if (isAgain) return 'duplicate';
    heard.add(wordKey(word));
    fresh.push(word);
    if (after !== before) {
      hasUpdate ||= before !== null && statusOf(before) !== statusOf(after);
      return 'stored';
    }
    return (record.updatedAtMs ?? receivedAtMs) < after.updatedAtMs ? 'superseded' : 'duplicate';
  });
  return { verdicts, hasUpdate, changed, words: fresh };
}

/** A word without a date says nothing when all it says is known, whenever that was said. */
function isSame(before: PermitState | null, after: PermitState): boolean {
  return before !== null && (before === after || canonicalText(contentOf(before)) === canonicalText(contentOf(after)));
}

const contentOf = (state: PermitState): unknown => {
  const { responsiblePhoneSealed: _, ...fields } = state.fields;
  const rows = Object.fromEntries(Object.entries(state.rows).map(([list, kept]) => [list, kept.map(({ row }) => row)]));
  return [statusOf(state), state.deleted, fields, rows];
};
