/**
 * Kinds of fields a register is made of. A field is plain data: from it follow the column, the check of input, the form, the
 * cell of Excel, the mask and the words of the audit (admin/register/). Pure.
 */
import type { Words } from '../core/words.ts';

export interface FieldCommon {
  readonly title: Words;
  /** One sentence below the field. */
  readonly help?: Words;
  readonly required?: true;
  /** No two standing rows of one company have the same (of the park, where rows belong to no company). */
  readonly unique?: true;
  /** Lists filter and sort by it. */
  readonly indexed?: true;
  /** The search box looks into it. */
  readonly search?: true;
  /** `create`: not changed afterwards. `later`: of rows that are there. `never`: set by a move, an action, a vendor or the system. */
  readonly edit?: 'create' | 'later' | 'never';
  /**
   * What a vendor's system calls it (/v1), and whose word stands when both said something. `codes`: of a choice what its options
   * are called there, default NAMES_LIKE_THIS.
   */
  readonly vendor?: {
    readonly name: string;
    readonly wins: 'vendor' | 'page';
    readonly codes?: Readonly<Record<string, string>>;
  };
}

/** One line of text. `form`: a pattern of the whole text, with what it asks for in words. */
export interface TextField extends FieldCommon {
  readonly kind: 'text';
  readonly maxLength: number;
  readonly form?: { readonly pattern: RegExp; readonly words: Words };
}
/** Several lines of text. */
export interface LinesField extends FieldCommon {
  readonly kind: 'lines';
  readonly maxLength: number;
}
export interface IntegerField extends FieldCommon {
  readonly kind: 'integer';
  readonly min: number;
  readonly max: number;
  readonly unit?: Words;
}
/** Kept exactly with `digits` decimals. */
export interface DecimalField extends FieldCommon {
  readonly kind: 'decimal';
  readonly min: number;
  readonly max: number;
  readonly digits: number;
  readonly unit?: Words;
}
export interface YesNoField extends FieldCommon {
  readonly kind: 'yes-no';
}
/** A calendar day, `YYYY-MM-DD`. */
export interface DayField extends FieldCommon {
  readonly kind: 'day';
}
/** Milliseconds since 1970 UTC; pages and Excel show China standard time. */
export interface InstantField extends FieldCommon {
  readonly kind: 'instant';
}
export interface ChoiceField<Option extends string = string> extends FieldCommon {
  readonly kind: 'choice';
  readonly options: Readonly<Record<Option, Words>>;
}
/** Any number of the options, in their order. */
export interface ChoicesField<Option extends string = string> extends FieldCommon {
  readonly kind: 'choices';
  readonly options: Readonly<Record<Option, Words>>;
}
/** Names a row of another register by that register's key (of the same company, where rows belong to one). */
export interface ReferenceField extends FieldCommon {
  readonly kind: 'reference';
  readonly register: string;
}
/** Any number of such names. */
export interface ReferencesField extends FieldCommon {
  readonly kind: 'references';
  readonly register: string;
  readonly max: number;
}
/**
 * Sealed at rest (SM4), shown masked, revealed with a reason and on record, found by equality alone (blind index). Numbers of
 * certificates too: that of a special operator is the ID number behind a letter.
 */
export interface SealedField extends FieldCommon {
  readonly kind: 'sealed';
  readonly secret: 'id-number' | 'phone' | 'certificate';
}
export interface FilesField extends FieldCommon {
  readonly kind: 'files';
  readonly max: number;
  readonly types: readonly ('pdf' | 'image' | 'office' | 'text')[];
}
/** CGCS2000 degrees and metres above the ellipsoid: `{lng, lat, heightM: number | null}`. */
export interface PlaceField extends FieldCommon {
  readonly kind: 'place';
}
/** Ground plan: `[lng, lat]` of each corner, CGCS2000 degrees, not closed, at least three. */
export interface PlanField extends FieldCommon {
  readonly kind: 'plan';
}
/** Rows within the row, in order: items of a booking, shifts of a post. Their fields are of the simple kinds. */
export interface ItemsField extends FieldCommon {
  readonly kind: 'items';
  readonly max: number;
  readonly fields: Readonly<Record<string, ItemField>>;
}

/** Fields that an item may have. */
export type ItemField =
  | TextField
  | LinesField
  | IntegerField
  | DecimalField
  | YesNoField
  | DayField
  | InstantField
  | ChoiceField
  | ChoicesField
  | ReferenceField
  | ReferencesField;

