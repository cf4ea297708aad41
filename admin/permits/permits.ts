/**
 * Work permits for the pages: lists, one permit with all that belongs to it, its history and files, exports, boards. Invariant: the
 * scope narrows whatever leaves, and a permit out of scope is answered like one that does not exist; the phone of whoever answers for
 * a permit leaves masked, and files and exports are on record before they leave.
 */

import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { parkDay } from '../../core/park-time.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import { readAlarmsBoard, readCompaniesBoard, readDayBoard, readMonthsBoard } from '../../db/permits/permit-boards.ts';
import {
  readActivity,
  readAttachments,
  readCameraCodes,
  readCoverage,
  readPermitAlarms,
  readWords,
} from '../../db/permits/permit-details.ts';
import { findPermits, type PermitFilter, readLinkedPermits, readPermitRow } from '../../db/permits/permit-lists.ts';
import type { Pool } from '../../db/pool.ts';
import type { Sealer } from '../../security/gm.ts';
import { openPermitPhone } from '../../security/permit-secret.ts';
import type { AttachmentStore } from '../../stream/archive/attachment-store.ts';
import type {
  CompaniesBoard,
  DayBoard,
  MonthsBoard,
  PermitAlarmsBoard,
  PermitAttachmentJson,
  PermitDetail,
  PermitHistory,
  PermitListAnswer,
} from '../../stream/protocol/permit-api.ts';
import { type PermitState, rowsOf, statusChanges } from '../../stream/protocol/permit-merge.ts';
import { PERMIT_LISTS, type PermitList, type PermitRows } from '../../stream/protocol/permits.ts';
import { type Actor, insertAudit } from '../audit.ts';
import { maskMobile } from '../mask.ts';
import type { Language } from '../register/cells/cells.ts';
import { exportPermits } from './export.ts';

/** Every method throws AppError NOT_FOUND out of scope, and DATABASE_UNAVAILABLE. */
export interface PermitDesk {
  /** Throws INPUT_INVALID on a cursor that is none of ours. */
  list(scope: CompanyScope, filter: PermitFilter, limit: number, cursor: string | null): Promise<PermitListAnswer>;
  detail(scope: CompanyScope, companyCode: string, permitId: string): Promise<PermitDetail>;
  history(scope: CompanyScope, companyCode: string, permitId: string): Promise<PermitHistory>;
  /** Throws ARCHIVE_UNAVAILABLE. */
  file(
    scope: CompanyScope,
    companyCode: string,
    permitId: string,
    attachmentId: string,
    actor: Actor,
  ): Promise<{ readonly head: PermitAttachmentJson; readonly bytes: Uint8Array }>;
  /** Throws INPUT_INVALID where the filters leave too many. */
  export(
    scope: CompanyScope,
    filter: PermitFilter,
    format: 'xlsx' | 'csv',
    language: Language,
    actor: Actor,
  ): Promise<AsyncIterable<string | Buffer>>;
  /** `day` null: today. */
  dayBoard(scope: CompanyScope, day: string | null, companyCode: string | null): Promise<DayBoard>;
  monthsBoard(scope: CompanyScope, year: number | null, companyCode: string | null): Promise<MonthsBoard>;
  companiesBoard(scope: CompanyScope, day: string | null): Promise<CompaniesBoard>;
  alarmsBoard(
    scope: CompanyScope,
    fromMs: number,
    toMs: number,
    companyCode: string | null,
  ): Promise<PermitAlarmsBoard>;
}

export interface PermitDeskOptions {
  readonly pool: Pool;
  readonly files: Pick<AttachmentStore, 'get'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly logger: Logger;
}

const HISTORY_MAX = 500;

export class StoredPermitDesk implements PermitDesk {
  readonly #o: PermitDeskOptions;

  constructor(options: PermitDeskOptions) {
    this.#o = options;
  }

