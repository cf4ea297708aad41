/**
 * The table of a register, from its declaration: one column a field beside those that every register has. Statements are
 * written from it (admin/register/table-store.ts), and so is the table itself (tables.ts). A field's column is null where the
 * field holds nothing, whether it is required or not: rows that are there already may lack what a declaration asks for today.
 */
import { createHash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  numeric,
  type PgColumn,
  type PgColumnBuilderBase,
  type PgTable,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { Field } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { company } from '../schema.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** camelCase to snake_case. */
export const columnName = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** Of the blind index of a sealed field. */
export const blindName = (field: string): string => `${columnName(field)}_blind`;
export const tableName = (register: Pick<AnyRegister, 'name'>): string => `reg_${register.name.replaceAll('-', '_')}`;

/** PostgreSQL cuts longer names, and cut ones may meet. */
const NAME_MAX = 63;

const baseColumns = () => ({
  id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
  companyCode: text('company_code'),
  state: text('state'),
  version: integer('version').notNull(),
  createdAt: instant('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  updatedAt: instant('updated_at').notNull(),
  updatedBy: text('updated_by').notNull(),
  /** Set: the row is gone from every list, and its key is free again. */
  removedAt: instant('removed_at'),
  fromVendor: text('from_vendor').array().notNull(),
});
/** Version of the row that the engine was told; 0: none. Of registers that rules go by (heard.ts). */
const toldColumn = () => ({ toldVersion: integer('told_version').notNull().default(0) });
/** Names of columns and of parameters of lists, which no field may have. */
const RESERVED: ReadonlySet<string> = new Set(
  Object.values({ ...baseColumns(), ...toldColumn() }).map((builder) => nameOf(builder)),
);

export function registerTable(register: AnyRegister): PgTable {
  const fields = Object.entries<Field>(register.fields);
  const base = {
    ...baseColumns(),
    companyCode:
      register.scope === 'company'
        ? text('company_code')
            .notNull()
            .references(() => company.code)
        : text('company_code'),
  };
  const columns: Record<string, PgColumnBuilderBase> = {
    ...base,
    ...(register.heard === undefined ? {} : toldColumn()),
  };
  for (const [name, field] of fields) {
    assertName(register, name);
    columns[`field:${name}`] = columnOf(name, field);
    if (field.kind === 'sealed') columns[`blind:${name}`] = text(blindName(name));
  }
  return pgTable(tableName(register), columns, (table) => indexesOf(register, table as Record<string, PgColumn>));
}

/** Rows whose newest version the engine was not told. Of one that went before it heard of it there is nothing to tell. */
export const UNTOLD = 'told_version <> version AND (removed_at IS NULL OR told_version <> 0)';

/** A field of the row `t`, as values of a register are kept in memory; of a sealed one both its text and its blind index. */
export function readExpression(field: string, kind: Field['kind']): string {
  const column = `t."${columnName(field)}"`;
  if (kind === 'day') return `to_char(${column}, 'YYYY-MM-DD')`;
  if (kind === 'instant') return `(extract(epoch FROM ${column}) * 1000)::bigint`;
  if (kind === 'decimal') return `${column}::float8`;
  if (kind !== 'sealed') return column;
  return `CASE WHEN ${column} IS NOT NULL THEN jsonb_build_object('sealed', ${column}, 'blind', t."${blindName(field)}") END`;
}

function columnOf(fieldName: string, field: Field): PgColumnBuilderBase {
  const name = columnName(fieldName);
  switch (field.kind) {
    case 'text':
    case 'lines':
    case 'choice':
    case 'reference':
    case 'sealed':
      return text(name);
    case 'integer':
      return integer(name);
    case 'decimal':
      return numeric(name);
    case 'yes-no':
      return boolean(name);
    case 'day':
      return date(name);
    case 'instant':
      return instant(name);
    case 'choices':
    case 'references':
      return text(name).array();
    case 'files':
    case 'place':
    case 'plan':
    case 'items':
      return jsonb(name);
  }
}

/**
 * Pairs of changed rows that wait to come into the index: every search reads them all. The default of 4 MB costs each search
 * twice what it takes, and whoever fills it waits for the whole of it.
 */
const PENDING_WORDS_KB = 256;

type IndexOf = ReturnType<ReturnType<typeof index>['on']>;

/** Over standing rows alone, but for that of the search. */
function indexesOf(register: AnyRegister, table: Record<string, PgColumn>): IndexOf[] {
  const col = (name: string): PgColumn => {
    const column = table[name];
    if (column === undefined) throw new Error(`register ${register.name} has no ${name}`);
    return column;
  };
  const standing = sql`${col('removedAt')} IS NULL`;
  const named = (what: string): string => indexName(register, what);
  const isOfCompanies = register.scope === 'company';
  // A reader of one company walks the order too: the company in the index spares it the rows of all the others.
  const order = isOfCompanies ? [col('id'), col('companyCode')] : [col('id')];
  const made: IndexOf[] = [index(named('company')).on(col('companyCode'), col('id')).where(standing)];
  if (register.heard !== undefined) {
    // Looked at each second, and as good as empty.
    made.push(index(named('untold')).on(col('id')).where(sql.raw(UNTOLD)));
  }
  if (register.states !== undefined) made.push(index(named('state')).on(col('state'), col('id')).where(standing));
  for (const [name, field] of Object.entries<Field>(register.fields)) {
    const found = col(field.kind === 'sealed' ? `blind:${name}` : `field:${name}`);
    if (field.unique === true) {
      const within = isOfCompanies ? [col('companyCode'), found] : [found];
      made.push(
        uniqueIndex(named(`${name} unique`))
          .on(...(within as [PgColumn]))
          .where(standing),
      );
    }
    if (field.kind === 'choices' || field.kind === 'references') {
      if (field.indexed === true)
        made.push(
          index(named(`${name} any`))
            .using('gin', found)
            .where(standing),
        );
    } else if (field.indexed === true || field.kind === 'sealed' || name === register.contractor) {
      made.push(
        index(named(isOfCompanies ? `${name} company` : name))
          .on(found, ...order)
          .where(standing),
      );
    }
  }
  const searched = searchOf(register, (name) => sql`${col(`field:${name}`)}`);
  if (searched !== null) {
    // Over removed rows too: the planner takes statistics of an expression from whole indexes alone.
    const which = searchedFields(register).join(' ');
    const words = index(named(`words ${which} ${PENDING_WORDS_KB}`)).using('gin', sql`bigrams(${searched})`);
    made.push(words.with({ gin_pending_list_limit: PENDING_WORDS_KB }));
  }
  return made;
}

export const searchedFields = (register: AnyRegister): string[] =>
  Object.entries<Field>(register.fields).flatMap(([name, field]) =>
    field.search === true && (field.kind === 'text' || field.kind === 'lines') ? [name] : [],
  );

/** What the search box looks into, as one text; null: nothing. The index is over the same words, letter for letter. */
export function searchOf(register: AnyRegister, column: (field: string) => SQL): SQL | null {
  const parts = searchedFields(register).map((name) => sql`coalesce(${column(name)}, '')`);
  return parts.length === 0 ? null : sql`search_form(${sql.join(parts, sql` || chr(10) || `)})`;
}

/** Says what it is for as far as there is room; the digest keeps two of them apart, and one from what it was before. */
function indexName(register: AnyRegister, what: string): string {
  const whole = `${tableName(register)}_${what.replace(/\W+/g, '_').toLowerCase()}`;
  const digest = createHash('sm3').update(`${register.scope} ${what}`).digest('hex').slice(0, 8);
  return `${whole.slice(0, NAME_MAX - 9)}_${digest}`;
}

function assertName(register: AnyRegister, field: string): void {
  const column = columnName(field);
  if (!/^[a-z][a-zA-Z0-9]*$/.test(field) || blindName(field).length > NAME_MAX || RESERVED.has(column)) {
    throw new Error(`register ${register.name}: a field cannot be called ${field}`);
  }
}

function nameOf(builder: PgColumnBuilderBase): string {
  return (builder as unknown as { readonly config: { readonly name: string } }).config.name;
}
