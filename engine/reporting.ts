/**
 * The watch over who reports: hears every batch of the log, judges silence once a second, and raises one alarm an outage
 * (alarms/reporting.ts says what a silence is). Invariant: nobody is called silent for what may be our own fault:
 * - a span in which nothing entered the log, and a declared downtime, is nobody's silence, and a grace follows it;
 * - a sender falls silent only while others are heard: when every one of two companies or more is late at once, that is one
 *   alarm about all of them, since the door itself may be shut;
 * - who was never heard is unknown, not silent.
 */
import { changeAlarm, clearAlarm, leaveUnder, raiseAlarm } from '../alarms/life-cycle.ts';
import {
  allowedMs,
  createSender,
  hear,
  isExpected,
  type Judgement,
  judgeSilence,
  POSITIONS,
  type Sender,
  silentFromMs,
  takeMode,
} from '../alarms/reporting.ts';
import { isUnderMaintenance, type Maintenance } from '../alarms/settings/maintenance.ts';
import type { AlarmView, Effect } from '../stream/protocol/effects.ts';
import { ENTRY_KIND, type EntryKindName, type LogEntry, type QuarantinedBody } from '../stream/protocol/entry.ts';
import { decodeEntry } from '../stream/protocol/entry-codec.ts';
import { PAGE_APP_ID } from '../stream/protocol/page-records.ts';
import type { SenderState } from '../stream/protocol/sender-state.ts';
import type { InterfaceName } from '../stream/protocol/vocabulary.ts';
import { NOBODY } from './alarm-table.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';
import { alarmInput } from './rules/alarm-input.ts';
import type { Setting } from './settings-table.ts';

const RULE = 'reporting-silent';
const RULE_VERSION = 1;
/** Subject of the alarm about all of them. */
const EVERYBODY = '*/*';
/** Watch says each second that it lives: a longer hole in the log is our own. */
const OWN_HOLE_MS = 10_000;

const INTERFACE_OF: Partial<Record<EntryKindName, InterfaceName>> = {
  fixes: 'positions',
  persons: 'persons',
  areas: 'areas',
  gatherings: 'gatherings',
  personAlarms: 'person-alarms',
  areaAlarms: 'area-alarms',
  sensorReadings: 'sensors',
  activities: 'activities',
  permits: 'permits',
  permitVideos: 'permit-videos',
  permitAttachments: 'permit-attachments',
  permitAlarms: 'permit-alarms',
};

/** Sent too, and not of one interface. */
const OTHER_SENT: readonly EntryKindName[] = ['heartbeats', 'records'];

const interfaceOf = (entry: LogEntry): InterfaceName | undefined =>
  entry.kind === 'records' ? entry.body.register : INTERFACE_OF[entry.kind];

const keyOf = (companyCode: string, interfaceName: string): string => `${companyCode}/${interfaceName}`;

export class Reporting implements Part {
  readonly name = 'reporting';
  readonly #senders = new Map<string, Sender>();
  /** Sorted: the same however the map was filled. */
  #keys: string[] = [];
  #windows: readonly Maintenance[] | null = null;
  /** Engine time of the newest entry seen. */
  #seenAtMs = 0;
  /** Nobody's silence counts from before. */
  #excusedUntilMs = 0;
  /** Since when nobody at all is heard; 0: somebody is. And since when somebody is again, while the alarm stands. */
  #deafSinceMs = 0;
  #hearingSinceMs = 0;
  #everybodyAlarmId: string | null = null;

  onEntry(park: Park, entry: LogEntry): void {
    this.#noticeHole(park, entry);
    if (entry.kind === 'heartbeats') {
      for (const { companyCode, interfaceName, mode, intervalS } of entry.body.records) {
        const sender = this.#sender(companyCode, interfaceName, park.nowMs);
        takeMode(sender, mode, intervalS);
        hear(sender, 'heartbeat', park.nowMs);
      }
      this.#hearSomebody(park);
    } else if (entry.kind === 'quarantined') this.#takeQuarantined(park, entry.body);
    else {
      const interfaceName = interfaceOf(entry);
      // What a page says is no sign of a company's own system.
      if (interfaceName !== undefined && 'origin' in entry.body && entry.body.origin.appId !== PAGE_APP_ID) {
        this.#hearRecords(park, entry.body.origin.companyCode, interfaceName);
      }
    }
  }