  list(scope: CompanyScope, filter: PermitFilter, limit: number, cursor: string | null): Promise<PermitListAnswer> {
    return findPermits(this.#o.pool, scope, filter, limit, cursor);
  }

  async detail(scope: CompanyScope, companyCode: string, permitId: string): Promise<PermitDetail> {
    const { pool } = this.#o;
    const { state, deleted, ...row } = await this.#permit(scope, companyCode, permitId);
    const { responsiblePhoneSealed = null, ...fields } = state.fields;
    const rows = Object.fromEntries(PERMIT_LISTS.map((list) => [list, rowsOf(state, list)])) as {
      [L in PermitList]: PermitRows[L][];
    };
    const links = rows.links.map((link) => link.permitId);
    const activityId = fields.activityId ?? null;
    const [attachments, cameraCodes, coverage, linked, alarms, activity] = await Promise.all([
      readAttachments(pool, companyCode, permitId),
      readCameraCodes(pool, companyCode, permitId),
      readCoverage(pool, companyCode, permitId),
      readLinkedPermits(pool, companyCode, permitId, links, activityId),
      readPermitAlarms(pool, companyCode, permitId),
      activityId === null ? null : readActivity(pool, companyCode, activityId),
    ]);
    return {
      ...row,
      deleted,
      fields,
      responsiblePhoneMasked: this.#phone(companyCode, permitId, responsiblePhoneSealed),
      statuses: statusChanges(state),
      rows,
      attachments,
      cameraCodes,
      coverage,
      linked,
      alarms,
      activity,
    };
  }

  async history(scope: CompanyScope, companyCode: string, permitId: string): Promise<PermitHistory> {
    await this.#permit(scope, companyCode, permitId);
    const words = await readWords(this.#o.pool, companyCode, permitId, HISTORY_MAX);
    return {
      words: words.map(({ receivedAtMs, updatedAtMs, by, record }) => {
        const { responsiblePhoneSealed, ...fields } = record.fields;
        const { status, deleted, rows } = record;
        const phone =
          responsiblePhoneSealed === undefined
            ? {}
            : { responsiblePhoneMasked: this.#phone(companyCode, permitId, responsiblePhoneSealed) };
        const said = {
          ...(status === undefined ? {} : { status }),
          ...(deleted === undefined ? {} : { deleted }),
          ...fields,
          ...phone,
          ...rows,
        };
        return { receivedAtMs, updatedAtMs, by, said };
      }),
    };
  }

  async file(scope: CompanyScope, companyCode: string, permitId: string, attachmentId: string, actor: Actor) {
    await this.#permit(scope, companyCode, permitId);
    const all = await readAttachments(this.#o.pool, companyCode, permitId);
    const head = all.find((one) => one.attachmentId === attachmentId);
    const bytes = head === undefined ? null : await this.#o.files.get(head.hash);
    if (head === undefined || bytes === null) throw new AppError('NOT_FOUND');
    await insertAudit(this.#o.pool, {
      actor,
      action: 'permit.file',
      subject: `${companyCode}/${permitId}`,
      outcome: 'ok',
      detail: { attachmentId, mediaType: head.mediaType, bytes: head.bytes, hash: head.hash },
    });
    return { head, bytes };
  }

  export(scope: CompanyScope, filter: PermitFilter, format: 'xlsx' | 'csv', language: Language, actor: Actor) {
    return exportPermits(this.#o.pool, scope, filter, format, language, actor);
  }

  dayBoard(scope: CompanyScope, day: string | null, companyCode: string | null): Promise<DayBoard> {
    return readDayBoard(this.#o.pool, scope, day ?? this.#today(), companyCode);
  }

  monthsBoard(scope: CompanyScope, year: number | null, companyCode: string | null): Promise<MonthsBoard> {
    return readMonthsBoard(this.#o.pool, scope, year ?? Number(this.#today().slice(0, 4)), companyCode);
  }

  companiesBoard(scope: CompanyScope, day: string | null): Promise<CompaniesBoard> {
    return readCompaniesBoard(this.#o.pool, scope, day ?? this.#today());
  }

  alarmsBoard(scope: CompanyScope, fromMs: number, toMs: number, companyCode: string | null) {
    return readAlarmsBoard(this.#o.pool, scope, fromMs, toMs, companyCode);
  }

  #today(): string {
    return parkDay(this.#o.clock.nowMs());
  }

  async #permit(scope: CompanyScope, companyCode: string, permitId: string) {
    const row = await readPermitRow(this.#o.pool, scope, companyCode, permitId);
    if (row === null) throw new AppError('NOT_FOUND');
    return { ...row, state: row.state as PermitState };
  }

  /** One sealed under a key that is not here any more must not take the card with it. */
  #phone(companyCode: string, permitId: string, sealed: string | null): string | null {
    if (sealed === null) return null;
    try {
      return maskMobile(openPermitPhone(this.#o.sealer, companyCode, permitId, sealed));
    } catch (error) {
      this.#o.logger.error('permit-phone-not-opened', { companyCode, permitId, error });
      return '****';
    }
  }
}
