/** `park migrate`: brings the configured database, or the private one of the data folder, to the newest schema. */
import { migrateDatabase } from '../../db/migrate.ts';
import { databaseUrlOf } from '../config.ts';
import { type Command, EXIT_DONE } from './command.ts';

export const command: Command = {
  name: 'migrate',
  summary: 'Bring the database to the newest schema',
  usage: ['migrate'],
  options: {},
  notes: ['Safe to run at any time and by several at once: what is applied already is left alone.'],
  run: async (context) => {
    const { applied, timescale } = await migrateDatabase(databaseUrlOf(context.config), context.logger);
    const storage = timescale ? 'TimescaleDB hypertable' : 'range partitions of plain PostgreSQL';
    const done = applied.length === 0 ? 'The schema is up to date' : `Applied ${applied.join(', ')}`;
    context.print({ applied, timescale }, `${done}. Positions: ${storage}.`);
    return EXIT_DONE;
  },
};
