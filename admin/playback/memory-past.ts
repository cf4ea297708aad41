/** The past out of a memory store's tables, and playbacks in a map. Twins of stored-past.ts. */
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../../alarms/rule-settings.ts';
import type { PlaybackMark } from '../../core/playback-api.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import { NULL_INT4, type PositionColumns } from '../../db/copy/position-columns.ts';
import type { MemoryDatabase } from '../../db/memory-store.ts';
import type { AlarmView, PersonView } from '../../stream/protocol/effects.ts';
import type { LiveDocKind } from '../../stream/protocol/live-docs.ts';
import { mergePermit, type PermitState } from '../../stream/protocol/permit-merge.ts';
import { permitKey } from '../../stream/protocol/permits.ts';
import type { AuditEntry } from '../audit.ts';
import type {
  OpenedPlayback,
  PastAlarm,
  PastArea,
  PastCameraLink,
  PastDoc,
  PastPark,
  PastPeople,
  PastWord,
  PermitName,
  PlaybackBook,
} from './ports.ts';

const isIn = (scope: CompanyScope, companyCode: string): boolean => scope === null || scope === companyCode;
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export class MemoryPast implements PastPark {
  readonly #database: MemoryDatabase;

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  get #tables() {
    return this.#database.tables;
  }

  async floorMs(): Promise<number | null> {
    const minutes = [...this.#tables.ledger.values()].flatMap((line) =>
      line.interface === 'positions' ? [line.minuteMs] : [],
    );
    return minutes.length === 0 ? null : Math.min(...minutes);
  }

  async people(scope: CompanyScope): Promise<PastPeople> {
    const own = this.#tables.people.filter((one) => !one.jointTest && isIn(scope, one.companyCode));
    const people = own.map(({ id, companyCode, personId, cardNo, name, type }) => ({
      id,
      view: {
        personId,
        cardNo,
        companyCode,
        companyName: '',
        name,
        type: type as PersonView['type'],
        department: '',
        post: '',
      },
    }));
    const aliases = own.flatMap((tag) => {
      const first =
        tag.personId === null ? this.#tables.firstWearers.get(`${tag.companyCode}/${tag.cardNo}`) : undefined;
      return first === undefined ? [] : [{ id: first.personId, alsoId: tag.id, untilMs: first.sinceMs }];
    });
    return { people, aliases };
  }

  async floorWords(): Promise<ReadonlyMap<number, string>> {
    return new Map(this.#tables.words.entries());
  }

  newest(ids: readonly number[], fromMs: number, toMs: number, into: PositionColumns): Promise<void> {
    return this.positions(ids, fromMs, toMs, into);
  }

  async positions(ids: readonly number[], fromMs: number, toMs: number, into: PositionColumns): Promise<void> {
    const asked = new Set(ids);
    for (const { personId, observedAtMs, row } of this.#tables.positions.values()) {
      if (!asked.has(personId) || observedAtMs <= fromMs || observedAtMs > toMs || row.lng[0] === NULL_INT4) continue;
      into.reserve(into.count + 1);
      into.copyRow(into.count++, row, 0);
    }
  }

  async areas(scope: CompanyScope, fromMs: number, toMs: number): Promise<PastArea[]> {
    return [...this.#tables.areas.values()]
      .filter(({ record }) => isIn(scope, record.companyCode))
      .flatMap(({ versions }) => {
        const held = versions.findLastIndex(({ atMs }) => atMs <= fromMs);
        return versions
          .map(({ atMs, record }, n) => ({ atMs, version: n + 1, record }))
          .filter(({ atMs }, n) => n >= held && atMs <= toMs);
      })
      .sort(
        (a, b) =>
          a.atMs - b.atMs ||
          byText(a.record.companyCode, b.record.companyCode) ||
          byText(a.record.areaId, b.record.areaId) ||
          a.version - b.version,
      );
  }

  #isConcerned(scope: CompanyScope, alarmId: string): boolean {
    return scope === null || this.#tables.alarms.get(alarmId)?.companyCodes.includes(scope) === true;
  }

  async alarmsAt(scope: CompanyScope, atMs: number): Promise<AlarmView[]> {
    const newest = new Map<string, AlarmView>();
    for (const change of this.#tables.transitions.values()) {
      if (change.atMs <= atMs) newest.set(change.alarm.alarmId, change.alarm);
    }
    return [...newest.values()]
      .filter(({ alarmId, endedAtMs }) => endedAtMs === null && this.#isConcerned(scope, alarmId))
      .sort((a, b) => byText(a.alarmId, b.alarmId));
  }

  async alarmChanges(scope: CompanyScope, fromMs: number, toMs: number): Promise<PastAlarm[]> {
    return [...this.#tables.transitions.values()]
      .filter(({ atMs, alarm }) => atMs > fromMs && atMs <= toMs && this.#isConcerned(scope, alarm.alarmId))
      .map(({ atMs, alarm }) => ({ atMs, alarm }));
  }

  async alarm(scope: CompanyScope, alarmId: string): Promise<AlarmView | null> {
    return this.#isConcerned(scope, alarmId) ? (this.#tables.alarms.get(alarmId) ?? null) : null;
  }

  async histories(scope: CompanyScope, alarmIds: readonly string[]): Promise<PastAlarm[]> {
    return [...this.#tables.transitions.values()]
      .filter(({ alarm: { alarmId } }) => alarmIds.includes(alarmId) && this.#isConcerned(scope, alarmId))
      .map(({ atMs, alarm }) => ({ atMs, alarm }));
  }

  async docsAt(scope: CompanyScope, kinds: readonly LiveDocKind[], atMs: number): Promise<PastDoc[]> {
    const changes = await this.docChanges(scope, kinds, Number.NEGATIVE_INFINITY, atMs);
    const newest = new Map(changes.map((change) => [`${change.doc.doc}:${change.doc.key}`, change]));
    return [...newest.values()].filter(({ doc }) => !doc.gone);
  }

  async docChanges(
    scope: CompanyScope,
    kinds: readonly LiveDocKind[],
    fromMs: number,
    toMs: number,
  ): Promise<PastDoc[]> {
    return [...this.#tables.docChanges.values()].flatMap(({ atMs, doc }) => {
      const { companyCodes } = this.#tables.docs.get(`${doc.doc}:${doc.key}`) ?? doc;
      const isAsked = kinds.includes(doc.doc) && (scope === null || companyCodes.includes(scope));
      return isAsked && atMs > fromMs && atMs <= toMs ? [{ atMs, doc: { ...doc, companyCodes } }] : [];
    });
  }

  async permitsAt(scope: CompanyScope, atMs: number): Promise<PermitState[]> {
    return this.#merged(atMs, ({ companyCode }) => isIn(scope, companyCode));
  }

  async permitStates(permits: readonly PermitName[], atMs: number): Promise<PermitState[]> {
    const keys = new Set(permits.map(({ companyCode, permitId }) => permitKey(companyCode, permitId)));
    return this.#merged(atMs, ({ companyCode, permitId }) => keys.has(permitKey(companyCode, permitId)));
  }

  #merged(atMs: number, isAsked: (word: PermitName) => boolean): PermitState[] {
    const merged = new Map<string, PermitState>();
    for (const { jointTest, receivedAtMs, record } of this.#tables.permitWords.values()) {
      if (jointTest || receivedAtMs > atMs || !isAsked(record)) continue;
      const key = permitKey(record.companyCode, record.permitId);
      merged.set(key, mergePermit(merged.get(key) ?? null, record, receivedAtMs));
    }
    return [...merged.values()];
  }

  async permitWords(scope: CompanyScope, fromMs: number, toMs: number): Promise<PastWord[]> {
    return [...this.#tables.permitWords.values()]
      .filter(
        ({ jointTest, companyCode, receivedAtMs }) =>
          !jointTest && isIn(scope, companyCode) && receivedAtMs > fromMs && receivedAtMs <= toMs,
      )
      .map(({ receivedAtMs, record }) => ({ receivedAtMs, record }))
      .sort((a, b) => a.receivedAtMs - b.receivedAtMs);
  }

  async cameraLinks(permits: readonly PermitName[]): Promise<PastCameraLink[]> {
    const keys = new Set(permits.map(({ companyCode, permitId }) => permitKey(companyCode, permitId)));
    return [...this.#tables.vendorRecords.values()].flatMap((row) => {
      if (row.interface !== 'permit-videos' || row.deleted || !row.scope.endsWith('/live')) return [];
      const { permitId, cameraCode } = row.body as { permitId: string; cameraCode: string };
      const companyCode = row.scope.slice(0, -'/live'.length);
      return keys.has(permitKey(companyCode, permitId)) ? [{ companyCode, permitId, cameraCode }] : [];
    });
  }

  async rules(): Promise<RuleSettings> {
    return DEFAULT_RULE_SETTINGS;
  }

  async marks(scope: CompanyScope, fromMs: number, toMs: number, limit: number) {
    const all = [...this.#tables.alarms.values()]
      .filter(
        ({ alarmId, raisedAtMs, endedAtMs }) =>
          this.#isConcerned(scope, alarmId) && raisedAtMs <= toMs && (endedAtMs === null || endedAtMs >= fromMs),
      )
      .sort((a, b) => a.onsetAtMs - b.onsetAtMs || byText(a.alarmId, b.alarmId));
    const marks = all.slice(0, limit).map(
      ({
        alarmId,
        rule,
        level,
        onsetAtMs,
        raisedAtMs,
        endedAtMs,
        person,
        areaName,
        areaCompanyCode,
      }): PlaybackMark => ({
        alarmId,
        rule,
        level,
        onsetAtMs,
        raisedAtMs,
        endedAtMs,
        who: person?.name ?? areaName ?? '',
        companyCode: person?.companyCode ?? areaCompanyCode,
        personId: person?.personId ?? null,
      }),
    );
    return { marks, leftOut: all.length - marks.length };
  }
}

export class MemoryPlaybacks implements PlaybackBook {
  readonly #opened = new Map<string, OpenedPlayback>();
  readonly #write: (entry: AuditEntry) => Promise<void>;

  constructor(write: (entry: AuditEntry) => Promise<void>) {
    this.#write = write;
  }

  async open(playback: OpenedPlayback, forgetBeforeMs: number, audit: AuditEntry): Promise<void> {
    for (const { playbackId, madeAtMs } of [...this.#opened.values()]) {
      if (madeAtMs < forgetBeforeMs) this.#opened.delete(playbackId);
    }
    this.#opened.set(playback.playbackId, playback);
    await this.#write(audit);
  }

  async find(playbackId: string): Promise<OpenedPlayback | null> {
    return this.#opened.get(playbackId) ?? null;
  }
}
