/**
 * JSON shapes of the registers (registers/register.ts); conventions as in web-api.ts. `:name` is the register's, `:id` the row's.
 * Every route asks for the right that the register's declaration gives; a company's users reach rows of their company alone.
 *
 *   GET    /api/registers                                -> RegisterIndex       (those that the caller may read)
 *   GET    /api/registers/:name/description              -> RegisterDescription (as the caller may use it)
 *   GET    /api/registers/:name?q=&sort=&after=&limit=&company=&state=&f.<field>=  -> RegisterPage
 *              sort: a field, `-` before it: descending. f.<field>: equal to one of several (`f.kind=a,b`); of numbers, days and
 *              instants also a span `from..to`, either end open. after: `next` of the page before.
 *   GET    /api/registers/:name/options?q=&keys=&company=     -> RegisterOptions (for fields that name a row of it; at most 20)
 *   GET    /api/registers/:name/:id                      -> RegisterRow
 *   POST   /api/registers/:name           RowInput       -> RegisterRow
 *   PATCH  /api/registers/:name/:id       RowChange      -> RegisterRow  (409 CONFLICT: another version holds by now)
 *   DELETE /api/registers/:name/:id?version=             -> 204
 *   POST   /api/registers/:name/:id/moves/:move   MoveRequest   -> RegisterRow
 *   POST   /api/registers/:name/:id/actions/:action  ActionRequest -> ActionAnswer
 *   GET    /api/registers/:name/:id/history              -> RowHistory
 *   POST   /api/registers/:name/:id/reveal  RevealRequest -> Revealed   (on record with the reason)
 *   GET    /api/registers/:name/export?format=xlsx|csv&lang=zh|en&… -> the list asked for, as a file (up to 100,000 rows)
 *   GET    /api/registers/:name/template?lang=zh|en      -> an empty file with headings and what each column takes
 *   POST   /api/registers/:name/import?dryRun=true|false  the file (xlsx, csv) -> ImportReport
 *   POST   /api/registers/:name/files?field=             the file -> StoredFile (then named in a row's values)
 *   GET    /api/registers/:name/:id/files/:field/:file   -> the file
 *   GET    /api/openapi.json                             -> OpenAPI 3.1 of the routes that the caller may use
 *
 * Files travel as their bytes (application/octet-stream), the name percent-encoded in the header `X-File-Name`. Values that
 * are refused: 422 INPUT_INVALID with `problems` (FieldProblem[]) beside code and message.
 */
import type { Words } from './words.ts';

export interface RegisterIndex {
  readonly groups: readonly {
    readonly name: string;
    readonly title: Words;
    readonly registers: readonly { readonly name: string; readonly title: Words }[];
  }[];
}

export interface FieldDescription {
  readonly name: string;
  /** registers/field.ts */
  readonly kind: string;
  readonly title: Words;
  readonly help: Words | null;
  readonly required: boolean;
  readonly sortable: boolean;
  /** false: shown only. */
  readonly editable: 'always' | 'create' | 'later' | 'never';
  /** Whose word stands when a vendor sends it too; null: no vendor does. */
  readonly wins: 'vendor' | 'page' | null;
  readonly maxLength?: number;
  readonly pattern?: { readonly source: string; readonly words: Words };
  readonly min?: number;
  readonly max?: number;
  readonly digits?: number;
  readonly unit?: Words;
  readonly options?: readonly { readonly value: string; readonly title: Words }[];
  /** Register whose rows it names. */
  readonly register?: string;
  readonly secret?: 'id-number' | 'phone' | 'certificate';
  readonly types?: readonly string[];
  /** Of items. */
  readonly fields?: readonly FieldDescription[];
}

