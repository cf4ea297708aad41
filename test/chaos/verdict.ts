/**
 * Whether a park came through: its rows, books, alarms, engine and screens against the log and the supplier's own books.
 * Every check says what it found; nothing stops at the first.
 */

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LedgerReport } from '../../server/cli/ledger.ts';
import { SnapshotFiles } from '../../server/snapshot-files.ts';
import { BlobArchive } from '../../stream/archive/blob-archive.ts';
import { FileBlobs } from '../../stream/archive/file-blobs.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisOpsAlarms } from '../../stream/redis-ops-alarms.ts';
import { shown } from '../builders/shown.ts';
import { fixKey, tagKey } from './company-log.ts';
import { type CrashPark, PARK } from './crash-park.ts';
import { isSoon, type Transition } from './oracle.ts';
import { SUPPLIED, type Supplier } from './supplier.ts';

const SETTLE_LIMIT_MS = 60_000;

export async function verdict(park: CrashPark, supplier: Supplier): Promise<string[]> {
  const { oracle, stack } = park;
  const { companyCode } = supplier.vendor.credential;
  const seq = (await headOf(park)).seq;
  const isStored = await isSoon(SETTLE_LIMIT_MS, async () => {
    await oracle.advance();
    const { rows } = await stack.sql('SELECT next_seq, alarms_next_seq FROM reader_offset WHERE reader = $1', [
      'store',
    ]);
    const lastItem = oracle.items.findLast((item) => item.seq <= seq)?.seq ?? 0;
    return Number(rows[0]?.next_seq) > seq && Number(rows[0]?.alarms_next_seq) > lastItem;
  });
  if (!isStored) return [`the store did not come to entry ${seq}`];
  const parts = await Promise.all([
    logAgainstRows(park, companyCode),
    registers(park, companyCode),
    ledger(park, supplier),
    alarms(park, seq),
    documents(park, seq),
    engine(park, seq),
    archive(park),
    opsAlarms(park),
    screenShows(park, 0),
    screenShows(park, 1),
  ]);
  return [...sentAgainstLog(park, supplier), ...parts.flat()];
}

const headOf = async ({ redis }: CrashPark) => new RedisLog({ redis, park: PARK }).head();

function sentAgainstLog({ oracle }: CrashPark, { acknowledged, sent, vendor }: Supplier): string[] {
  const log = oracle.of(vendor.credential.companyCode);
  const known = new Set(log.batchIds);
  const unknownToSender = [...log.fixKeys].filter((key) => !sent.fixKeys.has(key) && !log.untimedKeys.has(key));
  return [
    ...some(
      'acknowledged batches that are not in the log',
      acknowledged.batchIds.filter((id) => !known.has(id)),
    ),
    ...some(
      'batches that are in the log twice',
      log.batchIds.filter((id, n) => log.batchIds.indexOf(id) !== n),
    ),
    ...some(
      'acknowledged positions that are not in the log',
      [...acknowledged.fixKeys].filter((key) => !log.fixKeys.has(key)),
    ),
    ...some('positions that nobody sent', unknownToSender),
    ...(log.untimedKeys.size > sent.untimedSos ? ['more calls for help without a time than were sent'] : []),
    ...SUPPLIED.flatMap((kind) => {
      const [answered, accepted, begun] = [acknowledged.records[kind], log.records.get(kind) ?? 0, sent.records[kind]];
      if (answered <= accepted && accepted <= begun) return [];
      return [`${kind}: acknowledged ${answered} <= accepted ${accepted} <= sent ${begun} does not hold`];
    }),
    ...some('entries set aside', oracle.quarantined),
    ...some('ticks of a watch that was relieved', oracle.staleTicks),
  ];
}

async function logAgainstRows({ oracle, stack }: CrashPark, companyCode: string): Promise<string[]> {
  const log = oracle.of(companyCode);
  const { rows: fixes } = await stack.sql(
    `SELECT person.person_id, card_no, (extract(epoch FROM observed_at) * 1000)::float8 AS at, fix_source.name AS source
     FROM position JOIN person ON person.id = position.person_id JOIN fix_source ON fix_source.id = position.source
     WHERE company_code = $1`,
    [companyCode],
  );
  const stored = fixes.map((row) => fixKey(row.person_id ?? tagKey(row.card_no), Math.round(row.at), row.source));
  const distinct = new Set(stored);
  return [
    ...some('positions stored twice', stored.length === distinct.size ? [] : [stored.length - distinct.size]),
    ...some(
      'positions of the log that are not stored',
      [...log.ownedKeys].filter((key) => !distinct.has(key)),
    ),
    ...some(
      'positions stored that are not in the log',
      [...distinct].filter((key) => !log.ownedKeys.has(key)),
    ),
  ];
}

