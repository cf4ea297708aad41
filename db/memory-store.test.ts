import { registerParity } from '../test/contract/register-parity.ts';
import { storageContract } from '../test/contract/storage.ts';
import { storageBooksContract } from '../test/contract/storage-books.ts';
import { storageExactness } from '../test/contract/storage-exactness.ts';
import type { PermitView, PersonRowView, PositionView, StorageHarness } from '../test/contract/storage-harness.ts';
import { storagePermitsContract } from '../test/contract/storage-permits.ts';
import { storageRegistersContract } from '../test/contract/storage-registers.ts';
import { storageVendorContract } from '../test/contract/storage-vendor.ts';
import { NULL_INT2, NULL_INT4 } from './copy/position-columns.ts';
import { createMemoryDatabase, MemoryStore } from './memory-store.ts';
import type { MemoryPosition } from './memory-tables.ts';
import { permitRow } from './permits/permit-row.ts';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const int4 = (value: number): number | null => (value === NULL_INT4 ? null : value);
const int2 = (value: number): number | null => (value === NULL_INT2 ? null : value);

async function createHarness(): Promise<StorageHarness> {
  const database = createMemoryDatabase();
  const nameOf = (id: number): string => {
    const person = database.tables.people.find((candidate) => candidate.id === id);
    return `${person?.jointTest === true ? 'joint:' : ''}${person?.personId ?? `card:${person?.cardNo}`}`;
  };
  const viewOf = ({ personId, observedAtMs, source, row }: MemoryPosition): PositionView => ({
    person: nameOf(personId),
    observedAtMs,
    source,
    lng: int4(row.lng[0]!),
    lat: int4(row.lat[0]!),
    heightCm: int4(row.heightCm[0]!),
    delayMs: row.delayMs[0]!,
    accuracyDm: int2(row.accuracyDm[0]!),
    flags: row.flags[0]!,
  });
  return {
    open: () => new MemoryStore(database),
    positions: async () =>
      [...database.tables.positions.values()]
        .map(viewOf)
        .sort((a, b) => compare(a.person, b.person) || a.observedAtMs - b.observedAtMs || compare(a.source, b.source)),
    latest: async () =>
      [...database.tables.latest.values()]
        .map(({ personId, source, observedAtMs }) => ({ person: nameOf(personId), source, observedAtMs }))
        .sort((a, b) => compare(a.person + a.source, b.person + b.source)),
    persons: async () =>
      database.tables.people
        .filter((person) => !person.jointTest)
        .map(
          ({ personId, cardNo, name, type, standing, deleted }): PersonRowView => ({
            personId,
            cardNo,
            name,
            type,
            registered: standing !== null,
            deleted,
          }),
        )
        .sort((a, b) => compare(a.personId ?? '', b.personId ?? '') || compare(a.cardNo ?? '', b.cardNo ?? '')),
    areaVersions: async (areaId) => {
      const area = [...database.tables.areas.values()].find((candidate) => candidate.record.areaId === areaId);
      return {
        versions: (area?.versions ?? []).map((version) => version.record.name),
        name: area?.record.name ?? null,
        deleted: area?.record.deleted ?? null,
      };
    },
    alarms: async () => [...database.tables.alarms.values()],
    transitions: async () =>
      [...database.tables.transitions.values()].map(({ seq, alarm }) => ({
        seq,
        alarmId: alarm.alarmId,
        transition: alarm.transition,
      })),
    docs: async () =>
      [...database.tables.docs]
        .sort(([a], [b]) => compare(a, b))
        .map(([doc, { key, gone, companyCodes, value, doc: kind }]) => ({
          doc,
          gone,
          companyCodes,
          value,
          changes: [...database.tables.docChanges.values()].filter((c) => c.doc.doc === kind && c.doc.key === key)
            .length,
        })),
    acts: async () => [...database.tables.acts.values()],
    audits: async () => database.tables.audits,
    ledger: async () =>
      [...database.tables.ledger.values()].sort(
        (a, b) => compare(a.interface, b.interface) || a.minuteMs - b.minuteMs || compare(a.companyCode, b.companyCode),
      ),
    refusals: async () => [...database.tables.refusals.values()],
    quarantine: async () =>
      [...database.tables.quarantine.values()]
        .map(({ kept, ...row }) => ({ ...row, records: kept === null ? null : kept.received - kept.refused }))
        .sort((a, b) => a.seq - b.seq || compare(a.namedBy, b.namedBy)),
    aliases: async () =>
      database.tables.people.flatMap((tag) => {
        const first = database.tables.firstWearers.get(`${tag.companyCode}/${tag.cardNo}`);
        if (tag.personId !== null || tag.jointTest || first === undefined) return [];
        return [{ person: nameOf(first.personId), tag: tag.cardNo ?? '', untilMs: first.sinceMs }];
      }),
    vendorRecords: async () =>
      [...database.tables.vendorRecords.values()]
        .map(({ scope, standing: _, ...row }) => ({ ...row, jointTest: scope.endsWith('/joint') }))
        .sort(
          (a, b) =>
            compare(a.interface, b.interface) ||
            compare(a.recordId, b.recordId) ||
            Number(a.jointTest) - Number(b.jointTest),
        ),
    registerRows: async (register, keys) =>
      keys.flatMap((key) =>
        [...database.tables.registerRows.values()].filter(
          (row) => row.register === register && row.key === key && !row.gone,
        ),
      ),
    heartbeats: async () =>
      [...database.tables.heartbeats].map(([key, { companyCode, interfaceName, mode, intervalS, receivedAtMs }]) => ({
        companyCode,
        interface: interfaceName,
        jointTest: key.includes('/joint/'),
        mode,
        intervalS,
        receivedAtMs,
      })),
    newestReadings: async () =>
      [...database.tables.newestReadings]
        .map(([key, { pointId, value, isSounding, collectedAtMs }]) => ({
          companyCode: key.slice(0, key.length - pointId.length - 1),
          pointId,
          value,
          isSounding,
          atMs: collectedAtMs,
        }))
        .sort((a, b) => compare(a.companyCode, b.companyCode) || compare(a.pointId, b.pointId)),
    sensorReports: async () =>
      [...database.tables.sensorReports.values()]
        .map(({ dataId, collectedAtMs, readings }) => ({ dataId, collectedAtMs, readings }))
        .sort((a, b) => compare(a.dataId, b.dataId) || a.collectedAtMs - b.collectedAtMs),
    permits: async () =>
      [...database.tables.permits.values()]
        .map(({ companyCode, jointTest, state }): PermitView => {
          const row = permitRow(state);
          const alarms = [...database.tables.alarms.values()].filter(
            ({ permit, falseMark }) =>
              falseMark === null && permit?.companyCode === companyCode && permit.permitId === state.permitId,
          );
          const counted = jointTest ? [] : alarms;
          return {
            companyCode,
            jointTest,
            state,
            row: { ...row, words: row.words.normalize('NFKC').toLowerCase() },
            alarms: {
              count: counted.length,
              open: counted.filter(({ endedAtMs }) => endedAtMs === null).length,
              worst: counted.length === 0 ? null : Math.min(...counted.map(({ level }) => level)),
            },
          };
        })
        .sort(
          (a, b) =>
            compare(a.companyCode, b.companyCode) ||
            compare(a.row.permitId, b.row.permitId) ||
            Number(a.jointTest) - Number(b.jointTest),
        ),
    permitWords: async () =>
      [...database.tables.permitWords.values()]
        .sort(
          (a, b) =>
            compare(a.permitId, b.permitId) ||
            (a.record.updatedAtMs ?? 0) - (b.record.updatedAtMs ?? 0) ||
            compare(a.hash, b.hash),
        )
        .map(({ companyCode, permitId, jointTest, appId, receivedAtMs, record }) => ({
          companyCode,
          permitId,
          jointTest,
          appId,
          receivedAtMs,
          said: record,
        })),
    permitMonths: async () =>
      [...database.tables.permitMonths]
        .filter(([, permits]) => permits !== 0)
        .sort(([a], [b]) => compare(a, b))
        .map(([key, permits]) => {
          const [month = '', companyCode = '', workCode = ''] = key.split('/');
          return { month, companyCode, workCode, permits };
        }),
    samples: async () =>
      [...database.tables.samples.values()]
        .map(({ interface: name, sample, batchId, receivedAtMs }) => ({
          interface: name,
          sample,
          batchId,
          firstAtMs: receivedAtMs,
        }))
        .sort((a, b) => compare(a.interface, b.interface) || compare(a.sample, b.sample)),
    failNextCommit: async () => {
      database.nextFailure = new Error('crash');
    },
    close: async () => {},
  };
}

storageContract('memory', createHarness);
storageBooksContract('memory', createHarness);
storageVendorContract('memory', createHarness);
storagePermitsContract('memory', createHarness, 60);
storageRegistersContract('memory', createHarness);
storageExactness('memory', createHarness, 300);
registerParity('memory', createHarness, 400);
