/**
 * Every column of the database that holds sealed values, and what each value is sealed for: the one list that a change of the
 * master key goes by. Registers add their own by their declarations. A column that is missing here would be unreadable once the
 * older key is gone; rotation.int.ts looks for such.
 */
import { contactContext } from '../../db/company-contacts.ts';
import { columnName, tableName } from '../../db/registers/table.ts';
import type { Field } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import type { BlindIndex } from '../../security/blind-index.ts';
import { openContactSecret, sealContactSecret } from '../../security/contact-secret.ts';
import { openSecret, sealSecret } from '../../security/credential-secret.ts';
import type { Sealer } from '../../security/gm.ts';
import { blindIdNumber, personSecretContext } from '../../security/person-secret.ts';
import { registerSecretBlind, registerSecretContext } from '../../security/register-secret.ts';
import { openTotpSecret, sealTotpSecret } from '../../security/totp.ts';

/** One thing that a value may be sealed for; `open` throws when it is another one. */
export interface SealedFor {
  open(sealer: Sealer, sealed: string): string;
  seal(sealer: Sealer, plain: string): string;
  /** null: nobody looks for it. */
  readonly blind: ((index: BlindIndex, plain: string) => string) | null;
}

export type SealedRow = Readonly<Record<string, unknown>>;

export interface SealedColumn {
  readonly name: string;
  /** Of the blind index of this column. */
  readonly blind?: string;
  /** Values lie within JSON, each under a name of its own, its blind index beside it (`sealed`, `blind`; `xSealed`, `xBlind`). */
  readonly isJson?: true;
}

export interface SealedTable {
  readonly table: string;
  /** For people: registers share the table of changes. */
  readonly name: string;
  /** Key columns and their types. */
  readonly keys: Readonly<Record<string, string>>;
  readonly columns: readonly SealedColumn[];
  /** More of a row that `uses` needs: SQL over `t`, by name. */
  readonly more?: Readonly<Record<string, string>>;
  /** SQL over `t`. */
  readonly where?: string;
  /** Trigger that refuses changes. */
  readonly appendOnly?: string;
  /** What its values may be sealed for: the first that opens is it. */
  uses(row: SealedRow): readonly SealedFor[];
}

const plainUse = (context: string, blind: SealedFor['blind'] = null): SealedFor => ({
  open: (sealer, sealed) => sealer.open(sealed, context),
  seal: (sealer, plain) => sealer.seal(plain, context),
  blind,
});

const text = (row: SealedRow, name: string): string => String(row[name] ?? '');

const personUses = (companyCode: string, personId: string): SealedFor[] => [
  plainUse(personSecretContext(companyCode, personId, 'id-number'), blindIdNumber),
  plainUse(personSecretContext(companyCode, personId, 'mobile')),
];

const OWN_TABLES: readonly SealedTable[] = [
  {
    table: 'credential',
    name: 'credential',
    keys: { app_id: 'text' },
    columns: [{ name: 'secret_sealed' }, { name: 'previous_secret_sealed' }],
    uses: (row) => {
      const appId = text(row, 'app_id');
      const open: SealedFor['open'] = (sealer, sealed) => openSecret(sealer, appId, sealed);
      return [{ open, seal: (sealer, plain) => sealSecret(sealer, appId, plain), blind: null }];
    },
  },
  {
    table: 'user_factor',
    name: 'user_factor',
    keys: { id: 'uuid' },
    columns: [{ name: 'secret_sealed' }],
    more: { user_id: 't.user_id' },
    uses: (row) => {
      const userId = text(row, 'user_id');
      const open: SealedFor['open'] = (sealer, sealed) => openTotpSecret(sealer, userId, sealed);
      return [{ open, seal: (sealer, plain) => sealTotpSecret(sealer, userId, plain), blind: null }];
    },
  },
  {
    table: 'contact',
    name: 'contact',
    keys: { contact_id: 'text' },
    columns: [{ name: 'phone_sealed' }, { name: 'email_sealed' }],
    uses: (row) =>
      (['phone', 'email'] as const).map((field) => ({
        open: (sealer, sealed) => openContactSecret(sealer, text(row, 'contact_id'), field, sealed),
        seal: (sealer, plain) => sealContactSecret(sealer, text(row, 'contact_id'), field, plain),
        blind: null,
      })),
  },
  {
    table: 'company_contact',
    name: 'company_contact',
    keys: { company_code: 'text', kind: 'text' },
    columns: [{ name: 'phone_sealed' }],
    uses: (row) => [plainUse(contactContext(text(row, 'company_code'), text(row, 'kind')))],
  },
  {
    table: 'person',
    name: 'person',
    keys: { id: 'integer' },
    columns: [
      { name: 'id_number_sealed', blind: 'id_number_blind' },
      { name: 'mobile_sealed' },
      { name: 'page_mobile_sealed' },
    ],
    more: { company_code: 't.company_code', person_id: 't.person_id' },
    uses: (row) => personUses(text(row, 'company_code'), text(row, 'person_id')),
  },
  {
    table: 'page_record',
    name: 'page_record',
    keys: { kind: 'text', company_code: 'text', record_id: 'text' },
    columns: [{ name: 'body', isJson: true }],
    uses: (row) => personUses(text(row, 'company_code'), text(row, 'record_id')),
  },
];

