/**
 * The engine and the store read the same log and never ask each other: whose a fix is, who wears which card, and which
 * version of an area stands must come out alike, whatever the order and the dates of the records. Random logs over few
 * persons and cards; the harness is that of storage.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AreaRecord, LogEntry, PersonRecord } from '../../stream/protocol/entry.ts';
import { pageDateMs } from '../../stream/protocol/page-records.ts';
import { EngineRun } from '../builders/engine-run.ts';
import { COMPANY, createArea, createFixBatch, createOrigin, createPerson, type FixInput } from '../builders/entries.ts';
import { lngLatAt, squareAt } from '../builders/plane.ts';
import type { StorageHarness } from './storage-harness.ts';

const T0 = Date.UTC(2026, 6, 1, 8);
const SQUARE = squareAt(0, 0, 100);

/** Without one, a vendor's, or (below zero) a page's. */
const date = fc
  .constantFrom(null, null, 1, 2, 3, 4, -1, -2)
  .map((n) => (n === null ? null : n < 0 ? pageDateMs(T0 - n * 1000) : T0 + n * 1000));
const deleted = fc.constantFrom(false, false, false, true);
const person: fc.Arbitrary<PersonRecord> = fc
  .record({
    personId: fc.constantFrom('p1', 'p2', 'p3'),
    cardNo: fc.constantFrom(null, 'C1', 'C2'),
    name: fc.constantFrom('甲', '乙'),
    updatedAtMs: date,
    deleted,
  })
  .map(createPerson);
const area: fc.Arbitrary<AreaRecord> = fc
  .record({ areaId: fc.constantFrom('a1', 'a2'), name: fc.constantFrom('甲', '乙'), updatedAtMs: date, deleted })
  .map((change) => createArea({ ...change, polygons: SQUARE }));
const subject = fc.constantFrom({ person: 'p1' }, { person: 'p2' }, { person: 'p3' }, { card: 'C1' }, { card: 'C2' });

type Step = { readonly isJoint: boolean } & (
  | { readonly kind: 'persons'; readonly records: PersonRecord[] }
  | { readonly kind: 'areas'; readonly records: AreaRecord[] }
  | { readonly kind: 'fixes'; readonly subjects: { readonly person?: string; readonly card?: string }[] }
);
/** Of a joint test: the engine passes over it, and no register may have it. */
const isJoint = fc.constantFrom(false, false, false, true);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      isJoint,
      kind: fc.constant('persons' as const),
      records: fc.array(person, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      isJoint,
      kind: fc.constant('areas' as const),
      records: fc.array(area, { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      isJoint,
      kind: fc.constant('fixes' as const),
      subjects: fc.array(subject, { minLength: 1, maxLength: 3 }),
    }),
  },
);

export function registerParity(name: string, createHarness: () => Promise<StorageHarness>, numRuns: number): void {
  describe(`registers, engine and ${name}`, () => {
    it('[STO-29] come to the same people, cards, owners of fixes and area versions', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), fc.nat(3), async (steps, batchSize) => {
          const harness = await createHarness();
          try {
            await compare(harness, steps, batchSize + 1);
          } finally {
            await harness.close();
          }
        }),
        { numRuns },
      );
    }, 120_000);
  });
}

async function compare(harness: StorageHarness, steps: readonly Step[], batchSize: number): Promise<void> {
  const run = new EngineRun();
  const owners = new Map<number, string>();
  let atMs = T0;
  for (const { kind, isJoint, ...what } of steps) {
    atMs += 10_000;
    const stage = isJoint ? ({ stage: 'joint' } as const) : {};
    if (kind === 'fixes') {
      const { subjects } = what as Extract<Step, { kind: 'fixes' }>;
      const fixes = subjects.map((of, i): FixInput => ({ ...of, ...lngLatAt(500, 500), atMs: atMs + i }));
      run.take(run.sequence.next('fixes', createFixBatch(fixes, stage), atMs + subjects.length));
      subjects.forEach((of, i) => {
        owners.set(atMs + i, isJoint ? `joint:${of.person ?? `card:${of.card}`}` : ownerOf(run, of));
      });
    } else {
      const { records } = what as Extract<Step, { kind: 'persons' }>;
      const origin = createOrigin({ received: records.length, ...stage });
      run.take(run.sequence.next(kind, { origin, records } as never, atMs));
    }
  }

  const store = harness.open();
  await store.claim({ term: 1, epoch: 'epoch-1', first: { nextSeq: 1, alarmsNextSeq: 1 } });
  for (let from = 0; from < run.entries.length; from += batchSize) {
    const entries: LogEntry[] = run.entries.slice(from, from + batchSize);
    const nextSeq = (entries.at(-1)?.seq ?? 0) + 1;
    await store.apply({ entries, unfit: [], effects: [], nextSeq, alarmsNextSeq: 1 });
  }

  const stored = new Map((await harness.positions()).map((row) => [row.observedAtMs, row.person]));
  expect([...stored].sort()).toEqual([...owners].sort());

  const inStore = (await harness.persons())
    .filter((row) => row.registered && !row.deleted)
    .map(({ personId, cardNo, name }) => ({ personId, cardNo, name }));
  const inEngine = run.engine.park.people.views
    .filter((view) => view !== null && view.type !== 'unidentified')
    .map((view) => ({ personId: view?.personId, cardNo: view?.cardNo, name: view?.name }));
  type Named = { readonly personId?: string | null | undefined };
  const byId = (a: Named, b: Named): number => (String(a.personId) < String(b.personId) ? -1 : 1);
  expect(inEngine.sort(byId)).toEqual(inStore.sort(byId));

  for (const areaId of ['a1', 'a2']) {
    const { versions, name, deleted: isDeleted } = await harness.areaVersions(areaId);
    const known = run.engine.areaViews().find((view) => view.areaId === areaId);
    expect(known === undefined).toBe(isDeleted !== false);
    if (known !== undefined)
      expect({ name: known.name, version: known.version }).toEqual({ name, version: versions.length });
  }
}

/** As the harness names it, by the state after the entry: fixes change no owner. */
function ownerOf(
  run: EngineRun,
  { person: personId, card }: { readonly person?: string; readonly card?: string },
): string {
  const { people } = run.engine.park;
  const slot = people.slotOf(COMPANY, personId ?? card ?? '', card !== undefined);
  const view = people.views[slot];
  return view?.personId ?? `card:${view?.cardNo}`;
}
