/**
 * The whole product under load, on this machine: signed JSON batches in, kept on disk by Redis, watched, stored in
 * PostgreSQL and pushed to live clients. Two questions: does it hold a rate without a growing backlog, and how long does
 * a position take from POST to a received frame. Every process is its own, as in production; the load generator shares
 * the machine with them. Run: node dist/bench/end-to-end.js [--rate N] [--seconds S] [--clients C] [--json]
 */
import { parseArgs } from 'node:util';
import { latencyText, runLatency } from './load/latency.ts';
import { runThroughput, throughputText } from './load/throughput.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '60' },
    clients: { type: 'string', default: '10' },
    chunk: { type: 'string', default: '1000' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const print = (result: object, text: string): void => {
  process.stdout.write(`${values.json ? JSON.stringify(result, null, 2) : text}\n`);
};
if (values.only !== 'latency') {
  const options = { ratePerS: Number(values.rate), seconds: Number(values.seconds), clients: Number(values.clients) };
  const result = await runThroughput({ ...options, chunkSize: Number(values.chunk) });
  print(result, throughputText(result));
}
if (values.only !== 'throughput') {
  for (const tickMs of [1_000, 200]) {
    const result = await runLatency({ tickMs, people: 5_000, seconds: Math.min(60, Number(values.seconds)) });
    print(result, latencyText(result));
  }
}