  onSetting(_park: Park, setting: Setting): void {
    if (setting.topic === 'maintenance') this.#windows = null;
  }

  onTick(park: Park, effects: Effect[]): void {
    const senders = this.#keys.map((key) => this.#senders.get(key)!).filter(isExpected);
    const { reporting } = park.settings;
    const judged = senders.map((sender) => judgeSilence(sender, reporting, this.#excusedUntilMs, park.nowMs));
    this.#judgeEverybody(park, senders, judged, effects);
    for (let i = 0; i < senders.length; i++) this.#judge(park, senders[i]!, judged[i]!, senders, effects);
  }

  /** A lost signal whose sender is known to be silent is raised under that: it asks nobody by itself. */
  beforeAlarm(_park: Park, next: AlarmView): AlarmView {
    if (next.rule !== 'signal-lost' || next.transition !== 'raised' || next.person === null) return next;
    const sender = this.#senders.get(keyOf(next.person.companyCode, POSITIONS));
    return { ...next, under: sender?.alarmId ?? this.#everybodyAlarmId };
  }

  /** Whether the company's positions are known to be missing, whoever's fault it is. */
  isSilent(companyCode: string): boolean {
    return this.#deafSinceMs !== 0 || this.#senders.get(keyOf(companyCode, POSITIONS))?.state === 'silent';
  }

  // --- hearing -----------------------------------------------------------------------------------------------------------

  #noticeHole(park: Park, entry: LogEntry): void {
    const isHole = this.#seenAtMs !== 0 && park.nowMs - this.#seenAtMs > OWN_HOLE_MS;
    this.#seenAtMs = park.nowMs;
    if (isHole || entry.kind === 'downtime') this.#excuse(park);
  }

  /** What was missed until now was ours to miss. */
  #excuse(park: Park): void {
    this.#excusedUntilMs = park.nowMs + park.settings.reporting.graceMs;
    for (const sender of this.#senders.values()) sender.pauseFromMs = 0;
  }

  #hearRecords(park: Park, companyCode: string, interfaceName: string): void {
    hear(this.#sender(companyCode, interfaceName, park.nowMs), 'records', park.nowMs);
    this.#hearSomebody(park);
  }

  #hearSomebody(park: Park): void {
    if (this.#deafSinceMs === 0) return;
    this.#deafSinceMs = 0;
    this.#hearingSinceMs = park.nowMs;
    this.#excuse(park);
  }

  /** It came, and we could not read or take it: its sender is not silent. */
  #takeQuarantined(park: Park, { seq, entry }: QuarantinedBody): void {
    const kind = (Object.keys(ENTRY_KIND) as EntryKindName[]).find((name) => ENTRY_KIND[name] === entry?.kind);
    if (entry === undefined || kind === undefined || !(kind in INTERFACE_OF || OTHER_SENT.includes(kind))) return;
    let companyCode: unknown;
    let interfaceName: InterfaceName | undefined;
    try {
      const decoded = decodeEntry({ seq, epoch: '', ...entry });
      const { body } = decoded;
      interfaceName = interfaceOf(decoded);
      companyCode = 'origin' in body && body.origin.stage !== 'joint' ? body.origin.companyCode : undefined;
    } catch {
      companyCode = undefined;
    }
    if (typeof companyCode === 'string' && interfaceName !== undefined) {
      this.#hearRecords(park, companyCode, interfaceName);
    } else this.#excuse(park);
  }

  #sender(companyCode: string, interfaceName: string, nowMs: number): Sender {
    const key = keyOf(companyCode, interfaceName);
    let sender = this.#senders.get(key);
    if (sender === undefined) {
      sender = createSender(companyCode, interfaceName, nowMs);
      this.#senders.set(key, sender);
      this.#keys = [...this.#senders.keys()].sort();
    }
    return sender;
  }

  // --- judging -----------------------------------------------------------------------------------------------------------

