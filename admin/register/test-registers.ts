/** Registers for tests of the server around them: every right is judged, and then no database answers. */
import { systemClock } from '../../core/clock.ts';
import { createPool } from '../../db/pool.ts';
import { REGISTERS } from '../../registers/index.ts';
import { createBlindIndex } from '../../security/blind-index.ts';
import { createSealer, MASTER_KEY_BYTES } from '../../security/gm.ts';
import { FileBlobs } from '../../stream/archive/file-blobs.ts';
import { RegisterDesk } from './desk.ts';
import { RegisterFiles } from './files.ts';
import { keepRegisters } from './kept.ts';
import type { RegisterParts } from './routes.ts';
import { Secrets } from './secrets.ts';
import type { RegisterStore } from './store.ts';
import { TableStore } from './table-store.ts';

const NOWHERE = 'postgres://nobody@127.0.0.1:1/none';

export function registersWithoutDatabase(): RegisterParts {
  const pool = createPool(NOWHERE, { max: 1 });
  const key = Buffer.alloc(MASTER_KEY_BYTES, 7);
  const secrets = new Secrets(createSealer([key]), createBlindIndex(key));
  // Whatever keeps them in the product: there is no database here for any of them.
  const own = new Map(REGISTERS.map((register): [string, RegisterStore] => [register.name, new TableStore(register)]));
  const kept = keepRegisters(REGISTERS, Object.fromEntries(own));
  const clock = systemClock;
  const desk = new RegisterDesk({ pool, kept, actions: {}, secrets, clock });
  return { registers: REGISTERS, desk, files: new RegisterFiles({ pool, blobs: new FileBlobs(''), desk, clock }) };
}