/** What is kept by id is what was said last. */
async function registers({ oracle, stack }: CrashPark, companyCode: string): Promise<string[]> {
  const log = oracle.of(companyCode);
  const standing = async (query: string): Promise<Map<string, unknown>> => {
    const { rows } = await stack.sql(query, [companyCode]);
    return new Map(rows.map(({ id, ...row }) => [id, row]));
  };
  const [persons, cards, personAlarms, heartbeats] = await Promise.all([
    standing('SELECT person_id AS id, name, deleted FROM person WHERE company_code = $1 AND registered'),
    standing(
      `SELECT card_no AS id, person_id AS wearer FROM person
       WHERE company_code = $1 AND person_id IS NOT NULL AND card_no IS NOT NULL`,
    ),
    standing(
      `SELECT record_id AS id, deleted, (extract(epoch FROM ended_at) * 1000)::float8 AS "endedAtMs" FROM vendor_record
       WHERE company_code = $1 AND interface = 'person-alarms'`,
    ),
    standing('SELECT interface AS id, mode, interval_s AS "intervalS" FROM heartbeat WHERE company_code = $1'),
  ]);
  const wearers = new Map([...log.wearers].map(([cardNo, wearer]) => [cardNo, { wearer }]));
  return [
    ...some('people stored otherwise than they were sent last', unlike(log.persons, persons)),
    ...some('cards with another wearer than was sent last', unlike(wearers, cards)),
    ...some("vendors' alarms stored otherwise than they were sent last", unlike(log.personAlarms, personAlarms)),
    ...some('heartbeats stored otherwise than they were sent last', unlike(log.heartbeats, heartbeats)),
  ];
}

/** Keys under which the two differ. */
function unlike(ones: ReadonlyMap<string, unknown>, others: ReadonlyMap<string, unknown>): string[] {
  const all = new Set([...ones.keys(), ...others.keys()]);
  return [...all].filter((key) => !isDeepStrictEqual(ones.get(key), others.get(key)));
}

async function ledger({ oracle, stack }: CrashPark, { vendor }: Supplier): Promise<string[]> {
  const { companyCode } = vendor.credential;
  const log = oracle.of(companyCode);
  let report: LedgerReport;
  try {
    [report] = (await stack.park('ledger', '--company', companyCode)) as unknown as [LedgerReport];
  } catch (error) {
    return [`the books do not balance: ${error}`];
  }
  const books = new Map(report.lines.map((line) => [line.interface, line]));
  const positions = books.get('positions')?.stored ?? 0;
  return [
    ...SUPPLIED.flatMap((kind) => {
      const [line, inLog] = [books.get(kind), log.records.get(kind) ?? 0];
      const taken =
        line === undefined ? 0 : line.stored + line.duplicate + line.superseded + line.quarantined + line.pending;
      return taken === inLog ? [] : [`the ledger has ${taken} records of ${kind}, the log ${inLog}`];
    }),
    ...(positions === log.ownedKeys.size
      ? []
      : [`the ledger has ${positions} positions, the log ${log.ownedKeys.size}`]),
  ];
}

async function alarms({ oracle, stack, screens }: CrashPark, seq: number): Promise<string[]> {
  const { rows } = await stack.sql(
    `SELECT seq::int, ordinal::int, alarm_id AS "alarmId", transition, view FROM alarm_transition
     WHERE seq <= $1 ORDER BY epoch, seq, ordinal`,
    [seq],
  );
  const expected = plain(oracle.transitions.filter((transition) => transition.seq <= seq));
  const kept = screens.flatMap((screen) => screen.keptActs);
  const { rows: acts } = await stack.sql('SELECT act_id FROM act WHERE act_id = ANY($1)', [kept]);
  return [
    ...some('transitions that are not stored, or otherwise', differences(expected, rows)),
    ...some('transitions that are stored and should not be', differences(rows, expected)),
    ...some('alarms raised more than once', raisedAgain(rows.map((row) => row.view))),
    ...(acts.length === new Set(kept).size ? [] : [`${kept.length} acts were answered as kept, ${acts.length} are`]),
  ];
}

/** Orders, shelves, deliveries and whatever else stands: every change as the undisturbed engine made it. */
async function documents({ oracle, stack }: CrashPark, seq: number): Promise<string[]> {
  const { rows } = await stack.sql(
    `SELECT seq::int, ordinal::int, kind, key, gone, value FROM doc_change WHERE seq <= $1 ORDER BY epoch, seq, ordinal`,
    [seq],
  );
  const expected: typeof rows = JSON.parse(JSON.stringify(oracle.docChanges.filter((change) => change.seq <= seq)));
  const keyOf = (change: (typeof rows)[number]): string =>
    `${change.seq}.${change.ordinal} ${change.kind}:${change.key}`;
  const [stored, said] = [rows, expected].map((ones) => new Map(ones.map((one) => [keyOf(one), one])));
  return some('changes of documents that are stored otherwise', unlike(said ?? new Map(), stored ?? new Map()));
}

