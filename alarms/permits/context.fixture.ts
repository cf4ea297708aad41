/** What a judge is given where nobody has said anything: no calendar, no weather, no registers, no other permits. */
import { parkDayNumber } from '../../core/park-time.ts';
import { editionOn } from '../../standard/gb30871.ts';
import type { PermitState } from '../../stream/protocol/permit-merge.ts';
import { DEFAULT_RULE_SETTINGS } from '../rule-settings.ts';
import { dateOf, NO_CALENDAR } from '../shifts.ts';
import type { JudgeContext } from './finding.ts';

export interface GivenContext {
  readonly context: JudgeContext;
  /** Instants at which judges asked to be asked again. */
  readonly again: number[];
}

export function contextFor(state: PermitState, nowMs: number, given: Partial<JudgeContext> = {}): GivenContext {
  const again: number[] = [];
  const edition = given.edition ?? editionOn(dateOf(parkDayNumber(nowMs)));
  const context: JudgeContext = {
    nowMs,
    settings: DEFAULT_RULE_SETTINGS.permit,
    calendar: NO_CALENDAR,
    edition,
    duty: edition.duties[state.fields.workCode ?? ''] ?? null,
    inExArea: state.fields.inExArea ?? null,
    hazardSourceCode: state.fields.hazardSourceCode ?? null,
    outsideM: null,
    suspectDatum: null,
    people: [],
    weather: [],
    again: (atMs) => again.push(atMs),
    permitBy: () => undefined,
    near: () => [],
    sameActivity: () => [],
    unit: () => undefined,
    unitByName: () => undefined,
    worker: () => undefined,
    certificate: () => undefined,
    commitment: () => null,
    permitsOfDay: () => [],
    booking: () => null,
    hasActivity: false,
    cameraCodes: [],
    camera: () => undefined,
    ...given,
  };
  return { context, again };
}
