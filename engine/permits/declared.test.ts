import { describe, expect, it } from 'vitest';
import { aPermit, aWord, PERMIT_COMPANY, PERMIT_T0 } from '../../stream/protocol/permits.fixture.ts';
import { PermitRun } from '../../test/builders/permit-run.ts';
import { projection } from '../../test/builders/plane.ts';
import { loadSnapshot, saveSnapshot } from '../snapshot.ts';

const DAY = '2026-11-20';
const HOUR_MS = 3_600_000;
/** By default declared work shows a permit by noon; PERMIT_T0 is 16:00. */
const NOON = PERMIT_T0 - 4 * HOUR_MS;
const MIDNIGHT = NOON + 12 * HOUR_MS;

class Run extends PermitRun {
  commit(state: string, works: Readonly<Record<string, number>>, version = 1, atMs = this.nowMs): void {
    const specialWork = Object.entries(works).map(([work, places]) => ({ work, places }));
    const row = {
      companyCode: PERMIT_COMPANY,
      rowId: '1',
      key: DAY,
      version,
      state,
      createdAtMs: 0,
      values: { specialWork },
    };
    this.entry('heardRows', { register: 'commitments', telling: 1, isComplete: true, rows: [row] }, atMs);
  }
  unseen(): { subject: string; onsetAtMs: number; detail: string | null; limit: number | null; level: number }[] {
    return [...this.engine.park.alarms.standing.values()]
      .filter(({ rule, active }) => rule === 'declared-no-permit' && active)
      .map(({ subject, onsetAtMs, detail, limit, level }) => ({ subject, onsetAtMs, detail, limit, level }));
  }
}
const begun = (works: Readonly<Record<string, number>>, state = 'published'): Run => {
  const run = new Run();
  run.tick(NOON - HOUR_MS);
  run.commit(state, works);
  return run;
};
const HIGH = { subject: `${PERMIT_COMPANY}/${DAY}/22`, onsetAtMs: NOON, detail: 'Ⅱ级高处作业', limit: 2, level: 4 };

describe('work that was declared and shows no permit', () => {
  it('[GBP-42] declared-no-permit: violating, one alarm of each kind, and none of kinds of which a permit is known', () => {
    const run = begun({ 'height-second': 2, 'fire-second': 1 });
    run.permits(NOON - 1_000, aPermit());
    run.tick(NOON + 1_000);
    expect(run.unseen()).toEqual([HIGH]);
  });

  it('[GBP-42] declared-no-permit: boundary, not a second before the hour, and from the hour on', () => {
    const run = begun({ 'height-second': 2 });
    run.tick(NOON - 1);
    expect(run.unseen()).toEqual([]);
    run.tick(NOON + 60_000);
    expect(run.unseen()).toEqual([HIGH]);
  });

  it('[GBP-42] declared-no-permit: conforming, a draft, a permit that was closed today, and one upgraded from the declared grade', () => {
    const draft = begun({ 'height-second': 2 }, 'draft');
    const run = begun({ 'fire-second': 1 });
    const upgraded = begun({ 'fire-second': 1 });
    run.permits(NOON - 2_000, aPermit());
    run.permits(NOON - 1_000, aWord({ updatedAtMs: PERMIT_T0 + 1_000, status: 'accepted' }));
    upgraded.permits(NOON - 2_000, aPermit({ fields: { workCode: '02' } }));
    for (const one of [draft, run, upgraded]) {
      one.tick(NOON + 60_000);
      expect(one.unseen()).toEqual([]);
    }
  });

  it('[GBP-42] it ends with a permit of the kind, with a corrected commitment, and with the day', () => {
    const permitted = begun({ 'fire-second': 1 });
    const corrected = begun({ 'fire-second': 1 });
    const over = begun({ 'fire-second': 1 });
    for (const run of [permitted, corrected, over]) {
      run.tick(NOON + 60_000);
      expect(run.unseen().length).toBe(1);
    }
    permitted.permits(NOON + 61_000, aPermit());
    corrected.commit('draft', { 'fire-second': 1 }, 2);
    permitted.tick(NOON + 120_000);
    corrected.tick(NOON + 120_000);
    over.tick(MIDNIGHT);
    for (const run of [permitted, corrected, over]) {
      run.ticks(run.nowMs + 60_000);
      expect(run.unseen()).toEqual([]);
    }
  });

  it('[GBP-42] after a restart it stands once, and ends', () => {
    const run = begun({ 'fire-second': 1 });
    run.tick(NOON + 60_000);
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    const next = new Run();
    Object.assign(next, { engine: loaded.engine, sequence: run.sequence });
    next.tick(NOON + 180_000);
    expect(next.unseen().length).toBe(1);
    next.permits(NOON + 181_000, aPermit());
    next.ticks(NOON + 300_000);
    expect(next.unseen()).toEqual([]);
  });
});