/** The watch's own state, as of a snapshot that it took after everything. */
async function engine({ oracle, stack }: CrashPark, seq: number): Promise<string[]> {
  const files = new SnapshotFiles(join(stack.dataFolder, 'snapshots', PARK));
  let problem: string | null = 'no snapshot';
  const isTaken = await isSoon(SETTLE_LIMIT_MS, async () => {
    const newest = (await files.list())[0];
    const bytes = newest === undefined || newest.seq < seq ? null : await files.get(newest);
    if (bytes === null) return false;
    await oracle.advance();
    problem = oracle.compare(bytes);
    return true;
  });
  if (!isTaken) return [`no snapshot of entry ${seq} or later`];
  return problem === null ? [] : [problem];
}

/** What the archive has by now, which may end some seconds before the log. */
async function archive({ archiveWatch, oracle, stack }: CrashPark): Promise<string[]> {
  const reader = new BlobArchive(new FileBlobs(join(stack.dataFolder, 'archive', PARK)));
  const segments = await reader.segments();
  const last = Math.max(0, ...segments.map((segment) => segment.lastSeq));
  await oracle.advance();
  const wrong: number[] = [];
  if (last > 0) {
    for await (const entry of reader.entries(oracle.epoch, 1, last)) {
      const ours = oracle.raw(entry.seq);
      const isSame =
        ours?.kind === entry.kind && ours.receivedAtMs === entry.receivedAtMs && !Buffer.compare(ours.body, entry.body);
      if (!isSame) wrong.push(entry.seq);
    }
  }
  return [
    ...some('entries that the archive has otherwise', wrong),
    ...some('times that the archive said to have what is not on its disk, at entries', archiveWatch.ahead),
  ];
}

/** What the park itself says of its books, its log and its state. */
async function opsAlarms({ redis }: CrashPark): Promise<string[]> {
  const standing = await new RedisOpsAlarms({ redis, park: PARK }).list();
  const grave: readonly string[] = ['ledger-unbalanced', 'entry-quarantined', 'log-range-lost', 'digest-differs'];
  return standing
    .filter(({ code }) => grave.includes(code))
    .map(({ code, subject, detail }) => `ops alarm ${code} of ${subject}: ${detail}`);
}

async function screenShows({ oracle, screens }: CrashPark, n: 0 | 1): Promise<string[]> {
  const screen = screens[n];
  const { picture } = screen.client;
  let differs: string[] = [];
  const isSame = await isSoon(SETTLE_LIMIT_MS, async () => {
    await oracle.advance();
    const [theirs, ours] = [shown(picture, null), shown(oracle.picture(), null)];
    differs = (Object.keys(ours) as (keyof typeof ours)[]).filter(
      (part) => !isDeepStrictEqual(theirs[part], ours[part]),
    );
    return differs.length === 0;
  });
  const isCovered = (seq: number): boolean => screen.jumps.some(([from, to]) => from < seq && seq <= to);
  const seen = new Set(screen.items.map((item) => item.seq));
  const missed = oracle.items.filter(({ seq }) => seq <= picture.seq && !seen.has(seq) && !isCovered(seq));
  const views = screen.items.flatMap(({ effects }) => effects.flatMap((e) => (e.t === 'alarm' ? [e.alarm] : [])));
  return [
    ...(isSame ? [] : [`screen ${n} shows another park: ${differs.join(', ')}`]),
    ...some(
      `items that screen ${n} missed`,
      missed.map((item) => item.seq),
    ),
    ...some(`alarms raised on screen ${n} more than once`, raisedAgain(views)),
  ];
}

/** Ids that were raised more than once; an SOS may be, when it comes again after it was withdrawn. */
function raisedAgain(views: readonly AlarmView[]): string[] {
  const known = new Set<string>();
  const again: string[] = [];
  for (const { alarmId, rule, transition, endedAtMs } of views) {
    if (transition === 'raised' && known.has(alarmId)) again.push(alarmId);
    if (rule === 'sos' && endedAtMs !== null) known.delete(alarmId);
    else known.add(alarmId);
  }
  return again;
}

/** As it comes back from JSON: no undefined, no NaN. */
const plain = (transitions: readonly Transition[]): Transition[] => JSON.parse(JSON.stringify(transitions));

/** Of `some`, those that `others` lacks or has otherwise. */
function differences(ones: readonly Transition[], others: readonly Transition[]): string[] {
  const by = new Map(others.map((other) => [`${other.seq}.${other.ordinal}`, other]));
  return ones
    .filter((one) => !isDeepStrictEqual({ ...one }, { ...by.get(`${one.seq}.${one.ordinal}`) }))
    .map((one) => `${one.seq}.${one.ordinal} ${one.transition} of ${one.alarmId}`);
}

function some(what: string, items: readonly (string | number)[]): string[] {
  if (items.length === 0) return [];
  const more = items.length > 5 ? ', ...' : '';
  return [`${items.length} ${what}: ${items.slice(0, 5).join(', ')}${more}`];
}