export interface RegisterDescription {
  readonly name: string;
  readonly title: Words;
  readonly about: Words;
  readonly group: string;
  /** true: rows belong to companies and the caller sees those of all. */
  readonly choosesCompany: boolean;
  readonly belongsToCompany: boolean;
  readonly fields: readonly FieldDescription[];
  readonly key: string;
  readonly label: string;
  readonly columns: readonly string[];
  /** `-` before it: descending. */
  readonly sort: string;
  readonly filters: readonly string[];
  readonly searches: boolean;
  readonly form: readonly { readonly title: Words | null; readonly fields: readonly string[] }[];
  readonly states: readonly { readonly name: string; readonly title: Words }[];
  readonly moves: readonly { readonly name: string; readonly title: Words; readonly reason: boolean }[];
  readonly actions: readonly {
    readonly name: string;
    readonly title: Words;
    readonly dangerous: boolean;
    readonly input: readonly FieldDescription[];
  }[];
  /** What the caller may do at all; a row says what may be done with it. */
  readonly may: {
    readonly create: boolean;
    readonly update: boolean;
    readonly remove: boolean;
    readonly import: boolean;
    readonly reveal: boolean;
  };
  /** true: the engine runs what is changed here. */
  readonly tellsEngine: boolean;
}

/** By field name, shapes as in registers/field.ts. Sealed ones are masked (`110***********123X`). */
export type RowValues = Readonly<Record<string, unknown>>;

export interface RegisterRow {
  readonly id: string;
  readonly version: number;
  readonly companyCode: string | null;
  readonly companyName: string | null;
  readonly state: string | null;
  readonly values: RowValues;
  /** What the rows that are named are called: by field, then by key. A key without a label is known to nobody. */
  readonly labels: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
  /** Fields whose value a vendor's record gave. */
  readonly fromVendor: readonly string[];
  readonly may: {
    readonly update: boolean;
    readonly remove: boolean;
    readonly moves: readonly string[];
    readonly actions: readonly string[];
  };
  /** null: the engine hears nothing of it. */
  readonly running: { readonly version: number; readonly problem: string | null } | null;
  /** Pages of the product where more can be done with it. */
  readonly links: readonly { readonly title: Words; readonly href: string }[];
}

export interface RegisterPage {
  readonly rows: readonly RegisterRow[];
  /** null: there are no more. */
  readonly next: string | null;
  /** Rows that fit; 1,001: more than 1,000. */
  readonly count: number;
}

export interface RegisterOptions {
  readonly options: readonly { readonly key: string; readonly label: string; readonly companyCode: string | null }[];
}

export interface RowInput {
  /** Of whom; for users who see all companies. */
  readonly companyCode?: string;
  readonly values: RowValues;
}

export interface RowChange {
  /** The version that was shown. */
  readonly version: number;
  /** Those that change. */
  readonly values: RowValues;
}

/** `field`: its name; of items `shifts.2.start`. */
export interface FieldProblem {
  readonly field: string;
  readonly words: Words;
}

export interface MoveRequest {
  readonly version: number;
  readonly reason?: string;
}

export interface ActionRequest {
  readonly version: number;
  readonly input: RowValues;
}

/** What is shown once after an action: a new password, a secret. */
export interface ActionAnswer {
  readonly row: RegisterRow;
  /** `isPage`: the value is the address of a page of the product (`#…`), to be handed on: as a QR code too. */
  readonly shown: readonly { readonly title: Words; readonly value: string; readonly isPage?: boolean }[];
}

export interface RowHistory {
  /** Newest first. */
  readonly changes: readonly {
    readonly version: number;
    readonly atMs: number;
    readonly by: string;
    /** `create`, `update`, `remove`, `import`, `vendor`, a move's or an action's name. */
    readonly act: string;
    readonly reason: string | null;
    /** Fields that changed, masked as in rows; `state` too. */
    readonly diff: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
  }[];
}

export interface RevealRequest {
  readonly field: string;
  readonly reason: string;
}

export interface Revealed {
  readonly value: string;
}

export interface ImportReport {
  readonly dryRun: boolean;
  /** Nothing is kept unless every row is fine. */
  readonly kept: boolean;
  readonly counts: {
    readonly new: number;
    readonly changed: number;
    readonly same: number;
    readonly refused: number;
  };
  /** Of the first 1,000 rows that are refused. `row`: as the sheet numbers them; 0: the file as a whole. */
  readonly problems: readonly {
    readonly row: number;
    readonly column: string | null;
    /** At most 100 characters of what stood there. */
    readonly value: string | null;
    readonly words: Words;
  }[];
  /** Headings that no field has: left out. */
  readonly unknownColumns: readonly string[];
}