export type Field = ItemField | SealedField | FilesField | PlaceField | PlanField | ItemsField;
export type FieldKind = Field['kind'];

export interface Place {
  readonly lng: number;
  readonly lat: number;
  readonly heightM: number | null;
}

/** A file that lies with the blobs; `digest` is SM3 of its bytes, hex. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly digest: string;
}

type WithoutKind<F extends Field> = Omit<F, 'kind'>;
type Keeps<F extends Field, O> = O & { readonly kind: F['kind'] };

export const text = <const O extends WithoutKind<TextField>>(options: O) =>
  ({ kind: 'text', ...options }) as Keeps<TextField, O>;
export const lines = <const O extends WithoutKind<LinesField>>(options: O) =>
  ({ kind: 'lines', ...options }) as Keeps<LinesField, O>;
export const integer = <const O extends WithoutKind<IntegerField>>(options: O) =>
  ({ kind: 'integer', ...options }) as Keeps<IntegerField, O>;
export const decimal = <const O extends WithoutKind<DecimalField>>(options: O) =>
  ({ kind: 'decimal', ...options }) as Keeps<DecimalField, O>;
export const yesNo = <const O extends WithoutKind<YesNoField>>(options: O) =>
  ({ kind: 'yes-no', ...options }) as Keeps<YesNoField, O>;
export const day = <const O extends WithoutKind<DayField>>(options: O) =>
  ({ kind: 'day', ...options }) as Keeps<DayField, O>;
export const instant = <const O extends WithoutKind<InstantField>>(options: O) =>
  ({ kind: 'instant', ...options }) as Keeps<InstantField, O>;
export const choice = <const O extends WithoutKind<ChoiceField>>(options: O) =>
  ({ kind: 'choice', ...options }) as Keeps<ChoiceField, O>;
export const choices = <const O extends WithoutKind<ChoicesField>>(options: O) =>
  ({ kind: 'choices', ...options }) as Keeps<ChoicesField, O>;
export const reference = <const O extends WithoutKind<ReferenceField>>(options: O) =>
  ({ kind: 'reference', ...options }) as Keeps<ReferenceField, O>;
export const references = <const O extends WithoutKind<ReferencesField>>(options: O) =>
  ({ kind: 'references', ...options }) as Keeps<ReferencesField, O>;
export const sealed = <const O extends WithoutKind<SealedField>>(options: O) =>
  ({ kind: 'sealed', ...options }) as Keeps<SealedField, O>;
export const files = <const O extends WithoutKind<FilesField>>(options: O) =>
  ({ kind: 'files', ...options }) as Keeps<FilesField, O>;
export const place = <const O extends WithoutKind<PlaceField>>(options: O) =>
  ({ kind: 'place', ...options }) as Keeps<PlaceField, O>;
export const plan = <const O extends WithoutKind<PlanField>>(options: O) =>
  ({ kind: 'plan', ...options }) as Keeps<PlanField, O>;
export const items = <const O extends WithoutKind<ItemsField>>(options: O) =>
  ({ kind: 'items', ...options }) as Keeps<ItemsField, O>;

/** What a field holds as JSON. */
export type ValueOf<F extends Field> = F extends { kind: 'choice'; options: infer O }
  ? keyof O & string
  : F extends { kind: 'choices'; options: infer O }
    ? readonly (keyof O & string)[]
    : F extends { kind: 'integer' | 'decimal' | 'instant' }
      ? number
      : F extends { kind: 'yes-no' }
        ? boolean
        : F extends { kind: 'references' }
          ? readonly string[]
          : F extends { kind: 'files' }
            ? readonly StoredFile[]
            : F extends { kind: 'place' }
              ? Place
              : F extends { kind: 'plan' }
                ? readonly (readonly [number, number])[]
                : F extends { kind: 'items'; fields: infer I extends Readonly<Record<string, ItemField>> }
                  ? readonly { readonly [N in keyof I]: OrNull<I[N]> }[]
                  : string;

type OrNull<F extends Field> = F extends { required: true } ? ValueOf<F> : ValueOf<F> | null;

/** Values of a row: null where a field that is not required holds nothing. */
export type ValuesOf<F extends Readonly<Record<string, Field>>> = { readonly [N in keyof F]: OrNull<F[N]> };
