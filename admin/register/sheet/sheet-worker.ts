/**
 * Reads one file in a thread of its own (sheets.ts starts and ends it) and hands out its rows as they are asked for, so that the
 * server never takes a whole file at once.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { sm3 } from '../../../security/gm.ts';
import { readSheet } from './read-sheet.ts';
import type { Opened, RowsAsked, RowsGiven } from './sheets.ts';

if (parentPort === null) throw new Error('runs as a worker only');
const port = parentPort;
const file = Buffer.from(workerData as Uint8Array);
const sheet = readSheet(file);
const digest = sm3(file).toString('hex');
if (!sheet.ok) {
  port.postMessage({ fault: sheet.error, digest } satisfies Opened);
} else {
  const { rows, headings, headingRow } = sheet.value;
  port.on('message', ({ from, count, columns }: RowsAsked) => {
    const asked = rows.slice(from, from + count);
    port.postMessage(
      asked.map(({ row, cells }) => ({
        row,
        cells: columns.map((column) => cells[column] ?? null),
      })) satisfies RowsGiven,
    );
  });
  port.postMessage({ fault: null, digest, headings, headingRow, rows: rows.length } satisfies Opened);
}
