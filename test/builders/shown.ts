/** What a screen shows, in an order of its own: two pictures are the same park when these are equal. */
import type { LivePicture } from '../../stream/protocol/live-picture.ts';

const by =
  <T>(key: (item: T) => string | number) =>
  (a: T, b: T) =>
    key(a) < key(b) ? -1 : 1;

/** Everything that a screen of this scope shows; `companyCode` null: the whole park. */
export function shown(picture: LivePicture, companyCode: string | null) {
  const { epoch, seq, bindings, areas, alarms, docs = [] } = picture.snapshotFor(companyCode);
  const people = [];
  for (let slot = 0; slot < picture.slotCount; slot++) {
    const person = picture.personAt(slot);
    if (!picture.isPresent(slot) || person === null) continue;
    if (companyCode !== null && person.companyCode !== companyCode) continue;
    people.push([slot, picture.generation[slot], picture.easting[slot], picture.northing[slot], person.personId]);
  }
  return {
    epoch,
    seq,
    bindings: [...bindings].sort(by((b) => b.slot)),
    areas: [...areas].sort(by((a) => `${a.companyCode}/${a.areaId}`)),
    alarms: [...alarms].sort(by((a) => a.alarmId)),
    docs: [...docs].sort(by((d) => `${d.doc}:${d.key}`)),
    people,
  };
}
