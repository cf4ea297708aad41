import { describe, expect, it } from 'vitest';
import { EDITIONS } from '../../standard/gb30871.ts';
import { mergePermit, type PermitState } from '../../stream/protocol/permit-merge.ts';
import { aPermit, aWord, PERMIT_T0 } from '../../stream/protocol/permits.fixture.ts';
import type { PermitRecord } from '../../stream/protocol/permits.ts';
import { contextFor } from './context.fixture.ts';
import { judgeGas } from './gas.ts';
import { expiryOf, judgeValidity } from './validity.ts';
import { workOf } from './work.ts';

const T0 = PERMIT_T0;
const HOUR = 3_600_000;
const merged = (...words: readonly PermitRecord[]): PermitState =>
  words.reduce<PermitState | null>((state, word) => mergePermit(state, word, T0), null)!;
const at = (hours: number, status: NonNullable<PermitRecord['status']>, fields: PermitRecord['fields'] = {}) =>
  aWord({ updatedAtMs: T0 + hours * HOUR, status, fields });
const hours = (state: PermitState, nowHours: number) =>
  workOf(state, T0 + nowHours * HOUR).stretches.map(({ fromMs, toMs }) => [
    (fromMs - T0) / HOUR,
    toMs === null ? null : (toMs - T0) / HOUR,
  ]);

describe('stretches of work', () => {
  it('[GBS-12] begin by the actual start or the status, end by a pause, a close or the actual end', () => {
    const paused = [at(0, 'working'), at(1, 'working'), at(2, 'paused'), at(3, 'working')];
    expect(hours(merged(...paused), 4)).toEqual([
      [0, 2],
      [3, null],
    ]);
    expect(hours(merged(...paused, at(5, 'accepted')), 6)).toEqual([
      [0, 2],
      [3, 5],
    ]);
    expect(
      hours(merged(...paused, aWord({ fields: { startedAtMs: T0 - HOUR, endedAtMs: T0 + 4 * HOUR } })), 6),
    ).toEqual([
      [-1, 2],
      [3, 4],
    ]);
    expect(hours(merged(at(0, 'issued', { startedAtMs: T0 + HOUR })), 2)).toEqual([[1, null]]);
  });

  it('[GBS-12] times still to come are none, and the permit is judged again when they come', () => {
    const planned = merged(at(-1, 'issued', { startedAtMs: T0 + HOUR, issuedAtMs: T0 - HOUR }));
    expect(workOf(planned, T0)).toMatchObject({ isIssued: true, isGoingOn: false, startedAtMs: null });
    const { context, again } = contextFor(planned, T0);
    judgeValidity(planned, context);
    expect(again).toContain(T0 + HOUR);
  });

  it('[GBS-12] work that goes on again after its end has not ended', () => {
    const ended = [at(0, 'working'), aWord({ updatedAtMs: T0 + 2 * HOUR, fields: { endedAtMs: T0 + 2 * HOUR } })];
    expect(workOf(merged(...ended), T0 + 3 * HOUR)).toMatchObject({ isIssued: false, endedAtMs: T0 + 2 * HOUR });
    const again = merged(...ended, at(3, 'paused'), at(4, 'working'));
    expect(workOf(again, T0 + 5 * HOUR)).toMatchObject({ isGoingOn: true, endedAtMs: null, onSinceMs: T0 + 4 * HOUR });
  });

  it('[GBS-12] what was wrong at the start stays found until the stretch ends', () => {
    const row = (key: string, atMs: number) => ({ ...aPermit().rows.gas![0]!, key, atMs }) as never;
    const late = aPermit({ rows: { gas: [row('1', T0 + 60_000)] } });
    const rulesAt = (state: PermitState, nowMs: number) =>
      judgeGas(state, contextFor(state, nowMs).context).map(({ rule }) => rule);
    expect(rulesAt(merged(late), T0 + HOUR)).toEqual(['gas-missing']);
    const resumed = merged(late, at(1, 'paused'), at(1.2, 'working'), aWord({ rows: { gas: [row('2', T0 + HOUR)] } }));
    expect(rulesAt(resumed, T0 + 1.1 * HOUR)).toEqual([]);
    expect(rulesAt(resumed, T0 + 2 * HOUR)).toEqual([]);
  });
});

describe('until when a permit holds', () => {
  const { duties } = EDITIONS[0]!;
  const expiry = (workCode: string, fields: PermitRecord['fields']) => {
    const atMs = expiryOf(merged(aWord({ fields: { workCode, ...fields } })), duties[workCode] ?? null);
    return atMs === null ? null : (atMs - T0) / HOUR;
  };

  it('[GBS-13] is its own end or the longest validity, whichever is first; nothing where nobody says', () => {
    expect(expiry('01', { validFromMs: T0, validToMs: T0 + 4 * HOUR })).toBe(4);
    expect(expiry('01', { validFromMs: T0, validToMs: T0 + 40 * HOUR })).toBe(8);
    expect(expiry('01', { issuedAtMs: T0 - HOUR, startedAtMs: T0 + 5 * HOUR })).toBe(7);
    expect(expiry('01', { validFromMs: T0, validToMs: T0 })).toBe(8);
    expect(expiry('50', { validFromMs: T0, validToMs: T0 + 40 * HOUR })).toBe(40);
    expect(expiry('90', { validToMs: T0 + HOUR })).toBe(1);
    expect(expiry('50', { validFromMs: T0 })).toBeNull();
    expect(expiry('01', {})).toBeNull();
  });

  it('[GBS-14] electricity that serves several jobs ends with the last of them; a job that was never issued does not count', () => {
    const power = merged(aPermit({ fields: { workCode: '10', validToMs: T0 + 10 * HOUR } }));
    const job = (permitId: string, toHours: number, status: NonNullable<PermitRecord['status']> = 'working') =>
      merged(aPermit({ permitId, status, fields: { workCode: '02', validToMs: T0 + toHours * HOUR } }));
    const found = (...jobs: readonly PermitState[]) =>
      judgeValidity(power, contextFor(power, T0, { sameActivity: () => jobs }).context)
        .filter(({ rule }) => rule === 'validity-too-long')
        .map(({ about }) => about);
    expect(found(job('a', 4), job('b', 6))).toEqual(['b']);
    expect(found(job('a', 4, 'applied'))).toEqual([]);
    // The fixture's permitted start is ten minutes before T0: eight hours is the most that the job may have.
    expect(found(job('a', 10))).toEqual(['a']);
    expect(found()).toEqual([]);
  });
});
