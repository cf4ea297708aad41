/**
 * From findings to alarms, one way for all who look at permits. Whoever looks (the judges, the rules on site, a vendor's own system)
 * says under a name of its own everything that it finds wrong with one permit now; what it said before and says no more is over. One
 * alarm stands for what several find. It is raised at once, kept up to date, continued when the same comes back within the
 * off-delay, and ends when nobody finds it any more; with its permit withdrawn it is withdrawn.
 */
import { type AlarmChange, changeAlarm, conditionBack, raiseAlarm, withdrawAlarm } from '../../alarms/life-cycle.ts';
import type { Finding } from '../../alarms/permits/finding.ts';
import { withoutVendorSource, withParkSource, withVendorSource } from '../../alarms/vendor-merge.ts';
import type { Steps } from '../../core/slices.ts';
import type { PermitRuleId } from '../../standard/permit-rules.ts';
import type { AlarmSource, AlarmView, Effect } from '../../stream/protocol/effects.ts';
import { endCondition } from '../off-delay.ts';
import { PackedMap } from '../packed-map.ts';
import type { Park } from '../park.ts';
import { permitAlarmChange, permitAlarmInput } from './permit-alarm.ts';
import type { PermitTable } from './permit-table.ts';

/** One thing that is, or just was, wrong with a permit. */
interface Held {
  readonly rule: PermitRuleId;
  readonly about: string;
  /** Names of those who find it, ascending; []: nobody any more, its alarm's off-delay runs. */
  readonly by: readonly string[];
  readonly alarmId: string | null;
}

const VENDOR = 'vendor/';
export const vendorSource = (recordId: string): string => `${VENDOR}${recordId}`;
const isVendor = (source: string): boolean => source.startsWith(VENDOR);

