import { describe, expect, it } from 'vitest';
import { DEFAULT_RULE_SETTINGS, parseRuleSettings, type RuleSettings } from '../alarms/rule-settings.ts';
import { systemClock } from '../core/clock.ts';
import { ENGINE_VERSION } from '../engine/engine.ts';
import { digestOf, saveSnapshot } from '../engine/snapshot.ts';
import { MemoryArchive } from '../stream/archive/memory-archive.ts';
import { MemoryLog, MemoryLogStore } from '../stream/memory-log.ts';
import { ENTRY_KIND, type LogEntry, type RawEntry } from '../stream/protocol/entry.ts';
import { encodeBody } from '../stream/protocol/entry-codec.ts';
import { MemoryQuarantineSet } from '../stream/redis-quarantine.ts';
import { at, EngineRun, T0 } from '../test/builders/engine-run.ts';
import { createArea, createPerson } from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import type { TransitionAt } from './compare-transitions.ts';
import { type ReplaySpan, replay } from './replay.ts';

const EPOCH = 'epoch-1';

const rawFrom = (entry: LogEntry): RawEntry => ({
  seq: entry.seq,
  epoch: EPOCH,
  kind: ENTRY_KIND[entry.kind],
  receivedAtMs: entry.receivedAtMs,
  body: encodeBody(entry.kind, entry.body as never),
});

/** A park in which two people go in and out of a forbidden area for some minutes, with an SOS now and then. */
class Then {
  readonly run = new EngineRun();
  readonly store = new MemoryLogStore(systemClock, EPOCH);
  readonly archive = new MemoryArchive();
  readonly quarantine = new MemoryQuarantineSet();
  /** What the database gives back: JSON with keys in an order of its own. */
  stored: TransitionAt[] = [];

  constructor(minutes = 6) {
    const { run } = this;
    run.persons(createPerson(), createPerson({ personId: 'p2', name: '李四' }));
    run.areas(createArea({ polygons: squareAt(0, 0, 100) }));
    for (let s = 1; s <= minutes * 60; s++) {
      const atMs = T0 + s * 1_000;
      const walk = (shift: number): number => 60 * Math.sin((s + shift) / 15);
      run.fixes([at(walk(0), 50, atMs, { sos: s % 200 === 7 }), at(50, walk(20), atMs, { person: 'p2' })], atMs);
      run.tick(atMs + 500);
    }
    this.store.entries = run.entries.map(rawFrom);
    this.store.headSeq = run.entries.length;
    this.storeTransitions();
  }

  storeTransitions(): void {
    this.stored = this.run.published.flatMap(({ seq, atMs, effects }) =>
      effects.flatMap((effect, ordinal) => {
        if (effect.t !== 'alarm') return [];
        const view = JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(effect.alarm).reverse())));
        const { alarmId, transition } = effect.alarm;
        return [{ seq, ordinal, atMs, alarmId, transition, view }];
      }),
    );
  }

  /** Entries up to `seq` are archived and no longer in the log. */
  archiveTo(seq: number): void {
    const entries = this.store.entries.filter((entry) => entry.seq <= seq);
    const half = Math.floor(entries.length / 2);
    this.archive.addSegment(entries.slice(0, half));
    this.archive.addSegment(entries.slice(half));
    this.store.trim(seq + 1);
  }

  /** As the state was behind entry `seq`. */
  archiveSnapshot(seq: number): void {
    const run = new EngineRun();
    for (const entry of this.run.entries.slice(0, seq)) run.take(entry);
    const which = { epoch: EPOCH, seq, atMs: this.run.entries[seq - 1]?.receivedAtMs ?? 0 };
    this.archive.addSnapshot(which, saveSnapshot(run.engine, EPOCH));
  }

  replay(span: Partial<ReplaySpan> = {}) {
    const sources = {
      archive: this.archive,
      log: new MemoryLog(this.store),
      quarantine: this.quarantine,
      transitionsThen: async (epoch: string, fromSeq: number, toSeq: number) =>
        epoch === EPOCH ? this.stored.filter(({ seq }) => seq >= fromSeq && seq <= toSeq) : [],
      projection,
    };
    return replay(sources, { fromMs: T0, toMs: T0 + 3_600_000, settings: null, ...span });
  }
}

const verdicts = (report: Awaited<ReturnType<typeof replay>>): Record<string, number> => {
  const counts: Record<string, number> = { same: 0, 'only then': 0, 'only now': 0 };
  for (const { verdict } of report.transitions) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
};
const settingsOf = (json: unknown): RuleSettings => {
  const parsed = parseRuleSettings(json);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};

