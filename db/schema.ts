/**
 * The relational tables as drizzle sees them: what admin and the register queries build statements from. Invariant: this
 * mirrors db/migrations, which is the truth (a test compares the two). The position table is not here: its statements
 * are written by hand in db/store.ts and db/tracks.ts.
 */
import { drizzle } from 'drizzle-orm/node-postgres';
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { ROLES } from '../stream/protocol/vocabulary.ts';
import type { Pool } from './pool.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const company = pgTable('company', {
  /** 9 digits of the national registry. */
  code: text('code').primaryKey(),
  name: text('name').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  id: bigint('id', { mode: 'number' }).notNull().generatedByDefaultAsIdentity(),
  shortName: text('short_name'),
  creditCode: text('credit_code'),
  /** Highest level of its major hazard sources; null: it has none. */
  hazardLevel: text('hazard_level'),
  industry: text('industry'),
  address: text('address'),
  legalRepresentative: text('legal_representative'),
  safetyDirector: text('safety_director'),
  place: jsonb('place'),
  state: text('state').notNull().default('running'),
  version: integer('version').notNull().default(1),
  createdBy: text('created_by').notNull().default(''),
  updatedBy: text('updated_by').notNull().default(''),
});

export const credential = pgTable('credential', {
  appId: text('app_id').primaryKey(),
  companyCode: text('company_code')
    .notNull()
    .references(() => company.code),
  label: text('label').notNull().default(''),
  /** SM4 ciphertext, security/credential-secret.ts. */
  secretSealed: text('secret_sealed').notNull(),
  status: text('status', { enum: ['active', 'revoked'] })
    .notNull()
    .default('active'),
  /** null: all interfaces. */
  interfaces: text('interfaces').array(),
  /** null: any address; else addresses or CIDR ranges. */
  addresses: text('addresses').array(),
  /** null: the park's default. */
  rateRecordsPerS: integer('rate_records_per_s'),
  createdAt: instant('created_at').notNull().defaultNow(),
  createdBy: text('created_by'),
  revokedAt: instant('revoked_at'),
  revokedBy: text('revoked_by'),
  lastUsedAt: instant('last_used_at'),
  /** Answered in full, kept nowhere. */
  sandbox: boolean('sandbox').notNull().default(false),
  /** The one before the last rotation. */
  previousSecretSealed: text('previous_secret_sealed'),
  previousSecretUntil: instant('previous_secret_until'),
  id: bigint('id', { mode: 'number' }).notNull().generatedByDefaultAsIdentity(),
  version: integer('version').notNull().default(1),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  updatedBy: text('updated_by').notNull().default(''),
});

export const companyInterface = pgTable(
  'company_interface',
  {
    companyCode: text('company_code')
      .notNull()
      .references(() => company.code),
    interface: text('interface').notNull(),
    stage: text('stage', { enum: ['joint', 'trial', 'live'] }).notNull(),
    changedAt: instant('changed_at').notNull().defaultNow(),
    changedBy: text('changed_by'),
  },
  (table) => [primaryKey({ columns: [table.companyCode, table.interface] })],
);

export const appUser = pgTable('app_user', {
  id: uuid('id').primaryKey().defaultRandom(),
  name: text('name').notNull().unique(),
  displayName: text('display_name').notNull().default(''),
  /** null: no first password was issued yet. */
  passwordHash: text('password_hash'),
  /** Newest first. */
  passwordHistory: text('password_history').array().notNull().default([]),
  role: text('role', { enum: ROLES }).notNull(),
  /** null: every company. */
  companyCode: text('company_code').references(() => company.code),
  mustChangePassword: boolean('must_change_password').notNull().default(true),
  failedCount: integer('failed_count').notNull().default(0),
  lockedUntil: instant('locked_until'),
  disabled: boolean('disabled').notNull().default(false),
  passwordChangedAt: instant('password_changed_at').notNull().defaultNow(),
  lastSignInAt: instant('last_sign_in_at'),
  createdAt: instant('created_at').notNull().defaultNow(),
  /** Of the park, or the office of a company that work orders go to. */
  department: text('department'),
  /** Of the role contractor: its unit. */
  contractorCode: text('contractor_code'),
  /** An administrator's account that waits for the second person. */
  unconfirmed: boolean('unconfirmed').notNull().default(false),
  version: integer('version').notNull().default(1),
  createdBy: text('created_by').notNull().default(''),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  updatedBy: text('updated_by').notNull().default(''),
});

/** Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE. */
export const audit = pgTable('audit', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  at: instant('at').notNull().defaultNow(),
  userId: text('user_id'),
  userName: text('user_name').notNull(),
  action: text('action').notNull(),
  subject: text('subject'),
  outcome: text('outcome').notNull(),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
  address: text('address'),
});

/** Drizzle over a pool of db/pool.ts. */
export const drizzleOf = (pool: Pool) => drizzle(pool);
export type Drizzle = ReturnType<typeof drizzleOf>;
