/** node dist/bench/park/write-tileset.js --out <dir> [--seed S]: writes the synthetic plant as 3D Tiles. */
import { parseArgs } from 'node:util';
import { createDemoPark } from './demo-park.ts';
import { writeTileset } from './tileset.ts';

const { values } = parseArgs({ options: { out: { type: 'string' }, seed: { type: 'string' } } });
if (values.out === undefined) {
  process.stderr.write('usage: write-tileset --out <dir> [--seed <number>]\n');
  process.exit(2);
}
const seed = values.seed === undefined ? {} : { seed: Number(values.seed) };
const summary = writeTileset(values.out, createDemoPark({ ...seed, people: 0 }));
process.stdout.write(`${JSON.stringify(summary)}\n`);