describe('replay', () => {
  it('[REP-2] gives the alarms of then, from the archive and the log behind it', async () => {
    const then = new Then();
    then.archiveTo(500);
    const report = await then.replay();
    expect(report).toMatchObject({ epoch: EPOCH, startSeq: 0, fromSeq: 1, toSeq: then.store.headSeq });
    expect(then.stored.length).toBeGreaterThan(20);
    expect(verdicts(report)).toEqual({ same: then.stored.length, 'only then': 0, 'only now': 0 });
    const whole = await new Then().replay();
    expect(JSON.stringify(whole.transitions)).toBe(JSON.stringify(report.transitions));
  });

  it('[REP-1] begins with the newest snapshot before the span, and takes the older one where that is broken', async () => {
    const then = new Then();
    for (const seq of [100, 300, 600]) then.archiveSnapshot(seq);
    then.archiveTo(700);
    const fromMs = T0 + 200_000;
    const toMs = T0 + 250_000;
    const report = await then.replay({ fromMs, toMs });
    const inSpan = then.stored.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    expect(inSpan.length).toBeGreaterThan(2);
    expect(report.startSeq).toBe(300);
    expect(verdicts(report)).toEqual({ same: inSpan.length, 'only then': 0, 'only now': 0 });
    expect(then.run.entries[report.fromSeq - 1]?.receivedAtMs).toBe(fromMs);
    expect(then.run.entries[report.toSeq - 1]?.receivedAtMs).toBe(toMs);
    then.archive.addSnapshot({ epoch: EPOCH, seq: 390, atMs: T0 + 195_000 }, Buffer.from('no snapshot'));
    expect((await then.replay({ fromMs, toMs })).startSeq).toBe(300);
  });

  it('[REP-4] twice the same span gives the same bytes', async () => {
    const then = new Then();
    then.archiveTo(700);
    const span = { fromMs: T0 + 60_000, toMs: T0 + 300_000 };
    expect(JSON.stringify(await then.replay(span))).toBe(JSON.stringify(await then.replay(span)));
  });

  it('[REP-3] what was raised then only, now only, or otherwise is told apart', async () => {
    const then = new Then();
    const [first, second, third] = then.stored as [TransitionAt, TransitionAt, TransitionAt];
    const foreign = { ...third, ordinal: 9, alarmId: 'invented' };
    then.stored = [{ ...first, view: { ...first.view, level: 4 as const } }, ...then.stored.slice(2), foreign].sort(
      (a, b) => a.seq - b.seq || a.ordinal - b.ordinal,
    );
    const report = await then.replay();
    const others = report.transitions.filter(({ verdict }) => verdict !== 'same');
    expect(others.map(({ verdict, transition }) => [verdict, transition.seq, transition.alarmId])).toEqual([
      ['only then', first.seq, first.alarmId],
      ['only now', first.seq, first.alarmId],
      ['only now', second.seq, second.alarmId],
      ['only then', third.seq, 'invented'],
    ]);
  });

  it('[REP-5] other rules give other alarms, the rules as they are the same', async () => {
    const then = new Then();
    then.archiveSnapshot(100);
    then.archiveTo(700);
    const span = { fromMs: T0 + 60_000, toMs: T0 + 300_000 };
    const changed = await then.replay({
      ...span,
      settings: settingsOf({ outOfBounds: { raiseThreshold: 500, atOnce: 20 } }),
    });
    expect(changed.startSeq).toBe(100);
    expect(verdicts(changed)['only then']).toBeGreaterThan(0);
    const same = await then.replay({ ...span, settings: DEFAULT_RULE_SETTINGS });
    expect(verdicts(same)).toMatchObject({ 'only then': 0, 'only now': 0 });
  });

  it('[REP-6] digests in the log are held against the replayed state', async () => {
    const told = (isRight: boolean): Then => {
      const then = new Then(36);
      const at4096 = new EngineRun();
      for (const entry of then.run.entries.slice(0, 4_096)) at4096.take(entry);
      const digest = isRight ? digestOf(at4096.engine) : 'f'.repeat(16);
      const body = { atSeq: 4_096, engineVersion: ENGINE_VERSION, digest };
      const entry = then.run.sequence.next('digest', body, T0 + 36 * 60_000);
      then.store.entries.push(rawFrom(entry));
      then.store.headSeq++;
      return then;
    };
    expect(await told(true).replay()).toMatchObject({ digests: 1, digestDifferences: [] });
    const wrong = await told(false).replay();
    expect(wrong.digestDifferences).toMatchObject([{ atSeq: 4_096, logged: 'f'.repeat(16) }]);
  });

  it('[REP-7] quarantined, unreadable and throwing entries are passed over', async () => {
    const then = new Then();
    const raised = then.stored.find(({ transition }) => transition === 'raised') as TransitionAt;
    await then.quarantine.add(EPOCH, raised.seq, 'threw then');
    then.store.entries[39] = { ...(then.store.entries[39] as RawEntry), body: Uint8Array.of(9, 9, 9) };
    const broken = encodeBody('persons', { origin: { batchId: 'b' }, records: [null] } as never);
    then.store.entries[59] = { ...(then.store.entries[59] as RawEntry), kind: ENTRY_KIND.persons, body: broken };
    const report = await then.replay();
    expect(report.passedOver).toEqual([raised.seq, 40, 60].sort((a, b) => a - b));
    expect(report.toSeq).toBe(then.store.headSeq);
    const first = report.transitions[0];
    expect(first).toMatchObject({ verdict: 'only then', transition: { seq: raised.seq } });
  });

  it('[REP-7] in a log that is gone, Redis with it, what was passed over is told by the log itself, also behind the span', async () => {
    const then = new Then();
    const raised = then.stored.find(({ transition }) => transition === 'raised') as TransitionAt;
    const { headSeq } = then.store;
    const late = T0 + 1_000_000;
    const word = {
      kind: 'quarantined',
      seq: headSeq + 1,
      receivedAtMs: late,
      body: { seq: raised.seq, reason: 'threw' },
    };
    then.store.entries.push(rawFrom(word as LogEntry));
    then.store.headSeq++;
    then.archiveTo(headSeq + 1);
    // Behind a hole there is no more to read; the span is whole.
    then.archive.addSegment([{ ...rawFrom(word as LogEntry), seq: headSeq + 10 }]);
    then.store.restart('epoch-2');
    const report = await then.replay({ toMs: T0 + 359_000 });
    expect(report).toMatchObject({ epoch: EPOCH, passedOver: [raised.seq] });
    expect(report.toSeq).toBeLessThan(headSeq);
  });

  it('[REP-8] refuses a span of which something is missing, saying what', async () => {
    const then = new Then();
    then.store.trim(201);
    await expect(then.replay()).rejects.toMatchObject({
      code: 'NOT_FOUND',
      detail: 'no snapshot from before this span is archived',
    });
    then.archiveSnapshot(300);
    await expect(then.replay()).rejects.toMatchObject({
      detail: expect.stringContaining('the first is of 2026-11-20T'),
    });
    const gapped = new Then();
    gapped.archive.addSegment(gapped.store.entries.slice(0, 100));
    gapped.archive.addSegment(gapped.store.entries.slice(110, 200));
    gapped.store.trim(201);
    await expect(gapped.replay()).rejects.toMatchObject({
      code: 'LOG_GAP',
      detail: 'entries 101 to 110 are missing',
    });
    const upTo = await gapped.replay({ toMs: T0 + 40_000 });
    expect(verdicts(upTo)).toMatchObject({ 'only then': 0, 'only now': 0 });
    await expect(new Then().replay({ fromMs: 5, toMs: 6 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      detail: 'nothing of this time is archived or in the log',
    });
    const later = { fromMs: T0 + 7_200_000, toMs: T0 + 9_000_000 };
    const { headSeq } = then.store;
    await expect(new Then().replay(later)).resolves.toMatchObject({ fromSeq: headSeq + 1, toSeq: headSeq });
  });

  it('[REP-1] a span of the log before is replayed while the new one is not archived yet', async () => {
    const then = new Then();
    then.archiveTo(then.store.headSeq);
    then.store.restart('epoch-2');
    const log = new MemoryLog(then.store);
    const body = encodeBody('tick', { term: 1 });
    await log.append({ kind: ENTRY_KIND.tick, receivedAtMs: T0 + 3_600_000, body, dedupId: 'a' });
    const toMs = T0 + 3_599_999;
    expect(verdicts(await then.replay({ toMs }))).toMatchObject({ same: then.stored.length, 'only now': 0 });
    await expect(then.replay({ toMs: toMs + 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('[REP-8] a span in which the log began anew is refused, naming when', async () => {
    const then = new Then();
    then.archiveTo(then.store.headSeq);
    then.store.restart('epoch-2');
    const toMs = T0 + 3_600_000;
    then.archive.addSegment([
      { seq: 1, epoch: 'epoch-2', kind: 4, receivedAtMs: toMs, body: encodeBody('tick', { term: 1 }) },
    ]);
    await expect(then.replay()).rejects.toMatchObject({
      code: 'NOT_FOUND',
      detail: expect.stringContaining('began anew at 2026-11-20T09:00:00.000Z') as string,
    });
    expect(verdicts(await then.replay({ toMs: toMs - 1 }))).toMatchObject({ 'only then': 0, 'only now': 0 });
    await expect(then.replay({ fromMs: toMs + 1, toMs: toMs + 2 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