/** What vendors sent last, by interface: into registers, and people of joint tests. */
const vendorRecords = (
  interfaceName: string,
  usesOf: (companyCode: string, key: string) => SealedFor[],
): SealedTable => ({
  table: 'vendor_record',
  name: `vendor_record of ${interfaceName}`,
  keys: { company_code: 'text', interface: 'text', record_id: 'text', joint_test: 'boolean' },
  columns: [{ name: 'body', isJson: true }],
  where: `t.interface = '${interfaceName}'`,
  more: { company: 't.company_code', record: 't.record_id' },
  uses: (row) => usesOf(text(row, 'company'), text(row, 'record')),
});

const sealedFieldsOf = ({ fields }: AnyRegister) =>
  Object.entries<Field>(fields).flatMap(([name, field]) =>
    field.kind === 'sealed' ? [{ name, secret: field.secret }] : [],
  );

const registerUses = (register: AnyRegister, companyCode: string | null, key: string): SealedFor[] =>
  sealedFieldsOf(register).map(({ name, secret }) =>
    plainUse(registerSecretContext(register.name, companyCode, key, name), (index, plain) =>
      registerSecretBlind(index, secret, plain),
    ),
  );

function registerTables(register: AnyRegister): SealedTable[] {
  const fields = sealedFieldsOf(register);
  if (fields.length === 0) return [];
  const table = tableName(register);
  const keyColumn = columnName(register.key);
  const companyOf = (row: SealedRow): string | null => (row['company_code'] ?? null) as string | null;
  const own: SealedTable = {
    table,
    name: table,
    keys: { id: 'bigint' },
    columns: fields.map(({ name }) => ({ name: columnName(name), blind: `${columnName(name)}_blind` })),
    more: { company_code: 't.company_code', row_key: `t."${keyColumn}"::text` },
    uses: (row) => registerUses(register, companyOf(row), text(row, 'row_key')),
  };
  const history: SealedTable = {
    table: 'register_change',
    name: `register_change of ${register.name}`,
    keys: { row_id: 'text', version: 'integer' },
    columns: [
      { name: 'before', isJson: true },
      { name: 'after', isJson: true },
    ],
    where: `t.register = '${register.name}'`,
    // A value was sealed under the key that its row had then. A row that left its table is of a company that nobody knows any more.
    more: {
      companies: `coalesce((SELECT ARRAY[r.company_code] FROM "${table}" r WHERE r.id = t.row_id::bigint),
        ARRAY(SELECT code FROM company))`,
      row_keys: `ARRAY(SELECT r."${keyColumn}"::text FROM "${table}" r WHERE r.id = t.row_id::bigint
        UNION SELECT k FROM register_change h, LATERAL (VALUES (h.before ->> '${register.key}'), (h.after ->> '${register.key}')) AS v (k)
        WHERE h.register = t.register AND h.row_id = t.row_id AND k IS NOT NULL)`,
    },
    appendOnly: 'register_change_append_only',
    uses: (row) =>
      (row['companies'] as readonly (string | null)[]).flatMap((company) =>
        (row['row_keys'] as readonly string[]).flatMap((key) => [
          ...registerUses(register, company, key),
          // Registers over tables that were there before them.
          ...personUses(company ?? '', key),
          plainUse(contactContext(company ?? '', key)),
        ]),
      ),
  };
  const sent =
    register.vendor === undefined
      ? []
      : [vendorRecords(register.name, (companyCode, key) => registerUses(register, companyCode, key))];
  return register.kept === undefined || register.kept === 'table' ? [own, history, ...sent] : [history, ...sent];
}

export const sealedTables = (registers: readonly AnyRegister[]): SealedTable[] => [
  ...OWN_TABLES,
  vendorRecords('persons', personUses),
  ...registers.flatMap(registerTables),
];
