/** What the log holds of one company, told from its entries in their order: the suite's own words for what must be stored. */
import { ledgerInterface, type RecordEntry } from '../../db/store-port.ts';
import { ABSENT_U16, FIX_FLAG, type FixBatch, type PersonRecord } from '../../stream/protocol/entry.ts';
import type { InterfaceName } from '../../stream/protocol/vocabulary.ts';

/** By what positions are told apart. `subject`: a PERSON_ID, or `tagKey`. */
export const fixKey = (subject: string, observedAtMs: number, source: string): string =>
  `${subject} ${observedAtMs} ${source}`;

/** A tag, as a subject. */
export const tagKey = (cardNo: string): string => `#${cardNo}`;

export interface KnownPerson {
  readonly name: string;
  readonly deleted: boolean;
}

export interface KnownAlarm {
  readonly deleted: boolean;
  readonly endedAtMs: number | null;
}

export interface KnownHeartbeat {
  readonly mode: string;
  readonly intervalS: number | null;
}

export class CompanyLog {
  readonly batchIds: string[] = [];
  /** Records in entries, by interface. */
  readonly records = new Map<InterfaceName, number>();
  /** Positions under the subject that they were sent with. */
  readonly fixKeys = new Set<string>();
  /** Of them the calls for help that came without a time: the sender does not know these keys. */
  readonly untimedKeys = new Set<string>();
  /** Positions under whom they are of: a card's under its wearer's from the persons record on. */
  readonly ownedKeys = new Set<string>();
  /** What was said last of each person, in the order of the log. */
  readonly persons = new Map<string, KnownPerson>();
  /** Who wears which card. */
  readonly wearers = new Map<string, string>();
  readonly personAlarms = new Map<string, KnownAlarm>();
  readonly heartbeats = new Map<string, KnownHeartbeat>();

  take(entry: RecordEntry): void {
    const { origin } = entry.body;
    const interfaceName = ledgerInterface(entry);
    const count = entry.kind === 'fixes' ? entry.body.count : entry.body.records.length;
    this.batchIds.push(origin.batchId);
    this.records.set(interfaceName, (this.records.get(interfaceName) ?? 0) + count);
    if (entry.kind === 'fixes') this.#takeFixes(entry.body);
    if (entry.kind === 'persons') for (const record of entry.body.records) this.#takePerson(record);
    if (entry.kind === 'personAlarms') {
      for (const { alarmId, deleted, endedAtMs } of entry.body.records) {
        this.personAlarms.set(alarmId, { deleted, endedAtMs });
      }
    }
    if (entry.kind === 'heartbeats') {
      for (const { interfaceName: of, mode, intervalS } of entry.body.records) {
        this.heartbeats.set(of, { mode, intervalS });
      }
    }
  }

  #takePerson({ personId, name, deleted, cardNo }: PersonRecord): void {
    this.persons.set(personId, { name, deleted });
    for (const [card, wearer] of this.wearers) if (wearer === personId) this.wearers.delete(card);
    if (cardNo !== null && !deleted) this.wearers.set(cardNo, personId);
  }

  #takeFixes(batch: FixBatch): void {
    for (let n = 0; n < batch.count; n++) {
      const name = batch.strings[batch.subjectIndex[n]!] ?? '';
      const source = batch.sourceIndex[n] === ABSENT_U16 ? '' : (batch.strings[batch.sourceIndex[n]!] ?? '');
      const isCard = (batch.flags[n]! & FIX_FLAG.byCard) !== 0;
      const subject = isCard ? tagKey(name) : name;
      const owner = isCard ? (this.wearers.get(name) ?? subject) : subject;
      const key = fixKey(subject, batch.observedAtMs[n]!, source);
      this.fixKeys.add(key);
      this.ownedKeys.add(fixKey(owner, batch.observedAtMs[n]!, source));
      if ((batch.flags[n]! & FIX_FLAG.timeReplaced) !== 0) this.untimedKeys.add(key);
    }
  }
}
