/**
 * A register is declared once, as data, and served to everyone it concerns: table, routes with OpenAPI, lists, forms, Excel,
 * history, audit and what the engine hears all follow from the declaration (admin/register/, web/registers/). To add one:
 * one file in this folder and one line in registers/index.ts (docs/how-to-add-a-register.md). Pure.
 */
import type { Words } from '../core/words.ts';
import type { SettingTopicName } from '../stream/protocol/settings.ts';
import type { Role } from '../stream/protocol/vocabulary.ts';
import type { Field, ValuesOf } from './field.ts';

/**
 * Who: a role; `park:<department>` for the park's staff of one department; `company:<post>` for a company's staff of one office
 * (the names that work orders are routed to).
 */
export type Party = Role | `park:${string}` | `company:${string}`;

/** Places in the navigation, in their order. */
export const REGISTER_GROUPS = {
  companies: { zh: '企业', en: 'Companies' },
  people: { zh: '人员与区域', en: 'People and areas' },
  work: { zh: '作业', en: 'Work' },
  contractors: { zh: '承包商', en: 'Contractors' },
  duty: { zh: '值班与日历', en: 'Duty and calendar' },
  alarms: { zh: '报警设置', en: 'Alarm settings' },
  accounts: { zh: '账号与接口', en: 'Accounts and interfaces' },
} as const satisfies Readonly<Record<string, Words>>;
export type RegisterGroup = keyof typeof REGISTER_GROUPS;

/** Exports go by `read`, imports by `create` and `update`. `reveal`: of sealed fields, with a reason. */
export interface Rights {
  readonly read: readonly Party[];
  readonly create?: readonly Party[];
  readonly update?: readonly Party[];
  readonly remove?: readonly Party[];
  readonly reveal?: readonly Party[];
}

/** A step from one state to another, done by a press (受理, 退回 ...). */
export interface Move<State extends string> {
  readonly name: string;
  readonly title: Words;
  readonly from: readonly State[];
  readonly to: State;
  readonly by: readonly Party[];
  /** true: asks for a reason, which is kept in the history. */
  readonly reason?: true;
  /** Offered once these fields hold something. */
  readonly needs?: readonly string[];
}

export interface States<State extends string = string> {
  readonly titles: Readonly<Record<State, Words>>;
  readonly initial: NoInfer<State>;
  readonly moves: readonly Move<NoInfer<State>>[];
  /** In other states the fields stand as they are. Absent: in every state they may be changed. */
  readonly editableIn?: readonly NoInfer<State>[];
}

/** Something that is done with a row beside changing it; what it does is composed in server (new password, rotation ...). */
export interface Action {
  readonly name: string;
  readonly title: Words;
  readonly by: readonly Party[];
  /** Asked for before it is done. */
  readonly input?: Readonly<Record<string, Field>>;
  /** Asks once more. */
  readonly dangerous?: true;
}

/** A setting that the engine runs (stream/protocol/settings.ts). */
export interface Told {
  readonly topic: SettingTopicName;
  readonly key: string;
  readonly value: unknown;
}

/**
 * Where rows lie.
 * - `table`: a table of the register's own, made from the declaration.
 * - a setting: each row is one setting of the topic; history and versions are the setting's, and the engine runs it.
 * - `own`: a store written by hand and composed in server (users, people, credentials ...).
 */
export type Kept<F extends Fields> = 'table' | 'own' | SettingRows<F>;

export interface SettingRows<F extends Fields> {
  readonly topic: SettingTopicName;
  toSetting(values: ValuesOf<F>, companyCode: string | null): { readonly key: string; readonly value: unknown };
  fromSetting(key: string, value: unknown): { readonly companyCode: string | null; readonly values: ValuesOf<F> };
}

export type Fields = Readonly<Record<string, Field>>;

export interface Register<F extends Fields = Fields, State extends string = string> {
  /** Of its address and table: lower case and dashes. */
  readonly name: string;
  readonly title: Words;
  readonly group: RegisterGroup;
  /** What would be here and how it gets here, for an empty list. */
  readonly about: Words;
  /** `company`: each row belongs to a company, and that company's users see their own. */
  readonly scope: 'park' | 'company';
  /** For `park`: field that names the company a row is about; a company's users see the rows of their own. Absent: all rows. */
  readonly company?: keyof F & string;
  /** Field that names the contractor unit; users of the role contractor see the rows of their unit. Absent: none. */
  readonly contractor?: keyof F & string;
  readonly fields: F;
  /** Names a row within its company: references and imports go by it. Required and unique. */
  readonly key: keyof F & string;
  /** How a row is called in lists of others. */
  readonly label: keyof F & string;
  readonly rights: Rights;
  readonly list: {
    /** Fields shown, in order; the company and the state come by themselves. */
    readonly columns: readonly (keyof F & string)[];
    readonly sort: { readonly by: keyof F & string; readonly descending?: true };
    /** Fields beside the search box. They, and what can be sorted by, are `indexed`. */
    readonly filters: readonly (keyof F & string)[];
  };
  readonly form: readonly { readonly title?: Words; readonly fields: readonly (keyof F & string)[] }[];
  readonly states?: States<State>;
  readonly actions?: readonly Action[];
  /** Default `table`. */
  readonly kept?: Kept<F>;
  /** For `table`: what the engine hears of a standing row; null: nothing. A row that goes takes its setting away. */
  tells?(values: ValuesOf<F>, companyCode: string | null): Told | null;
  /**
   * For `table`: what rules know of each row, beside key and state; of sealed fields their blind index alone. Every change reaches the
   * engine within a second or two, by whatever way it came (page, file, vendor), and what was there before with it.
   */
  readonly heard?: readonly (keyof F & string)[];
  /**
   * Sent by vendors too: records of /v1/<interface>, found by `key`. Fields say by `vendor` what they are called there. `state`: in
   * which a row begins that a company's own system sent; default the initial one.
   */
  readonly vendor?: { readonly interface: string; readonly state?: NoInfer<State> };
  /**
   * For `table`: settings that the rows make together, computed from all that stand, in the order of their keys; where rows belong
   * to companies, from those of one company, whose settings are no other's. A setting that no row makes any more is withdrawn; one
   * that was put by another way is not overwritten (CONFLICT). For some thousand rows at most.
   */
  tellsTogether?(
    rows: readonly { readonly values: ValuesOf<F>; readonly companyCode: string | null }[],
  ): readonly Told[];
  /** Where else a row leads: pages of the product, by their address (`#settings/...`), for whom they are. */
  links?(
    values: ValuesOf<F>,
    companyCode: string | null,
  ): readonly { readonly title: Words; readonly href: `#${string}`; readonly by: readonly Party[] }[];
  /** What no field alone can say is wrong (an end before its start); null: nothing. */
  problem?(values: ValuesOf<F>): { readonly field: keyof F & string; readonly words: Words } | null;
}

/** Checks a declaration's names against its own fields, and forgets their types so that registers stand in one list. */
export function defineRegister<const F extends Fields, const State extends string = never>(
  register: Register<F, State>,
): Register<F, State> {
  return register;
}

/** A register whose fields are not known by type: what the mechanism works with. */
// biome-ignore lint/suspicious/noExplicitAny: functions over known values are called with checked ones
export type AnyRegister = Register<any, string>;

// Parties that many registers name.
export const COMPANY_STAFF = ['company-admin', 'enterprise'] as const;
export const PARK_STAFF = ['operator', 'park'] as const;
