/**
 * Shelves (ISA-18.2): a person puts alarms of a rule, an area, a person aside for a while, with a reason; standing ones at
 * once, new ones as they are raised. When the time is over, or somebody ends it, what is active still asks anew. A shelf is a
 * standing document and that is its whole state. An SOS is in no scope.
 */
import { shelveAlarm, unshelveAlarm } from '../alarms/life-cycle.ts';
import { readActInput } from '../stream/protocol/act-input.ts';
import { needsReason } from '../stream/protocol/act-rules.ts';
import type { ShelfScope, ShelveInput, UnshelveInput } from '../stream/protocol/acts.ts';
import type { AlarmView, Effect } from '../stream/protocol/effects.ts';
import type { ActBody, LogEntry } from '../stream/protocol/entry.ts';
import { isInScope, type Shelf } from '../stream/protocol/shelves.ts';
import { isAllowed } from './acts.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';

export class Shelves implements Part {
  readonly name = 'shelves';

  /** Raised into a shelf: it makes no sound, not even once. */
  beforeAlarm(park: Park, next: AlarmView): AlarmView {
    const shelf = next.transition === 'raised' ? shelfOf(park, next) : undefined;
    return shelf === undefined ? next : { ...next, shelfId: shelf.shelfId, actedBy: shelf.by, why: shelf.reason };
  }

  onEntry(park: Park, entry: LogEntry, effects: Effect[]): void {
    if (entry.kind !== 'act' || (entry.body.act !== 'shelve' && entry.body.act !== 'unshelve')) return;
    const input = readActInput(entry.body.act, entry.body.input);
    if (input == null || !isAllowed(entry.body) || entry.body.companyCode !== null) return;
    if ('scope' in input) shelve(park, entry.body, input, effects);
    else unshelve(park, entry.body, input as UnshelveInput, effects);
  }

  onTick(park: Park, effects: Effect[]): void {
    for (const shelf of park.docs.values('shelf')) {
      if (shelf.untilMs <= park.nowMs) endShelf(park, shelf, null, effects);
    }
  }

  /** The documents say it all. */
  save(): readonly unknown[] {
    return [];
  }
  load(): void {
    // nothing of its own
  }
}

function shelve(park: Park, act: ActBody, { scope, untilMs }: ShelveInput, effects: Effect[]): void {
  const reason = act.comment?.trim() ?? '';
  if (scope.rule === 'sos' || untilMs <= park.nowMs || (needsReason('shelve') && reason === '')) return;
  if (park.docs.get('shelf', act.actId) !== undefined) return;
  const shelf: Shelf = {
    shelfId: act.actId,
    scope,
    reason,
    by: act.userName,
    fromMs: park.nowMs,
    untilMs: Math.min(untilMs, park.nowMs + park.settings.lifeCycle.shelveMs),
    endedAtMs: null,
    endedBy: null,
  };
  park.docs.put('shelf', shelf.shelfId, shelf, companiesOf(scope), effects);
  for (const alarm of [...park.alarms.standing.values()]) {
    if (alarm.shelfId !== null || !isInScope(scope, alarm)) continue;
    park.applyAlarm(shelveAlarm(alarm, shelf.shelfId, { by: shelf.by, why: reason }), effects);
  }
}

function unshelve(park: Park, act: ActBody, { shelfId }: UnshelveInput, effects: Effect[]): void {
  const shelf = park.docs.get('shelf', shelfId);
  if (shelf !== undefined) endShelf(park, shelf, act, effects);
}

/** `act` null: its time is over. An alarm that another shelf takes in as well goes there. */
function endShelf(park: Park, shelf: Shelf, act: ActBody | null, effects: Effect[]): void {
  const endedBy = act?.userName ?? null;
  park.docs.end('shelf', shelf.shelfId, { ...shelf, endedAtMs: park.nowMs, endedBy }, effects);
  for (const alarm of [...park.alarms.standing.values()]) {
    if (alarm.shelfId !== shelf.shelfId) continue;
    const other = shelfOf(park, alarm);
    const next =
      other === undefined
        ? unshelveAlarm(alarm, park.nowMs, { by: endedBy, why: act?.comment ?? (act === null ? 'time-over' : 'ended') })
        : shelveAlarm(alarm, other.shelfId, { by: other.by, why: other.reason });
    park.applyAlarm(next, effects);
  }
}

const shelfOf = (park: Park, alarm: AlarmView): Shelf | undefined =>
  park.docs.values('shelf').find((shelf) => isInScope(shelf.scope, alarm));

/** Company of the area and of the person, who may see that their alarms are put aside. */
const companiesOf = ({ area, person }: ShelfScope): string[] => [
  ...new Set([area, person].flatMap((key) => key?.split('/', 1) ?? [])),
];
