import { ManualClock } from '../core/clock.ts';
import { describeLanes } from '../test/contract/lanes.ts';
import { describeLeases } from '../test/contract/lease.ts';
import { describeReaders } from '../test/contract/log-readers.ts';
import { describeLogStores } from '../test/contract/log-snapshots.ts';
import { describeOpsAlarms } from '../test/contract/ops-alarms.ts';
import { MemoryLaneReader, MemoryLanes, MemoryWatchPublisher } from './memory-lanes.ts';
import { MemoryLeaseKeeper, MemoryLeaseMembers, MemoryLeases } from './memory-lease.ts';
import { MemoryReaderRegistry } from './memory-readers.ts';
import { MemoryOpsAlarms } from './redis-ops-alarms.ts';
import { MemoryQuarantineSet } from './redis-quarantine.ts';
import { MemorySnapshotStore } from './redis-snapshots.ts';

describeLanes('MemoryLanes', async () => {
  const lanes = new MemoryLanes(new ManualClock(1_764_000_000_000));
  return {
    publisher: () => new MemoryWatchPublisher(lanes),
    reader: () => new MemoryLaneReader(lanes),
    grant: async (term) => {
      lanes.term = term;
    },
    trimEffects: async (firstSeq) => lanes.trimEffects(firstSeq),
    restart: async () => lanes.restart('epoch-2'),
    close: async () => {},
  };
});

describeLeases('MemoryLeaseKeeper', async () => {
  const clock = new ManualClock(0);
  const leases = new MemoryLeases(clock);
  return {
    keeper: () => new MemoryLeaseKeeper(leases),
    members: () => new MemoryLeaseMembers(leases),
    expire: async () => clock.advance(60_000),
    pass: async (ms) => clock.advance(ms),
    close: async () => {},
  };
});

describeReaders('MemoryReaderRegistry', async () => {
  const terms = new Map<string, number>();
  const registry = new MemoryReaderRegistry(terms);
  return {
    registry: () => registry,
    grant: async (lease, term) => void terms.set(lease, term),
    close: async () => {},
  };
});

describeLogStores('memory stores of the log', async () => {
  const terms = new Map<string, number>();
  return {
    snapshots: new MemorySnapshotStore(terms),
    quarantine: new MemoryQuarantineSet(terms),
    grant: async (term) => void terms.set('watch', term),
    close: async () => {},
  };
});

describeOpsAlarms('MemoryOpsAlarms', async () => {
  const alarms = new MemoryOpsAlarms();
  return { alarms: () => alarms, close: async () => {} };
});
