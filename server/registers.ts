/** What keeps each register, and what their actions do: composed here from parts of admin. */
import { join } from 'node:path';
import { accountRegisters } from '../admin/account/registers.ts';
import type { UserActionParts } from '../admin/account/user-actions.ts';
import { AlarmCodeStore } from '../admin/alarm-code-store.ts';
import type { CredentialParts } from '../admin/credentials.ts';
import { parkRegisters } from '../admin/park-registers/stores.ts';
import { type RegisterOptions, registerParts } from '../admin/register/parts.ts';
import type { RegisterParts } from '../admin/register/routes.ts';
import type { SignIn } from '../admin/sign-in.ts';
import { vehicleEntryActions } from '../admin/vehicle-entries.ts';
import { AppError } from '../core/errors.ts';
import { ROUTES } from '../ingest/routes.ts';
import { REGISTERS } from '../registers/index.ts';
import { FileBlobs } from '../stream/archive/file-blobs.ts';

export interface ParkRegisterOptions extends Pick<RegisterOptions, 'pool' | 'sealer' | 'blindIndex' | 'clock'> {
  /** Where files of this park lie. */
  readonly filesFolder: string;
  /** What the registers of accounts end and lift. */
  readonly identity: UserActionParts & { readonly signIn: Pick<SignIn, 'provePassword'> };
  readonly credentials: CredentialParts;
  /** Where vendors' systems send; null: the park says it apart. */
  readonly ingestUrl: string | null;
}

export function createRegisters(parts: ParkRegisterOptions): RegisterParts {
  const { filesFolder, identity, credentials, ingestUrl, ...options } = parts;
  const accounts = accountRegisters(identity);
  const park = parkRegisters({
    ...credentials,
    clock: options.clock,
    async provePassword({ userName, address }, password) {
      const proved = await identity.signIn.provePassword({ userName }, password, address ?? '');
      if (!proved.ok) throw new AppError(proved.error.code);
    },
    vendors: {
      url: ingestUrl,
      paths: Object.fromEntries(ROUTES.map(({ interfaceName, path }) => [interfaceName, path])),
    },
  });
  const stores: RegisterOptions['stores'] = {
    ...accounts.stores,
    ...park.stores,
    'alarm-codes': new AlarmCodeStore(),
  };
  const actions: RegisterOptions['actions'] = {
    ...accounts.actions,
    ...park.actions,
    'contractor-units': vehicleEntryActions(options.sealer),
  };
  const blobs = new FileBlobs(join(filesFolder, 'registers'));
  return registerParts({ ...options, registers: REGISTERS, stores, actions, blobs });
}
