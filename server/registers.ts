/** What keeps each register, and what their actions do: composed here from parts of admin. */
import { join } from 'node:path';
import { accountRegisters } from '../admin/account/registers.ts';
import type { UserActionParts } from '../admin/account/user-actions.ts';
import { type RegisterOptions, registerParts } from '../admin/register/parts.ts';
import type { RegisterParts } from '../admin/register/routes.ts';
import { REGISTERS } from '../registers/index.ts';
import { FileBlobs } from '../stream/archive/file-blobs.ts';

export interface ParkRegisterOptions extends Pick<RegisterOptions, 'pool' | 'sealer' | 'blindIndex' | 'clock'> {
  /** Where files of this park lie. */
  readonly filesFolder: string;
  /** What the registers of accounts end and lift. */
  readonly identity: UserActionParts;
}

export function createRegisters({ filesFolder, identity, ...options }: ParkRegisterOptions): RegisterParts {
  const accounts = accountRegisters(identity);
  const stores: RegisterOptions['stores'] = { ...accounts.stores };
  const actions: RegisterOptions['actions'] = { ...accounts.actions };
  const blobs = new FileBlobs(join(filesFolder, 'registers'));
  return registerParts({ ...options, registers: REGISTERS, stores, actions, blobs });
}
