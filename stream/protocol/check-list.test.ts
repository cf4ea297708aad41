import { describe, expect, test } from 'vitest';
import {
  createArea,
  createFixBatch,
  createHeartbeat,
  createOrigin,
  createPerson,
  createPersonAlarm,
} from '../../test/builders/entries.ts';
import { CHECK_LIST, type Sample, samplesOf } from './check-list.ts';
import type { EntryBodies, EntryKindName, LogEntry } from './entry.ts';
import { INTERFACES } from './vocabulary.ts';

const AT_MS = Date.UTC(2026, 6, 1);
const entryOf = <K extends EntryKindName>(kind: K, body: EntryBodies[K]): LogEntry =>
  ({ kind, seq: 1, receivedAtMs: AT_MS, body }) as LogEntry;
const origin = createOrigin({ stage: 'joint' });

describe('samplesOf', () => {
  test('[ONB-3] positions show by what the person is named, an accuracy and an SOS', () => {
    const plain = createFixBatch([{ person: 'a', lng: 121, lat: 31, atMs: AT_MS }]);
    expect(samplesOf(entryOf('fixes', plain))).toEqual(['accepted', 'person-id']);
    const byCard = createFixBatch([{ card: 'c', lng: 121, lat: 31, atMs: AT_MS, accuracyM: 2 }]);
    expect(samplesOf(entryOf('fixes', byCard))).toEqual(['accepted', 'card-no', 'accuracy']);
    const mixed = createFixBatch([
      { card: 'c', atMs: AT_MS, sos: true },
      { person: 'a', lng: 121, lat: 31, atMs: AT_MS, accuracyM: 0 },
    ]);
    expect(samplesOf(entryOf('fixes', mixed))).toEqual(['accepted', 'person-id', 'card-no', 'sos']);
  });

  test('[ONB-3] withdrawals and ends are seen', () => {
    expect(samplesOf(entryOf('persons', { origin, records: [createPerson()] }))).toEqual(['accepted']);
    const gone = createPerson({ deleted: true });
    expect(samplesOf(entryOf('persons', { origin, records: [createPerson(), gone] }))).toEqual([
      'accepted',
      'withdrawn',
    ]);
    expect(samplesOf(entryOf('areas', { origin, records: [createArea({ deleted: true })] }))).toContain('withdrawn');
    const ended = createPersonAlarm({ type: 'dwell', endedAtMs: AT_MS });
    expect(samplesOf(entryOf('personAlarms', { origin, records: [ended] }))).toEqual(['accepted', 'ended']);
    expect(samplesOf(entryOf('personAlarms', { origin, records: [createPersonAlarm()] }))).toEqual(['accepted', 'sos']);
    expect(samplesOf(entryOf('heartbeats', { origin, records: [createHeartbeat()] }))).toEqual(['accepted']);
  });

  test('[ONB-3] a gathering shows places only where its members have them', () => {
    const member = { personId: 'p1', name: '张三', type: 'staff', lng: 121, lat: 31 } as const;
    const record = { companyCode: 'c', startedAtMs: AT_MS, members: [member], lasted: null, updatedAtMs: null };
    const placed = entryOf('gatherings', { origin, records: [{ ...record, deleted: false }] });
    expect(samplesOf(placed)).toEqual(['accepted', 'placed']);
    const nowhere = { ...record, members: [{ ...member, lng: null }], deleted: true };
    expect(samplesOf(entryOf('gatherings', { origin, records: [nowhere] }))).toEqual(['accepted', 'withdrawn']);
  });

  test('[ONB-3] what is no vendor record shows nothing', () => {
    expect(samplesOf(entryOf('tick', { term: 1 }))).toEqual([]);
  });
});

test('[ONB-3] every interface has a list, which begins with a record that is accepted and names nothing twice', () => {
  expect(Object.keys(CHECK_LIST)).toEqual(expect.arrayContaining([...INTERFACES]));
  for (const items of Object.values(CHECK_LIST)) {
    const samples = items.map(({ sample }): Sample => sample);
    expect(samples[0]).toBe('accepted');
    expect(new Set(samples).size).toBe(samples.length);
  }
});
