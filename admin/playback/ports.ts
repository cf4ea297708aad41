/**
 * What the time machine asks of the stores: the park at an instant and what changed until another. Spans are from an instant on, without
 * it, up to and with the other. Outside the scope is the same as not there. The real one is stored-past.ts, the twin memory-past.ts;
 * both run test/contract/past-park.ts.
 */
import type { RuleSettings } from '../../alarms/rule-settings.ts';
import type { PlaybackMark } from '../../core/playback-api.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import type { PositionColumns } from '../../db/copy/position-columns.ts';
import type { AlarmView, DocEffect, PersonView } from '../../stream/protocol/effects.ts';
import type { AreaRecord } from '../../stream/protocol/entry.ts';
import type { LiveDocKind } from '../../stream/protocol/live-docs.ts';
import type { PermitState } from '../../stream/protocol/permit-merge.ts';
import type { PermitRecord, PermitView } from '../../stream/protocol/permits.ts';
import type { AuditEntry } from '../audit.ts';

/** As the register has them today: it keeps no history. */
export interface PastPerson {
  /** person.id: what positions carry. */
  readonly id: number;
  readonly view: PersonView;
}

/** A tag whose positions observed before `untilMs` are the person's: it was worn before anybody said by whom. */
export interface PastAlias {
  readonly id: number;
  readonly alsoId: number;
  readonly untilMs: number;
}

export interface PastPeople {
  /** Ascending by id: whoever comes later comes behind. */
  readonly people: readonly PastPerson[];
  readonly aliases: readonly PastAlias[];
}

export interface PastArea {
  readonly atMs: number;
  readonly version: number;
  readonly record: AreaRecord;
}

export interface PastAlarm {
  readonly atMs: number;
  readonly alarm: AlarmView;
}

/** A change; `companyCodes` are those of the newest. */
export interface PastDoc {
  readonly atMs: number;
  readonly doc: DocEffect;
}

export interface PastWord {
  readonly receivedAtMs: number;
  readonly record: PermitRecord;
}

export type PermitName = Pick<PermitState, 'companyCode' | 'permitId'>;

export interface PastCameraLink {
  readonly companyCode: string;
  readonly permitId: string;
  readonly cameraCode: string;
}

export interface PastPark {
  /** Positions are stored from here on; null: there are none. */
  floorMs(): Promise<number | null>;
  people(scope: CompanyScope): Promise<PastPeople>;
  /** Words of FLOOR_NO by the numbers that positions carry. */
  floorWords(): Promise<ReadonlyMap<number, string>>;
  /** Appends of each id at least the newest fix with a place in the span, in any order. */
  newest(ids: readonly number[], fromMs: number, toMs: number, into: PositionColumns): Promise<void>;
  /** Appends every fix with a place in the span, in any order. */
  positions(ids: readonly number[], fromMs: number, toMs: number, into: PositionColumns): Promise<void>;
  /** Versions that held at `fromMs`, and those that came in the span, in order of time; withdrawn ones among them. */
  areas(scope: CompanyScope, fromMs: number, toMs: number): Promise<readonly PastArea[]>;
  /** That stood at the instant, as they were, by id. */
  alarmsAt(scope: CompanyScope, atMs: number): Promise<readonly AlarmView[]>;
  /** Transitions in the span of alarms in scope, in order. */
  alarmChanges(scope: CompanyScope, fromMs: number, toMs: number): Promise<readonly PastAlarm[]>;
  /** As it is now; null: none of the scope. */
  alarm(scope: CompanyScope, alarmId: string): Promise<AlarmView | null>;
  /** Every transition of these alarms, in order. */
  histories(scope: CompanyScope, alarmIds: readonly string[]): Promise<readonly PastAlarm[]>;
  /** That stood at the instant, as they were, of kinds whose every change is stored. */
  docsAt(scope: CompanyScope, kinds: readonly LiveDocKind[], atMs: number): Promise<readonly PastDoc[]>;
  /** Changes in the span, in order. */
  docChanges(
    scope: CompanyScope,
    kinds: readonly LiveDocKind[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly PastDoc[]>;
  /** Permits that may have been on the map at the instant, as merged from the words received until then. */
  permitsAt(scope: CompanyScope, atMs: number): Promise<readonly PermitState[]>;
  /** Of the permits named, as merged from the words received until the instant; those that nothing was said of are left out. */
  permitStates(permits: readonly PermitName[], atMs: number): Promise<readonly PermitState[]>;
  /** In order of receipt. */
  permitWords(scope: CompanyScope, fromMs: number, toMs: number): Promise<readonly PastWord[]>;
  /** Of these permits, as they are linked today. */
  cameraLinks(permits: readonly PermitName[]): Promise<readonly PastCameraLink[]>;
  rules(atMs: number): Promise<RuleSettings>;
  /** Alarms that stood at any time of the span, by onset; `leftOut`: how many more there are than `limit`. */
  marks(
    scope: CompanyScope,
    fromMs: number,
    toMs: number,
    limit: number,
  ): Promise<{ readonly marks: readonly PlaybackMark[]; readonly leftOut: number }>;
}

export interface OpenedPlayback {
  readonly playbackId: string;
  readonly userId: string;
  readonly companyCode: CompanyScope;
  readonly fromMs: number;
  readonly toMs: number;
  readonly madeAtMs: number;
}

export interface PlaybackBook {
  /** Commits with its audit entry; forgets those made before `forgetBeforeMs`. */
  open(playback: OpenedPlayback, forgetBeforeMs: number, audit: AuditEntry): Promise<void>;
  find(playbackId: string): Promise<OpenedPlayback | null>;
}

/** A permit as screens saw it at an instant; null: it was not on the map. */
export type PastPermitView = (state: PermitState, atMs: number, cameraCodes: readonly string[]) => PermitView | null;

/** For a park of these people under these rules. */
export type PastPermitViews = (people: readonly PersonView[], rules: RuleSettings) => PastPermitView;
