/** A park with jobs and people about them for tests: who stands where is sent each so many seconds, with a tick a second. */
import type { RuleSettings } from '../../../alarms/rule-settings.ts';
import { DEFAULT_RULE_SETTINGS } from '../../../alarms/rule-settings.ts';
import type { PermitRuleId } from '../../../standard/permit-rules.ts';
import type { AlarmView } from '../../../stream/protocol/effects.ts';
import { aPermit, PERMIT_T0 } from '../../../stream/protocol/permits.fixture.ts';
import type { GuardianRow, PermitRecord, WorkerRow } from '../../../stream/protocol/permits.ts';
import type { Place } from '../../../test/builders/crowd.ts';
import { alarmsOf, at, EngineRun } from '../../../test/builders/engine-run.ts';
import { COMPANY, createOrigin, createPerson, type FixInput } from '../../../test/builders/entries.ts';
import { lngLatAt } from '../../../test/builders/plane.ts';

export const T0 = PERMIT_T0;
export const GUARDIAN = 'gu1';
export const WORKER = 'w1';
export const APPROVER = 'ap1';

const ON_SITE_RULES: readonly string[] = [
  'guardian-away',
  'guardian-silent',
  'guardian-inside',
  'intruder',
  'nobody-on-site',
  'too-many-inside',
  'approver-away',
  'work-without-permit',
  'work-conflict',
  'gas-near-job',
];

export const guardianRow = (personId: string, change: Partial<GuardianRow> = {}): GuardianRow => ({
  key: personId,
  personId,
  name: personId,
  fromMs: null,
  toMs: null,
  certificateNumber: null,
  certificateBlind: null,
  ...change,
});

export const workerRow = (personId: string, change: Partial<WorkerRow> = {}): WorkerRow => ({
  key: personId,
  personId,
  name: personId,
  creditCode: null,
  certificateName: null,
  certificateNumber: null,
  certificateBlind: null,
  fromMs: null,
  toMs: null,
  ...change,
});

type Change = Parameters<typeof aPermit>[0];

export class SiteRun extends EngineRun {
  readonly places = new Map<string, Place>();
  atMs = T0;
  /** Each further word on a permit is newer than those before. */
  #words = 0;
  /** Everyone is sent each so many seconds. */
  everyS = 1;
  /** What a place is off by, m. */
  noise: () => Place = () => [0, 0];

  constructor(settings: RuleSettings = DEFAULT_RULE_SETTINGS) {
    super(settings);
    this.people(GUARDIAN, WORKER, APPROVER);
    this.tick(T0);
  }

  people(...personIds: string[]): void {
    this.persons(...personIds.map((personId) => createPerson({ personId, name: personId })));
  }
  /** Where somebody is from now on; null: his tag is silent. */
  put(personId: string, place: Place | null): this {
    if (place === null) this.places.delete(personId);
    else this.places.set(personId, place);
    return this;
  }

  /** A word on a permit whose job is at (east, north), under the guardian, worker and approver of this park. */
  permit([east, north]: Place, change: Change = {}): AlarmView[] {
    const record = aPermit({
      ...change,
      fields: { ...lngLatAt(east, north), guardianNames: [], workerNames: [], workerIds: [], ...change.fields },
      rows: {
        guardians: [guardianRow(GUARDIAN)],
        workers: [workerRow(WORKER)],
        approvals: [],
        ...change.rows,
      },
    });
    return this.word(record);
  }
  word(record: PermitRecord): AlarmView[] {
    return alarmsOf(this.entry('permits', { origin: createOrigin(), records: [record] }, this.atMs));
  }
  /** A further word on the permit, now. */
  say(change: Partial<PermitRecord>): AlarmView[] {
    const word = { permitId: 't1', companyCode: aPermit().companyCode, fields: {}, rows: {}, ...change };
    this.#words++;
    return this.word({ ...word, updatedAtMs: this.atMs + this.#words });
  }

  /** A detector of the company sounds, or sounds no more. */
  gas(pointId: string, isOver = false): void {
    const reading = {
      pointId,
      value: 25,
      alarmType: '1',
      alarmAtMs: this.atMs,
      alarmEndAtMs: isOver ? this.atMs : null,
    };
    const report = { companyCode: COMPANY, identifier: 'DATA', dataId: 'd', gatewayId: 'g', collectedAtMs: this.atMs };
    const records = [{ ...report, connected: true, reportType: 'A', readings: [reading] }];
    this.entry('sensorReadings', { origin: createOrigin(), records }, this.atMs);
  }

  /** `seconds` of fixes and ticks; what alarms of the rule said, or of all on site. */
  pass(seconds: number, rule?: PermitRuleId, onSecond: (second: number) => void = () => {}): AlarmView[] {
    const said: AlarmView[] = [];
    for (let second = 0; second < seconds; second++) {
      onSecond(second);
      this.atMs += 1_000;
      if ((this.atMs / 1_000) % this.everyS === 0 && this.places.size > 0) {
        const fixes = [...this.places].map(([person, [east, north]]): FixInput => {
          const [offEast, offNorth] = this.noise();
          return at(east + offEast, north + offNorth, this.atMs, { person, accuracyM: 3 });
        });
        said.push(...this.fixes(fixes, this.atMs));
      }
      said.push(...this.tick(this.atMs));
    }
    return said.filter((alarm) => (rule === undefined ? ON_SITE_RULES.includes(alarm.rule) : alarm.rule === rule));
  }

  standing(rule: PermitRuleId): AlarmView[] {
    return [...this.engine.park.alarms.standing.values()].filter((alarm) => alarm.rule === rule && alarm.active);
  }
}
