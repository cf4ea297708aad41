/** The parts of the registers put together: one store for each, one desk, one place for files. */
import type { Clock } from '../../core/clock.ts';
import type { Pool } from '../../db/pool.ts';
import type { AnyRegister } from '../../registers/register.ts';
import type { BlindIndex } from '../../security/blind-index.ts';
import type { Sealer } from '../../security/gm.ts';
import type { BlobStore } from '../../stream/archive/blob-store.ts';
import { RegisterDesk, type RegisterDeskOptions } from './desk.ts';
import { RegisterFiles } from './files.ts';
import { keepRegisters } from './kept.ts';
import type { RegisterParts } from './routes.ts';
import { Secrets } from './secrets.ts';
import type { RegisterStore } from './store.ts';

export interface RegisterOptions {
  readonly registers: readonly AnyRegister[];
  /** Of registers with tables of their own (`kept: 'own'`), by name. */
  readonly stores: Readonly<Record<string, RegisterStore>>;
  readonly actions: RegisterDeskOptions['actions'];
  readonly pool: Pool;
  readonly sealer: Sealer;
  readonly blindIndex: BlindIndex;
  readonly blobs: BlobStore;
  readonly clock: Clock;
}

export function registerParts(options: RegisterOptions): RegisterParts {
  const { registers, stores, actions, pool, sealer, blindIndex, blobs, clock } = options;
  const secrets = new Secrets(sealer, blindIndex);
  const desk = new RegisterDesk({ pool, kept: keepRegisters(registers, stores), actions, secrets, clock });
  return { registers, pool, desk, secrets, files: new RegisterFiles({ pool, blobs, desk, clock }), clock };
}
