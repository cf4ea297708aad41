/**
 * How long the park is without its watch when that is killed: from kill -9 to the alarm, at a live client, of a call for
 * help that is sent right after it, while positions go on coming in. The whole built product, each process its own.
 * Run: node dist/bench/recovery.js [--rate N] [--kills N] [--json]
 */
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { systemClock } from '../core/clock.ts';
import { LiveWatcher } from '../server/cli/live-watcher.ts';
import { isProgram } from './geo/measure.ts';
import { peopleFor } from './load/load-bodies.ts';
import { LoadProcess } from './load/load-process.ts';
import type { PrivateStack } from './load/private-stack.ts';
import { sendRegisters } from './load/registers.ts';
import { rounded, WARM_UP_MS, withStack } from './load/with-stack.ts';
import { createDemoPark } from './park/demo-park.ts';
import { postSigned } from './simulator/signed-post.ts';

export interface RecoveryResult {
  readonly ratePerS: number;
  /** From each kill to its alarm, ms. */
  readonly alertMs: readonly number[];
  readonly medianMs: number;
  readonly worstMs: number;
  readonly endedMembers: readonly string[];
}

const INTERVAL_MS = 1_000;
const PATH = '/v1/positioning/positions';
const ALERT_LIMIT_MS = 60_000;
const BETWEEN_KILLS_MS = 12_000;

export async function runRecovery(options: {
  readonly ratePerS: number;
  readonly kills: number;
}): Promise<RecoveryResult> {
  return withStack(1_000, async ({ stack }) => {
    const { ratePerS, kills } = options;
    const load = new LoadProcess({
      url: stack.ingestUrl,
      credentials: stack.credentials,
      ratePerS,
      intervalMs: INTERVAL_MS,
      chunkSize: 1_000,
      connections: 8,
    });
    const listener = new AlarmListener(stack);
    try {
      await load.ready();
      const park = createDemoPark({ people: peopleFor(ratePerS, INTERVAL_MS) });
      await sendRegisters(stack.ingestUrl, stack.credentials, park);
      const companyCode = park.plan.companies[0]!.code;
      load.go();
      await pause(WARM_UP_MS);
      const alertMs: number[] = [];
      for (let n = 0; n < kills; n++) {
        const personId = `recovery-${n}`;
        const killedAtMs = performance.now();
        process.kill(stack.pids.get('watch')!, 'SIGKILL');
        await callForHelp(stack, companyCode, personId);
        alertMs.push(rounded((await listener.alarmOf(personId)) - killedAtMs));
        // Never in step with snapshots and ticks.
        await pause(BETWEEN_KILLS_MS * (0.8 + 0.4 * Math.random()));
      }
      const sorted = [...alertMs].sort((a, b) => a - b);
      return {
        ratePerS,
        alertMs,
        medianMs: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
        worstMs: sorted.at(-1) ?? Number.NaN,
        endedMembers: stack.ended,
      };
    } finally {
      await listener.close();
      load.kill();
    }
  });
}

/** A live client that notes when the alarm of a person arrives. */
class AlarmListener {
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #waiting = new Map<string, (atMs: number) => void>();

  constructor(stack: PrivateStack) {
    const watcher: LiveWatcher = new LiveWatcher({
      url: stack.webUrl,
      user: stack.operator,
      clock: systemClock,
      signal: this.#stop.signal,
      onEvent: (event) => {
        if (event.type !== 'frame') this.#look(watcher);
      },
      onClosed: () => {},
    });
    this.#running = watcher.run();
  }

  /** performance.now() of its arrival. */
  async alarmOf(personId: string): Promise<number> {
    const arrival = new Promise<number>((resolve) => this.#waiting.set(personId, resolve));
    const late = pause(ALERT_LIMIT_MS, undefined, { signal: this.#stop.signal }).then(() => {
      throw new Error(`no alarm of ${personId} within ${ALERT_LIMIT_MS} ms`);
    });
    late.catch(() => {});
    return Promise.race([arrival, late]);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #look(watcher: LiveWatcher): void {
    for (const { person } of watcher.client.picture.alarms.values()) {
      this.#waiting.get(person?.personId ?? '')?.(performance.now());
      this.#waiting.delete(person?.personId ?? '');
    }
  }
}

async function callForHelp(stack: PrivateStack, companyCode: string, personId: string): Promise<void> {
  const record = { COMPANY_CODE: companyCode, PERSON_ID: personId, COLLECT_TIME: Date.now(), SOS: true };
  const agent = new Agent();
  const answer = await postSigned({
    base: new URL(stack.ingestUrl),
    path: PATH,
    body: Buffer.from(JSON.stringify({ records: [record] })),
    credential: stack.credentials[companyCode]!,
    agent,
    nowMs: Date.now(),
    timeoutMs: 20_000,
  });
  agent.destroy();
  if (answer.status !== 200) throw new Error(`the call was answered ${answer.status}: ${answer.body.slice(0, 200)}`);
}

export const recoveryText = ({ ratePerS, alertMs, medianMs, worstMs }: RecoveryResult): string =>
  `kill -9 of watch to the next alert at ${ratePerS.toLocaleString('en')} positions/s: median ${medianMs} ms, worst ${worstMs} ms of ${alertMs.length} (${alertMs.join(', ')})`;

if (isProgram(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      rate: { type: 'string', default: '20000' },
      kills: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
    },
  });
  const result = await runRecovery({ ratePerS: Number(values.rate), kills: Number(values.kills) });
  process.stdout.write(`${values.json ? JSON.stringify(result, null, 2) : recoveryText(result)}\n`);
}
