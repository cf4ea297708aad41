/** How a page's word on a person or an area shows as a row of its register, beside what a vendor's record says. */
import type { PageKind, PageRecords, PageWord, RecordName } from '../../db/page-records.ts';
import type { Field } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import type { StoredRow, StoredValues } from '../register/store.ts';

/** A record of a page to be, for one kind of them. */
export interface Said {
  readonly companyCode: string;
  readonly companyName: string;
  /** Of fields where the page has the last word: what the page says, null where it says nothing. */
  readonly values: StoredValues;
  /** Values that differ from those that stood. */
  readonly changed: StoredValues;
  readonly updatedAtMs: number;
}

/** How the rows of one register become records, and back. */
export interface RecordForm<K extends PageKind> {
  readonly kind: K;
  readonly register: AnyRegister;
  /** Throws AppError INPUT_INVALID. */
  record(said: Said): PageRecords[K];
  values(record: PageRecords[K]): StoredValues;
  sealContext?(companyCode: string | null, key: string, field: string): string;
}

/** What a page says of a row. */
export interface Change<K extends PageKind> {
  readonly name: RecordName;
  /** null: a new row. */
  readonly before: StoredRow | null;
  readonly word: PageWord<K> | null;
  /** That holds; 0: none does. */
  readonly version: number;
  /** As they are to be. */
  readonly values: StoredValues;
  readonly changed: StoredValues;
}

export class WordShape<K extends PageKind> {
  readonly #form: RecordForm<K>;
  /** Of which the page has the last word. */
  readonly #pageFields: ReadonlySet<string>;

  constructor(form: RecordForm<K>) {
    this.#form = form;
    this.#pageFields = new Set(
      Object.entries<Field>(form.register.fields).flatMap(([name, { vendor }]) =>
        vendor?.wins === 'page' ? [name] : [],
      ),
    );
  }

  nameOf({ companyCode, values }: Pick<StoredRow, 'companyCode' | 'values'>): RecordName {
    return { companyCode: companyCode ?? '', recordId: String(values[this.#form.register.key]) };
  }

  /** A vendor's record describes it. */
  isOfVendor({ fromVendor }: StoredRow): boolean {
    return fromVendor.some((field) => !this.#pageFields.has(field));
  }

  isVendors(row: StoredRow, field: string): boolean {
    return this.isOfVendor(row) && !this.#pageFields.has(field);
  }

  /** Of the page's own fields nothing that only a vendor said. */
  saidValues({ values, changed, word }: Change<K>): StoredValues {
    const own = word === null || word.deleted ? {} : this.#form.values(word.body);
    const pages = [...this.#pageFields].map((field) => [
      field,
      Object.hasOwn(changed, field) ? changed[field] : (own[field] ?? null),
    ]);
    return { ...values, ...Object.fromEntries(pages) };
  }

  /** Who is withdrawn by the page is nobody the page says anything of. */
  nothingSaid(record: PageRecords[K]): object {
    return 'mobileSealed' in record ? { mobileSealed: '', contractorCode: null, certificates: [] } : {};
  }

  rowOfWord(id: string, word: PageWord<K>): StoredRow {
    const { companyCode, version, body, saidAtMs, createdAtMs, createdBy, by } = word;
    return {
      id,
      version,
      companyCode,
      state: null,
      values: this.#form.values(body),
      createdAtMs,
      createdBy,
      updatedAtMs: saidAtMs,
      updatedBy: by,
      fromVendor: [],
      running: { version: 0, problem: null },
    };
  }

  overlaid(row: StoredRow, word: PageWord<K>): StoredRow {
    const said = Object.entries(this.#form.values(word.body)).filter(([field, value]) =>
      this.isOfVendor(row) ? this.#pageFields.has(field) && value !== null : true,
    );
    return {
      ...row,
      version: word.version,
      values: { ...row.values, ...Object.fromEntries(said) },
      updatedAtMs: word.saidAtMs,
      updatedBy: word.by,
      fromVendor: row.fromVendor.filter((field) => !said.some(([name]) => name === field)),
      running: { version: word.version - 1, problem: null },
    };
  }
}
