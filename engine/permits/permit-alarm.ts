/** The alarm that a finding about a permit makes, and what becomes of it while the finding goes on. */
import { ALARM_CLASSES } from '../../alarms/alarm-classes.ts';
import { alarmIdFrom } from '../../alarms/alarm-id.ts';
import type { AlarmChange, RaiseInput } from '../../alarms/life-cycle.ts';
import type { Finding } from '../../alarms/permits/finding.ts';
import { PERMIT_RULE_TABLE } from '../../standard/permit-rules.ts';
import type { AlarmPerson, AlarmPlace } from '../../stream/protocol/effects.ts';
import type { AlarmPermit } from '../../stream/protocol/permits.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { NOBODY } from '../alarm-table.ts';
import type { Park } from '../park.ts';
import { settingVersionsOf } from '../rules/alarm-input.ts';
import type { KeptPermit } from './permit-table.ts';

export const PERMIT_ALARM_VERSION = 1;

/** `permit` undefined: a vendor's alarm of a permit that nobody told of. */
export function permitAlarmInput(
  park: Park,
  key: string,
  permit: KeptPermit | undefined,
  finding: Finding,
  onsetAtMs: number,
): RaiseInput {
  const area = permit?.areaKey == null ? undefined : park.areas.byKey.get(permit.areaKey);
  const changing = permitAlarmChange(park, key, permit, finding);
  return {
    alarmId: alarmIdFrom(finding.rule, finding.about === '' ? key : `${key} ${finding.about}`, '', onsetAtMs),
    rule: finding.rule,
    ruleVersion: PERMIT_ALARM_VERSION,
    latched: ALARM_CLASSES[finding.rule].latched,
    subject: key,
    areaCompanyCode: area?.record.companyCode ?? null,
    areaId: area?.record.areaId ?? null,
    // A job has a place in words even where nobody drew its area.
    areaName: area?.record.name ?? permit?.state.fields.site ?? null,
    areaVersion: area?.version ?? null,
    onsetAtMs,
    raisedAtMs: park.nowMs,
    evidence: [],
    settingVersions: settingVersionsOf(park, [
      ['rules', ''],
      ['calendar', ''],
    ]),
    ...changing,
  };
}

type Changing = Required<
  Pick<
    AlarmChange,
    'level' | 'companyCodes' | 'slot' | 'generation' | 'person' | 'place' | 'people' | 'permit' | 'radiusM'
  >
>;

export function permitAlarmChange(park: Park, key: string, permit: KeptPermit | undefined, finding: Finding): Changing {
  const people = finding.people ?? [];
  const slot = people.length === 1 ? slotOf(park, people[0]!) : NOBODY;
  const companyCode = permit?.state.companyCode ?? companyOfKey(key);
  return {
    level: levelOf(park, finding),
    companyCodes: [...new Set([companyCode, ...people.map((person) => person.companyCode)])],
    slot,
    generation: slot === NOBODY ? 0 : park.people.generation[slot]!,
    person: slot === NOBODY ? null : park.people.views[slot]!,
    people,
    place: permit === undefined ? null : placeOf(park, permit),
    radiusM: permit === undefined || permit.place === null ? null : permit.radiusM,
    permit: aboutPermit(key, permit, finding),
  };
}

function aboutPermit(key: string, permit: KeptPermit | undefined, { rule, facts }: Finding): AlarmPermit {
  const companyCode = companyOfKey(key);
  const { code, clause } = PERMIT_RULE_TABLE[rule];
  return {
    companyCode,
    permitId: key.slice(companyCode.length + 1),
    number: permit?.state.fields.number ?? null,
    workCode: permit?.state.fields.workCode ?? '',
    code,
    clause,
    facts,
  };
}

/** What the park set goes before what the judge says, which goes before the table. */
const levelOf = ({ settings }: Park, { rule, level }: Finding): AlarmLevel =>
  settings.levels[rule] ?? level ?? ALARM_CLASSES[rule].level;

/** permitKey() is `company/id`, and company codes have no slash. */
export const companyOfKey = (key: string): string => key.slice(0, key.indexOf('/'));

function slotOf({ people }: Park, { companyCode, personId, cardNo }: AlarmPerson): number {
  if (personId !== null) return people.slotOf(companyCode, personId, false);
  return cardNo === null ? NOBODY : people.slotOf(companyCode, cardNo, true);
}

/** The permit's own place; without one the middle of its area's extent, marked. */
function placeOf(park: Park, { place, areaKey, state }: KeptPermit): AlarmPlace | null {
  const at = { heightM: null, gridId: park.projection.parameters.id };
  const observedAtMs = state.fieldAtMs.lng ?? state.firstReceivedAtMs;
  if (place !== null) {
    const { lng, lat, easting, northing } = place;
    return { lng, lat, easting, northing, observedAtMs, lastKnown: false, ...at };
  }
  const ring = (areaKey === null ? undefined : park.areas.byKey.get(areaKey))?.record.polygons[0]?.[0];
  if (ring === undefined || ring.length === 0) return null;
  const lng = middleOf(ring.map((point) => point[0]));
  const lat = middleOf(ring.map((point) => point[1]));
  if (!park.projection.project(lng, lat, plane, 0)) return null;
  return { lng, lat, easting: plane[0]!, northing: plane[1]!, observedAtMs, lastKnown: true, ...at };
}

const plane = new Float64Array(2);

function middleOf(degrees: readonly number[]): number {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const one of degrees) {
    if (one < min) min = one;
    if (one > max) max = one;
  }
  return (min + max) / 2;
}
