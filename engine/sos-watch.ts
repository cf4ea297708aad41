/** SOS per person: keeps the memory of alarms/sos.ts by slot. Only people who ever called have one. */
import { createSosMemory, type SosMemory } from '../alarms/sos.ts';

export interface SosData {
  memories: [number, number, SosMemory][];
}

export class SosWatch {
  readonly #bySlot = new Map<number, { generation: number; memory: SosMemory }>();

  /** The person's memory, made when missing. */
  memoryOf(slot: number, generation: number): SosMemory {
    let kept = this.#bySlot.get(slot);
    if (kept === undefined || kept.generation !== generation) {
      kept = { generation, memory: createSosMemory() };
      this.#bySlot.set(slot, kept);
    }
    return kept.memory;
  }

  /** The person's memory, or undefined for the many who never called. */
  known(slot: number): SosMemory | undefined {
    return this.#bySlot.get(slot)?.memory;
  }

  *all(): Iterable<[slot: number, memory: SosMemory]> {
    for (const [slot, { memory }] of this.#bySlot) yield [slot, memory];
  }

  forget(slot: number): void {
    this.#bySlot.delete(slot);
  }

  /** A copy that later calls do not change. */
  save(): SosData {
    return {
      memories: [...this.#bySlot].map(([slot, { generation, memory }]) => [slot, generation, copyOf(memory)]),
    };
  }

  static load(data: SosData): SosWatch {
    const watch = new SosWatch();
    for (const [slot, generation, memory] of data.memories) {
      // Engine version 1 held nothing back, none before 4 took a vendor's record.
      watch.#bySlot.set(slot, { generation, memory: { ...createSosMemory(), ...memory } });
    }
    return watch;
  }
}

const copyOf = (memory: SosMemory): SosMemory => ({
  ...memory,
  seenAtMs: [...memory.seenAtMs],
  seenRecords: [...memory.seenRecords],
  heldRecords: memory.heldRecords.map(([alarmId, atMs]) => [alarmId, atMs]),
});