  #judge(park: Park, sender: Sender, judgement: Judgement, all: readonly Sender[], effects: Effect[]): void {
    if (isUnderMaintenance(this.#maintenance(park), sender.companyCode, sender.interfaceName, park.nowMs)) {
      sender.excusedUntilMs = park.nowMs;
      sender.pauseFromMs = 0;
      this.#clear(park, sender, 'maintenance', effects);
      this.#turn(park, sender, 'maintenance', judgement, effects);
      return;
    }
    if (sender.state === 'silent') {
      // Late again before it was back for good: the same outage goes on.
      if (judgement.silence !== 'none') sender.backSinceMs = 0;
      else if (sender.backSinceMs !== 0 && park.nowMs - sender.backSinceMs >= park.settings.reporting.recoverMs) {
        this.#clear(park, sender, 'condition', effects);
        this.#turn(park, sender, 'online', judgement, effects);
      }
      return;
    }
    if (sender.heardAtMs === 0) this.#turn(park, sender, 'unknown', judgement, effects);
    else if (judgement.silence === 'silent' && this.#othersAreHeard(park, sender, all)) {
      this.#turn(park, sender, 'silent', judgement, effects);
      this.#raise(park, sender, effects);
    } else this.#turn(park, sender, judgement.silence === 'none' ? 'online' : 'late', judgement, effects);
  }

  /** Our door hears: somebody else came through it after this one fell silent; or there is nobody else to tell by. */
  #othersAreHeard(park: Park, sender: Sender, all: readonly Sender[]): boolean {
    if (this.#deafSinceMs !== 0) return false;
    const silentFrom = silentFromMs(sender, this.#excusedUntilMs);
    let isAlone = true;
    for (const other of all) {
      if (other === sender || !isLive(other)) continue;
      if (other.heardAtMs > silentFrom + park.settings.reporting.positionsMs) return true;
      if (other.companyCode !== sender.companyCode) isAlone = false;
    }
    return isAlone;
  }

  #judgeEverybody(park: Park, senders: readonly Sender[], judged: readonly Judgement[], effects: Effect[]): void {
    const { recoverMs, silentAfter, positionsMs } = park.settings.reporting;
    const companies = new Set<string>();
    let isAnyoneHeard = false;
    for (let i = 0; i < senders.length; i++) {
      if (!isLive(senders[i]!)) continue;
      companies.add(senders[i]!.companyCode);
      if (judged[i]!.silence === 'none') isAnyoneHeard = true;
    }
    if (this.#deafSinceMs === 0 && !isAnyoneHeard && companies.size > 1) {
      this.#deafSinceMs = Math.max(...senders.map((sender) => silentFromMs(sender, this.#excusedUntilMs)));
    }
    const standing = this.#everybodyAlarmId === null ? undefined : park.alarms.standing.get(this.#everybodyAlarmId);
    if (this.#deafSinceMs !== 0) {
      const isLong = park.nowMs - this.#deafSinceMs >= silentAfter * positionsMs;
      if (isLong && this.#everybodyAlarmId === null) this.#raiseEverybody(park, effects);
    } else if (this.#everybodyAlarmId !== null && park.nowMs - this.#hearingSinceMs >= recoverMs) {
      this.#everybodyAlarmId = null;
      if (standing !== undefined) {
        park.applyAlarm(clearAlarm(standing, park.nowMs, 'condition'), effects);
        this.#leaveUnder(park, standing.alarmId, effects);
      }
    }
  }

  // --- telling -----------------------------------------------------------------------------------------------------------

  #turn(park: Park, sender: Sender, state: SenderState['state'], { phi }: Judgement, effects: Effect[]): void {
    if (sender.state === state) return;
    sender.state = state;
    sender.sinceMs = park.nowMs;
    sender.backSinceMs = 0;
    const { companyCode, interfaceName, mode, heardAtMs, sinceMs } = sender;
    const value: SenderState = {
      companyCode,
      interfaceName,
      mode,
      allowedS: Math.round(allowedMs(sender, park.settings.reporting) / 1000),
      heardAtMs: heardAtMs === 0 ? null : heardAtMs,
      state,
      phi: Math.round(phi * 10) / 10,
      sinceMs,
    };
    park.docs.put('sender', keyOf(companyCode, interfaceName), value, [companyCode], effects);
  }

