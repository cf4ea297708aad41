/** An engine driven by hand in tests: makes entries in sequence, steps them, keeps what came out. */
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../../alarms/rule-settings.ts';
import { Engine } from '../../engine/engine.ts';
import { createPark } from '../../engine/park.ts';
import type { AlarmView, EffectsAt } from '../../stream/protocol/effects.ts';
import type {
  AreaAlarmRecord,
  AreaRecord,
  EntryBodies,
  EntryKindName,
  GatheringRecord,
  HeartbeatRecord,
  LogEntry,
  PersonAlarmRecord,
  PersonRecord,
} from '../../stream/protocol/entry.ts';
import type { SettingTopicName } from '../../stream/protocol/settings.ts';
import { createFixBatch, createOrigin, EntrySequence, type FixInput } from './entries.ts';
import { lngLatAt, projection } from './plane.ts';

export const T0 = Date.UTC(2026, 10, 20, 8);

/** An engine, the entries it was given and what it published. */
export class EngineRun {
  readonly engine: Engine;
  readonly sequence = new EntrySequence();
  readonly published: EffectsAt[] = [];
  readonly entries: LogEntry[] = [];

  constructor(settings: RuleSettings = DEFAULT_RULE_SETTINGS) {
    this.engine = new Engine(createPark(projection, settings));
  }

  take(entry: LogEntry): EffectsAt | null {
    this.entries.push(entry);
    const item = this.engine.step(entry);
    if (item !== null) this.published.push(item);
    return item;
  }
  fixes(fixes: readonly FixInput[], receivedAtMs = fixes.at(-1)?.atMs ?? T0): AlarmView[] {
    return alarmsOf(this.take(this.sequence.next('fixes', createFixBatch(fixes), receivedAtMs)));
  }
  tick(atMs: number): AlarmView[] {
    return alarmsOf(this.take(this.sequence.next('tick', { term: 1 }, atMs)));
  }
  persons(...records: PersonRecord[]): EffectsAt | null {
    return this.take(this.sequence.next('persons', { origin: createOrigin(), records }, this.engine.park.nowMs || T0));
  }
  areas(...records: AreaRecord[]): EffectsAt | null {
    return this.take(this.sequence.next('areas', { origin: createOrigin(), records }, this.engine.park.nowMs || T0));
  }
  personAlarms(atMs: number, ...records: PersonAlarmRecord[]): AlarmView[] {
    return alarmsOf(this.take(this.sequence.next('personAlarms', { origin: createOrigin(), records }, atMs)));
  }
  areaAlarms(atMs: number, ...records: AreaAlarmRecord[]): AlarmView[] {
    return alarmsOf(this.take(this.sequence.next('areaAlarms', { origin: createOrigin(), records }, atMs)));
  }
  gatherings(atMs: number, ...records: GatheringRecord[]): AlarmView[] {
    return alarmsOf(this.take(this.sequence.next('gatherings', { origin: createOrigin(), records }, atMs)));
  }
  heartbeats(atMs: number, ...records: HeartbeatRecord[]): EffectsAt | null {
    return this.take(this.sequence.next('heartbeats', { origin: createOrigin(), records }, atMs));
  }
  entry<K extends EntryKindName>(kind: K, body: EntryBodies[K], atMs = this.engine.park.nowMs || T0): EffectsAt | null {
    return this.take(this.sequence.next(kind, body as never, atMs));
  }
  /** The next version of a setting; null withdraws it. */
  setting(topic: SettingTopicName, key: string, value: unknown): EffectsAt | null {
    const version = this.engine.park.config.versionOf(topic, key) + 1;
    return this.entry('setting', { topic, key, version, value, userId: 'u', userName: '管理员' });
  }
  /** Ticks each second up to and including `toMs`. */
  ticks(toMs: number): AlarmView[] {
    const alarms: AlarmView[] = [];
    for (let atMs = this.engine.park.nowMs + 1_000; atMs <= toMs; atMs += 1_000) alarms.push(...this.tick(atMs));
    return alarms;
  }
  act(act: 'acknowledge' | 'reset', alarmId: string, companyCode: string | null = null): AlarmView[] {
    const body = {
      actId: `${act}-${alarmId}`,
      act,
      alarmId,
      userId: 'u',
      userName: '值班员',
      companyCode,
      comment: null,
    };
    return alarmsOf(this.take(this.sequence.next('act', body, this.engine.park.nowMs)));
  }
}

export const alarmsOf = (item: EffectsAt | null): AlarmView[] =>
  (item?.effects ?? []).flatMap((effect) => (effect.t === 'alarm' ? [effect.alarm] : []));

export const at = (east: number, north: number, atMs: number, more: Partial<FixInput> = {}): FixInput => ({
  ...lngLatAt(east, north),
  atMs,
  ...more,
});
