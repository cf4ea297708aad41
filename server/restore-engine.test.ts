import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { type LogFields, silentLogger } from '../core/logger.ts';
import { digestOf, saveSnapshot } from '../engine/snapshot.ts';
import { SNAPSHOT_VERSION_1 } from '../engine/snapshot-version-1.fixture.ts';
import { SNAPSHOT_VERSION_3 } from '../engine/snapshot-version-3.fixture.ts';
import { MemoryLog, MemoryLogStore } from '../stream/memory-log.ts';
import { ENTRY_KIND, type LogEntry } from '../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../stream/protocol/entry-codec.ts';
import type { SnapshotStore } from '../stream/redis-snapshots.ts';
import { MemorySnapshotStore } from '../stream/redis-snapshots.ts';
import { at, EngineRun, T0 } from '../test/builders/engine-run.ts';
import { createPerson } from '../test/builders/entries.ts';
import { projection } from '../test/builders/plane.ts';
import { restoreEngine } from './restore-engine.ts';
import { SnapshotCopies } from './snapshot-copies.ts';
import { SnapshotFiles } from './snapshot-files.ts';

/** A log of 30 entries, with snapshots in real files after the 10th and 20th, and copies of both. */
class Ground {
  readonly folder = mkdtempSync(join(tmpdir(), 'parksentry-restore-'));
  readonly store = new MemoryLogStore(new ManualClock(T0));
  readonly files = new SnapshotFiles(this.folder);
  readonly copies = new MemorySnapshotStore();
  readonly run = new EngineRun();
  readonly told: [string, LogFields | undefined][] = [];

  async prepare(): Promise<void> {
    this.run.persons(createPerson());
    while (this.run.engine.seq < 30) {
      const { seq } = this.run.engine;
      if (seq === 10 || seq === 20) {
        const bytes = saveSnapshot(this.run.engine, this.store.epoch);
        const snapshot = { epoch: this.store.epoch, seq, term: 1, bytes };
        await this.files.put(snapshot);
        await this.copies.put(snapshot);
      }
      this.run.fixes([at(seq, 0, T0 + seq * 1_000)]);
    }
    for (const entry of this.run.entries) await this.#append(entry);
  }

  async #append({ kind, receivedAtMs, body, seq }: LogEntry): Promise<void> {
    const bytes = encodeBody(kind, body as never);
    await new MemoryLog(this.store).append({
      kind: ENTRY_KIND[kind],
      receivedAtMs,
      body: bytes,
      dedupId: String(seq),
    });
  }

  file(seq: number): string {
    const name = readdirSync(this.folder).find((one) => one.startsWith(`engine-${seq}-`));
    return join(this.folder, name ?? 'none');
  }

  /** The engine as restored, and where it began; then brought to the end of the log. */
  async restore(snapshots: SnapshotStore = new SnapshotCopies(this.files, this.copies, new ManualClock(T0))) {
    const reader = new MemoryLog(this.store);
    const tell = (event: string, fields?: LogFields): void => {
      this.told.push([event, fields]);
    };
    const logger = { ...silentLogger, warn: tell, error: tell };
    const { engine, isFollowed } = await restoreEngine({ reader, snapshots, projection, logger }, await reader.head());
    const beganAt = engine.seq;
    for (const raw of await reader.read(engine.seq + 1, 1_000, 0)) engine.step(decodeEntry(raw));
    return { beganAt, isFollowed, digest: digestOf(engine) };
  }

  get undisturbed(): string {
    return digestOf(this.run.engine);
  }
}

const flip = (file: string): void => {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x10;
  writeFileSync(file, bytes);
};
const otherFormat = (file: string): void => {
  const bytes = readFileSync(file);
  bytes.writeUInt32BE(99, 4);
  writeFileSync(file, bytes);
};

/** What can befall a snapshot file, and what is said of it. */
const BROKEN: readonly [name: string, harm: (file: string) => void, problem: string][] = [
  ['has a flipped bit', flip, 'corrupt'],
  ['was cut short', (file) => truncateSync(file, readFileSync(file).length - 100), 'corrupt'],
  ['is empty', (file) => truncateSync(file, 0), 'corrupt'],
  ['is of a format of a later version', otherFormat, 'other-format'],
  ['is no snapshot at all', (file) => writeFileSync(file, 'x'.repeat(200)), 'foreign'],
];

describe('restoring from files and copies', () => {
  let ground: Ground;
  beforeEach(async () => {
    ground = new Ground();
    await ground.prepare();
  });
  afterEach(() => rmSync(ground.folder, { recursive: true, force: true }));

  it('[WAT-24] the newest snapshot is taken, and ends with the state of an undisturbed run', async () => {
    expect(await ground.restore()).toEqual({ beganAt: 20, isFollowed: true, digest: ground.undisturbed });
    expect(ground.told).toEqual([]);
  });

  it.each(BROKEN)('[WAT-24] a newest file that %s gives way to its copy', async (_name, harm) => {
    harm(ground.file(20));
    expect(await ground.restore()).toEqual({ beganAt: 20, isFollowed: true, digest: ground.undisturbed });
  });

  it.each(BROKEN)(
    '[WAT-24] a newest file that %s gives way to the older one where no copy is whole',
    async (_n, harm, problem) => {
      harm(ground.file(20));
      expect(await ground.restore(ground.files)).toEqual({ beganAt: 10, isFollowed: true, digest: ground.undisturbed });
      expect(ground.told).toEqual([['snapshot-refused', { seq: 20, problem }]]);
    },
  );

  it('[WAT-24] broken copies harm nobody whose files are whole', async () => {
    for (const seq of [10, 20]) {
      const broken = { epoch: ground.store.epoch, seq, term: 1, bytes: new Uint8Array(5) };
      await ground.copies.put(broken);
    }
    expect(await ground.restore()).toMatchObject({ beganAt: 20, digest: ground.undisturbed });
  });

  it('[WAT-24] a newest snapshot broken in both places gives way to the older one', async () => {
    flip(ground.file(20));
    await ground.copies.put({ epoch: ground.store.epoch, seq: 20, term: 1, bytes: new Uint8Array(5) });
    expect(await ground.restore()).toMatchObject({ beganAt: 10, digest: ground.undisturbed });
  });

  it('[WAT-24] when every snapshot is broken the log is replayed from its first entry', async () => {
    for (const seq of [10, 20]) flip(ground.file(seq));
    expect(await ground.restore(ground.files)).toMatchObject({ beganAt: 0, digest: ground.undisturbed });
  });

  it.each([
    ['1', SNAPSHOT_VERSION_1, 3],
    ['3', SNAPSHOT_VERSION_3, 7],
  ])('[ENG-17] a snapshot of engine version %s is taken over', async (_version, bytes, seq) => {
    const files = new SnapshotFiles(join(ground.folder, 'older'));
    await files.put({ epoch: 'e', seq, term: 1, bytes });
    const store = new MemoryLogStore(new ManualClock(T0), 'e');
    store.headSeq = seq;
    const reader = new MemoryLog(store);
    const sources = { reader, snapshots: files, projection, logger: silentLogger };
    const { engine } = await restoreEngine(sources, await reader.head());
    expect(engine.seq).toBe(seq);
    expect(engine.park.alarms.standing.size).toBeGreaterThan(1);
  });
});
