/** Work permits in memory, for tests: the same judgement over plain maps. Twin of permit-rows.ts. */
import type { PermitState } from '../../stream/protocol/permit-merge.ts';
import type { PermitsBody } from '../../stream/protocol/permits.ts';
import { cleanRecords } from '../clean-text.ts';
import type { MemoryTables } from '../memory-tables.ts';
import { isJointTest } from '../vendor-rows.ts';
import { monthDeltas, monthKeyOf, permitRow } from './permit-row.ts';
import { type JudgedPermits, judgePermitWords, permitWords, wordKey } from './permit-words.ts';

export function applyPermits(tables: MemoryTables, body: PermitsBody, receivedAtMs: number): JudgedPermits {
  const { companyCode, appId } = body.origin;
  const jointTest = isJointTest(body);
  const scope = `${companyCode}/${jointTest ? 'joint' : 'live'}`;
  const words = permitWords(cleanRecords(body.records), receivedAtMs);
  const states = new Map<string, PermitState>();
  for (const { permitId } of words) {
    const known = tables.permits.get(`${scope}/${permitId}`);
    if (known !== undefined) states.set(permitId, known.state);
  }
  const before = new Map(states);
  const heard = words.map(wordKey).filter((key) => tables.permitWords.has(`${scope}/${key}`));
  const judged = judgePermitWords(words, receivedAtMs, states, new Set(heard));
  for (const word of judged.words) {
    tables.permitWords.set(`${scope}/${wordKey(word)}`, { ...word, companyCode, jointTest, receivedAtMs, appId });
  }
  const changes = [...judged.changed].map(([permitId, state]) => {
    tables.permits.set(`${scope}/${permitId}`, { companyCode, jointTest, state });
    const was = before.get(permitId);
    return {
      before: was === undefined ? null : monthKeyOf(permitRow(was)),
      after: monthKeyOf(permitRow(state)),
    };
  });
  if (!jointTest) {
    for (const { month, workCode, permits } of monthDeltas(changes)) {
      const key = `${month}/${companyCode}/${workCode}`;
      tables.permitMonths.set(key, (tables.permitMonths.get(key) ?? 0) + permits);
    }
  }
  return judged;
}
