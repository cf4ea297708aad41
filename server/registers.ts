/** What keeps each register, and what their actions do: composed here from parts of admin. */
import { join } from 'node:path';
import { accountRegisters } from '../admin/account/registers.ts';
import type { UserActionParts } from '../admin/account/user-actions.ts';
import { RegisterDesk, type RegisterDeskOptions } from '../admin/register/desk.ts';
import { RegisterFiles } from '../admin/register/files.ts';
import { keepRegisters } from '../admin/register/kept.ts';
import type { RegisterParts } from '../admin/register/routes.ts';
import { Secrets } from '../admin/register/secrets.ts';
import type { RegisterStore } from '../admin/register/store.ts';
import type { Clock } from '../core/clock.ts';
import type { Pool } from '../db/pool.ts';
import { REGISTERS } from '../registers/index.ts';
import type { AnyRegister } from '../registers/register.ts';
import type { BlindIndex } from '../security/blind-index.ts';
import type { Sealer } from '../security/gm.ts';
import { FileBlobs } from '../stream/archive/file-blobs.ts';

export interface RegisterOptions {
  readonly pool: Pool;
  readonly sealer: Sealer;
  readonly blindIndex: BlindIndex;
  /** Where files of this park lie. */
  readonly filesFolder: string;
  readonly clock: Clock;
  /** What the registers of accounts end and lift. */
  readonly identity: UserActionParts;
  /** Default: those of the product. */
  readonly registers?: readonly AnyRegister[];
}

export function createRegisters(options: RegisterOptions): RegisterParts {
  const { pool, sealer, blindIndex, filesFolder, clock, identity, registers = REGISTERS } = options;
  const accounts = accountRegisters(identity);
  const stores = { ...STORES, ...accounts.stores };
  const actions = { ...ACTIONS, ...accounts.actions };
  const secrets = new Secrets(sealer, blindIndex);
  const desk = new RegisterDesk({ pool, kept: keepRegisters(registers, stores), actions, secrets, clock });
  const files = new RegisterFiles({ pool, blobs: new FileBlobs(join(filesFolder, 'registers')), desk, clock });
  return { registers, pool, desk, secrets, files, clock };
}

/** Of registers with tables of their own (`kept: 'own'`), by name. */
const STORES: Readonly<Record<string, RegisterStore>> = {};

const ACTIONS: RegisterDeskOptions['actions'] = {};