  #raise(park: Park, sender: Sender, effects: Effect[]): void {
    const { companyCode, interfaceName } = sender;
    const onsetAtMs = silentFromMs(sender, this.#excusedUntilMs);
    const alarm = silentAlarm(park, keyOf(companyCode, interfaceName), onsetAtMs, [companyCode], interfaceName);
    sender.alarmId = alarm.alarmId;
    if (!park.applyAlarm(alarm, effects) || interfaceName !== POSITIONS) return;
    this.#putUnder(park, alarm.alarmId, (code) => code === companyCode, effects);
  }

  #raiseEverybody(park: Park, effects: Effect[]): void {
    const alarm = silentAlarm(park, EVERYBODY, this.#deafSinceMs, [], 'everybody');
    this.#everybodyAlarmId = alarm.alarmId;
    if (park.applyAlarm(alarm, effects)) this.#putUnder(park, alarm.alarmId, () => true, effects);
  }

  #clear(park: Park, sender: Sender, reason: string, effects: Effect[]): void {
    const { alarmId } = sender;
    if (alarmId === null) return;
    sender.alarmId = null;
    const standing = park.alarms.standing.get(alarmId);
    if (standing !== undefined) park.applyAlarm(clearAlarm(standing, park.nowMs, reason), effects);
    this.#leaveUnder(park, alarmId, effects);
  }

  /** Lost signals that stand already and that nothing explains yet. */
  #putUnder(park: Park, alarmId: string, isOf: (companyCode: string) => boolean, effects: Effect[]): void {
    for (const alarm of [...park.alarms.ofRule('signal-lost')]) {
      if (alarm.person === null || alarm.under !== null) continue;
      if (isOf(alarm.person.companyCode)) park.applyAlarm(changeAlarm(alarm, park.nowMs, { under: alarmId }), effects);
    }
  }

  #leaveUnder(park: Park, alarmId: string, effects: Effect[]): void {
    for (const alarm of [...park.alarms.standing.values()]) {
      if (alarm.under === alarmId) park.applyAlarm(leaveUnder(alarm, park.nowMs), effects);
    }
  }

  #maintenance(park: Park): readonly Maintenance[] {
    this.#windows ??= park.config.entries('maintenance').map(([, value]) => value);
    return this.#windows;
  }

  // --- keeping -----------------------------------------------------------------------------------------------------------

  save(): readonly unknown[] {
    const park = [
      this.#seenAtMs,
      this.#excusedUntilMs,
      this.#deafSinceMs,
      this.#hearingSinceMs,
      this.#everybodyAlarmId,
    ];
    const senders = this.#keys.map((key) => {
      const { pauses, ...sender } = this.#senders.get(key)!;
      return {
        ...sender,
        count: pauses.count,
        ring: [...pauses.ring.subarray(0, Math.min(pauses.count, pauses.ring.length))],
      };
    });
    return [park, ...senders];
  }

  load(values: readonly unknown[]): void {
    const [park, ...senders] = values as [[number, number, number, number, string | null], ...SavedSender[]] | [];
    if (park === undefined) return;
    [this.#seenAtMs, this.#excusedUntilMs, this.#deafSinceMs, this.#hearingSinceMs, this.#everybodyAlarmId] = park;
    for (const { ring, count, ...saved } of senders) {
      const sender: Sender = { ...createSender(saved.companyCode, saved.interfaceName, 0), ...saved };
      sender.pauses.ring.set(ring);
      sender.pauses.count = count;
      this.#senders.set(keyOf(saved.companyCode, saved.interfaceName), sender);
    }
    this.#keys = [...this.#senders.keys()].sort();
  }
}

type SavedSender = Omit<Sender, 'pauses'> & { readonly ring: number[]; readonly count: number };

/** Of those whom the park counts on: heard before, and neither given up nor excused. */
const isLive = ({ state }: Sender): boolean => state === 'online' || state === 'late';

const silentAlarm = (
  park: Park,
  subject: string,
  onsetAtMs: number,
  companyCodes: readonly string[],
  detail: string,
): AlarmView =>
  raiseAlarm(
    alarmInput(
      park,
      {
        rule: RULE,
        ruleVersion: RULE_VERSION,
        slot: NOBODY,
        subject,
        area: undefined,
        areaKey: '',
        onsetAtMs,
        settings: [],
      },
      { companyCodes, detail },
    ),
  );