export class Findings {
  /** By permit, then by rule and what it is about. */
  readonly #held = new PackedMap<Map<string, Held>>((known, key) => [
    key,
    [...known.values()].map(({ rule, about, by, alarmId }) => [rule, about, by, alarmId]),
  ]);
  readonly #permits: PermitTable;

  constructor(permits: PermitTable) {
    this.#permits = permits;
  }

  /**
   * Everything that `source` finds wrong with the permit now. `said`: the record of a vendor whose finding it is; it joins what
   * stands of the same rule, whatever it is about.
   */
  settle(
    park: Park,
    permitKey: string,
    source: string,
    findings: readonly Finding[],
    effects: Effect[],
    said?: AlarmSource,
  ): void {
    const known = this.#held.get(permitKey);
    if (known === undefined && findings.length === 0) return;
    const found = new Set<string>();
    for (const finding of findings) found.add(this.#hold(park, permitKey, source, finding, effects, said));
    for (const [name, held] of [...(this.#held.get(permitKey) ?? [])]) {
      if (!found.has(name) && held.by.includes(source)) this.#letGo(park, permitKey, name, source, effects, said);
    }
  }

  isHeldBy(permitKey: string, source: string): boolean {
    return [...(this.#held.get(permitKey)?.values() ?? [])].some(({ by }) => by.includes(source));
  }

  /** The work is over: what was wrong with it is so no more, whoever found it. */
  close(park: Park, permitKey: string, effects: Effect[]): void {
    for (const [name, held] of [...(this.#held.get(permitKey) ?? [])]) {
      for (const source of held.by) if (!isVendor(source)) this.#letGo(park, permitKey, name, source, effects);
    }
  }

  /** The permit is withdrawn, or kept no more: its alarms rest on nothing. */
  withdraw(park: Park, permitKey: string, effects: Effect[]): void {
    const known = this.#held.get(permitKey);
    this.#held.delete(permitKey);
    for (const { alarmId } of known?.values() ?? []) {
      const alarm = standing(park, alarmId);
      if (alarm !== undefined) park.applyAlarm(withdrawAlarm(alarm, park.nowMs, 'withdrawn'), effects);
    }
  }

  /** A vendor took its record back. */
  takeBack(park: Park, permitKey: string, recordId: string, effects: Effect[]): void {
    const source = vendorSource(recordId);
    for (const [name, held] of [...(this.#held.get(permitKey) ?? [])]) {
      if (!held.by.includes(source)) continue;
      const by = held.by.filter((one) => one !== source);
      const alarm = standing(park, held.alarmId);
      if (by.length > 0) {
        this.#put(permitKey, name, { ...held, by });
        if (alarm !== undefined) park.applyAlarm(withoutVendorSource(alarm, recordId), effects);
        continue;
      }
      this.#drop(permitKey, name);
      if (alarm !== undefined) park.applyAlarm(withdrawAlarm(alarm, park.nowMs, 'withdrawn'), effects);
    }
  }

  /** After each transition of an alarm. true: it ended though it is still found, and whoever looks should look again. */
  noteAlarm(alarm: AlarmView): boolean {
    if (alarm.permit === null || alarm.active) return false;
    for (const [name, held] of this.#held.get(alarm.subject) ?? []) {
      if (held.alarmId !== alarm.alarmId) continue;
      if (held.by.length === 0) {
        this.#drop(alarm.subject, name);
        return false;
      }
      this.#put(alarm.subject, name, { ...held, alarmId: null });
      return true;
    }
    return false;
  }

  #hold(
    park: Park,
    key: string,
    source: string,
    finding: Finding,
    effects: Effect[],
    said: AlarmSource | undefined,
  ): string {
    const name = this.#nameFor(key, source, finding);
    const held = this.#held.get(key)?.get(name);
    const by = held === undefined ? [source] : withOne(held.by, source);
    const alarmId = held?.alarmId ?? null;
    const alarm = standing(park, alarmId);
    const about = held?.about ?? finding.about;
    if (alarm === undefined || !alarm.active) {
      const raisedId = this.#raise(park, key, { ...finding, about }, effects, said);
      this.#put(key, name, { rule: finding.rule, about, by, alarmId: raisedId });
      return name;
    }
    if (held?.by !== by) this.#put(key, name, { rule: finding.rule, about, by, alarmId });
    park.applyAlarm(conditionBack(alarm, park.nowMs), effects);
    // What a vendor says of it beside us is no more than that it says so.
    if (said === undefined || by.every(isVendor)) {
      const change: AlarmChange = permitAlarmChange(park, key, this.#permits.get(key), finding);
      park.applyAlarm(changeAlarm(standing(park, alarmId)!, park.nowMs, change), effects);
    }
    const next = standing(park, alarmId)!;
    if (said !== undefined) park.applyAlarm(withVendorSource(next, said), effects);
    else if (next.sources.length > 0) park.applyAlarm(withParkSource(next, finding.onsetAtMs, null), effects);
    return name;
  }

  /** A vendor's finding joins what stands of its rule; ours takes over what a vendor alone said of it. */
  #nameFor(key: string, source: string, { rule, about }: Finding): string {
    const own = nameOf(rule, about);
    const known = this.#held.get(key);
    if (known === undefined || known.has(own)) return own;
    for (const name of [...known.keys()].sort()) {
      const held = known.get(name)!;
      if (held.rule !== rule || held.by.length === 0) continue;
      if (isVendor(source)) return name;
      if (!held.by.every(isVendor)) continue;
      known.delete(name);
      this.#put(key, own, { ...held, about });
      return own;
    }
    return own;
  }

  #letGo(park: Park, key: string, name: string, source: string, effects: Effect[], said?: AlarmSource): void {
    const held = this.#held.get(key)!.get(name)!;
    const by = held.by.filter((one) => one !== source);
    const alarm = standing(park, held.alarmId);
    if (alarm === undefined) {
      if (by.length === 0) this.#drop(key, name);
      else this.#put(key, name, { ...held, by });
      return;
    }
    this.#put(key, name, { ...held, by });
    if (said !== undefined) park.applyAlarm(withVendorSource(alarm, said), effects);
    else if (alarm.sources.length > 0 && by.every(isVendor))
      park.applyAlarm(withParkSource(alarm, alarm.onsetAtMs, park.nowMs), effects);
    const left = standing(park, held.alarmId);
    if (by.length === 0 && left !== undefined) endCondition(park, left, effects);
  }

  /** One that ended never comes back under its id: what is found again, or still, is then another, from now on. */
  #raise(park: Park, key: string, finding: Finding, effects: Effect[], said?: AlarmSource): string | null {
    const permit = this.#permits.get(key);
    const begunAtMs = Math.min(finding.onsetAtMs, park.nowMs);
    for (const onsetAtMs of begunAtMs === park.nowMs ? [begunAtMs] : [begunAtMs, park.nowMs]) {
      const sources = said === undefined ? {} : { sources: [said] };
      const alarm = raiseAlarm({ ...permitAlarmInput(park, key, permit, finding, onsetAtMs), ...sources });
      if (park.applyAlarm(alarm, effects)) return alarm.alarmId;
    }
    return null;
  }

  #put(key: string, name: string, held: Held): void {
    const known = this.#held.get(key) ?? new Map<string, Held>();
    this.#held.set(key, known.set(name, held));
  }

  #drop(key: string, name: string): void {
    const known = this.#held.get(key);
    if (known?.delete(name) !== true) return;
    if (known.size === 0) this.#held.delete(key);
    else this.#held.set(key, known);
  }

  /** One value a permit. */
  save(): readonly unknown[] {
    return [...this.#held.packed()];
  }
  *packAhead(): Steps<undefined> {
    for (const _ of this.#held.packed()) yield;
  }

  load(values: readonly unknown[]): void {
    for (const [key, held] of values as [string, [PermitRuleId, string, string[], string | null][]][]) {
      for (const [rule, about, by, alarmId] of held) this.#put(key, nameOf(rule, about), { rule, about, by, alarmId });
    }
  }
}

const nameOf = (rule: PermitRuleId, about: string): string => `${rule} ${about}`;

const standing = (park: Park, alarmId: string | null): AlarmView | undefined =>
  alarmId === null ? undefined : park.alarms.standing.get(alarmId);

const withOne = (by: readonly string[], source: string): readonly string[] =>
  by.includes(source) ? by : [...by, source].sort();
