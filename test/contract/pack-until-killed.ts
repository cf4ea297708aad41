/** A process that packs positions of the database in DATABASE_URL, for a test that kills it. Says `packing` when it begins. */
import { createPool } from '../../db/pool.ts';
import { createLadder } from './packed-days.ts';

const pool = createPool(process.env['DATABASE_URL'] ?? '', { max: 4 });
const { packAll } = await createLadder(pool);
process.stdout.write('packing\n');
await packAll();
await pool.end();
