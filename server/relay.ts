/**
 * The relay: brings what waits in the outbox of PostgreSQL into the log, and sees to it that the engine runs the settings that
 * the database holds, also when the log began anew, or either of them came back older. Ports only: roles/relay.ts wires
 * PostgreSQL and Redis, tests wire memory.
 *
 * Invariants: a row is marked only after the log has confirmed its entry; an entry that is appended twice is dropped by its id,
 * and beyond that time by its own version or id in the engine. So a relay may be killed anywhere, and two do no harm.
 */
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { LogPlaceOfRow, OutboxRow } from '../db/outbox.ts';
import type { PlacedSetting } from '../db/settings.ts';
import { ENTRY_KIND, type SettingBody } from '../stream/protocol/entry.ts';
import { encodeBody } from '../stream/protocol/entry-codec.ts';
import type { LogAppender, LogHead } from '../stream/protocol/log.ts';
import type { SettingAnswer } from '../stream/protocol/settings.ts';

/** The database's end. Everything throws DATABASE_UNAVAILABLE while it is away. */
export interface RelayRows {
  unsent(limit: number): Promise<readonly OutboxRow[]>;
  /** `place`: where the entry is, or the newest entry when the log had it before. */
  markSent(row: OutboxRow, place: LogPlaceOfRow): Promise<void>;
  settings(): Promise<readonly PlacedSetting[]>;
  noteSettingPlace(body: SettingBody, place: LogPlaceOfRow): Promise<void>;
  /** The same value under the version after `above`, by its own row in the outbox. */
  reissueSetting(body: SettingBody, above: number): Promise<void>;
}

/** What the engine says it runs, out of a picture of the park. */
export interface RunningSettings {
  readonly epoch: string;
  /** Entries up to this one are taken. */
  readonly seq: number;
  /** By `topic:key`. */
  readonly answers: ReadonlyMap<string, SettingAnswer>;
}

export interface RelayOptions {
  readonly rows: RelayRows;
  readonly log: LogAppender & { head(): Promise<LogHead> };
  /** null: there is no picture yet. */
  readonly running: () => Promise<RunningSettings | null>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const ROWS_AT_ONCE = 100;

export class Relay {
  readonly #o: RelayOptions;

  constructor(options: RelayOptions) {
    this.#o = options;
  }

  /** Until nothing waits. Returns how many rows went. Throws what the ports throw; what was sent until then is marked. */
  async send(): Promise<number> {
    const { rows } = this.#o;
    let sent = 0;
    for (;;) {
      const waiting = await rows.unsent(ROWS_AT_ONCE);
      if (waiting.length === 0) return sent;
      // Asked for before: a log that begins anew in between has another epoch, which the check then sees.
      const { epoch, seq: headSeq } = await this.#o.log.head();
      for (const row of waiting) {
        const seq = await this.#append(row.kind, row.body, `outbox:${row.id}`);
        await rows.markSent(row, { epoch, seq: seq ?? headSeq });
        sent++;
      }
    }
  }

  /** Compares what the engine runs with what the database holds, and brings what it lacks. Returns how many settings went. */
  async check(): Promise<number> {
    const { rows, log, logger } = this.#o;
    const settings = await rows.settings();
    if (settings.length === 0) return 0;
    const running = await this.#o.running();
    const head = await log.head();
    if (running === null || running.epoch !== head.epoch) return 0;
    let brought = 0;
    for (const { body, place } of settings) {
      if (place === null) continue;
      const path = `${body.topic}:${body.key}`;
      const answer = running.answers.get(path);
      if (answer !== undefined && answer.version > body.version) {
        logger.error('setting-older-in-database', { path, version: body.version, running: answer.version });
        await rows.reissueSetting(body, answer.version);
        brought++;
      } else if (this.#isLacking(body, place, head, running, answer)) {
        const seq = await this.#append('setting', body, `setting:${head.epoch}:${path}:${body.version}:${running.seq}`);
        await rows.noteSettingPlace(body, { epoch: head.epoch, seq: seq ?? head.seq });
        logger.warn('setting-brought-again', { path, version: body.version, running: answer?.version ?? 0 });
        brought++;
      }
    }
    return brought;
  }

  #isLacking(
    { version }: SettingBody,
    place: LogPlaceOfRow,
    head: LogHead,
    running: RunningSettings,
    answer: SettingAnswer | undefined,
  ): boolean {
    if (answer?.version === version) return false;
    const isThere = place.epoch === head.epoch && place.seq <= head.seq;
    if (!isThere) return true;
    // It has not got so far; or it has, and would not take it, which it would say again.
    if (running.seq < place.seq) return false;
    return answer === undefined || answer.problem === null;
  }

  /** null: the log had it before. */
  async #append(kind: OutboxRow['kind'], body: OutboxRow['body'], dedupId: string): Promise<number | null> {
    const bytes = encodeBody(kind, body as never);
    const entry = { kind: ENTRY_KIND[kind], receivedAtMs: this.#o.clock.nowMs(), body: bytes, dedupId };
    const { seq, repeat } = await this.#o.log.append(entry);
    return repeat ? null : seq;
  }
}
