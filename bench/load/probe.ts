/**
 * Latency from the start of a POST to a received frame, in the way a client sees it: a few people whose place says
 * which request it came with. Each request moves them STEP_M further north on an empty lawn; a frame that shows the
 * place shows that the request has gone all the way.
 */
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../core/clock.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { LiveWatcher } from '../../server/cli/live-watcher.ts';
import { visitFrame } from '../../stream/protocol/frame.ts';
import { createSiteFrame } from '../park/site-frame.ts';
import { postSigned } from '../simulator/signed-post.ts';
import type { PrivateStack } from './private-stack.ts';

/** Far more than rounding on the way (1e-7 degree, 1/64 m), small enough to look like walking. */
const STEP_M = 0.5;
/** Plan metres of the public emergency centre: no company, no forbidden area. */
const LAWN = { u: -60, v: -510 } as const;
/** Places repeat after so many requests: a latency beyond SEND_EVERY_MS x PLACES would be misread. */
const PLACES = 256;
const PATH = '/v1/positioning/positions';

export interface ProbeOptions {
  readonly stack: PrivateStack;
  readonly companyCode: string;
  readonly sendEveryMs: number;
}

export class Probe {
  readonly #options: ProbeOptions;
  readonly #abort = new AbortController();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  readonly #base: URL;
  readonly #sentAtMs: number[] = [];
  readonly #latencyMs: number[] = [];
  readonly #running: Promise<unknown>[] = [];
  readonly #personId = 'latency-probe';
  readonly #plane = new Float64Array(2);
  readonly #projection = createProjection(SHANGHAI_2000_B);
  #slot = -1;
  #seen = -1;
  readonly #failedByCode: Record<string, number> = {};

  constructor(options: ProbeOptions) {
    this.#options = options;
    this.#base = new URL(options.stack.ingestUrl);
    createSiteFrame().toPlane(LAWN.u, LAWN.v, this.#plane);
    const watcher: LiveWatcher = new LiveWatcher({
      url: options.stack.webUrl,
      user: options.stack.operator,
      clock: systemClock,
      signal: this.#abort.signal,
      onEvent: (event) => {
        if (event.type === 'frame') this.#look(event.bytes);
        else if (event.type === 'effects' || event.type === 'snapshot') this.#findSlot(watcher);
      },
      onClosed: () => {},
    });
    this.#running.push(watcher.run(), this.#send());
  }

  /** Latencies since the last call. */
  take(): number[] {
    return this.#latencyMs.splice(0);
  }

  async close(): Promise<{ readonly failedByCode: Readonly<Record<string, number>> }> {
    this.#abort.abort();
    await Promise.all(this.#running);
    this.#agent.destroy();
    return { failedByCode: this.#failedByCode };
  }

  #findSlot(watcher: LiveWatcher): void {
    if (this.#slot >= 0) return;
    for (const [slot, { person }] of watcher.client.picture.bindings) {
      if (person.personId === this.#personId) this.#slot = slot;
    }
  }

  #look(bytes: Uint8Array): void {
    if (this.#slot < 0) return;
    const nowMs = performance.now();
    visitFrame(bytes, (slot, _generation, _easting, northing) => {
      if (slot !== this.#slot) return;
      const place = Math.round((northing - this.#plane[1]!) / STEP_M) % PLACES;
      const newest = this.#sentAtMs.length - 1;
      const sequence = newest - ((((newest - place) % PLACES) + PLACES) % PLACES);
      if (sequence <= this.#seen || sequence < 0) return;
      if (this.#seen < 0) {
        // Sent before this client was there to see.
        this.#seen = sequence;
        return;
      }
      // Requests overtaken by this one within a frame are conflated by design; they were seen now at the latest.
      for (let i = this.#seen + 1; i <= sequence; i++) this.#latencyMs.push(nowMs - this.#sentAtMs[i]!);
      this.#seen = sequence;
    });
  }

  async #send(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const sequence = this.#sentAtMs.length;
      this.#sentAtMs.push(performance.now());
      this.#running.push(this.#post(sequence));
      // Never in step with the frame tick.
      const waitMs = this.#options.sendEveryMs * (0.7 + 0.6 * Math.random());
      await pause(waitMs, undefined, { signal }).catch(() => {});
    }
  }

  async #post(sequence: number): Promise<void> {
    const { stack, companyCode } = this.#options;
    const northing = this.#plane[1]! + (sequence % PLACES) * STEP_M;
    const { lng, lat } = this.#projection.lngLatFromEastingNorthing(this.#plane[0]!, northing);
    const record = {
      COMPANY_CODE: companyCode,
      PERSON_ID: this.#personId,
      LONGITUDE: lng,
      LATITUDE: lat,
      COLLECT_TIME: Date.now(),
    };
    const body = Buffer.from(JSON.stringify({ records: [record] }));
    const credential = stack.credentials[companyCode]!;
    const request = { base: this.#base, path: PATH, body, credential, agent: this.#agent, nowMs: Date.now() };
    const answer = await postSigned({ ...request, timeoutMs: 20_000 }).catch(() => null);
    if (answer?.status === 200) return;
    const code = answer === null ? 'unanswered' : `${answer.status} ${answer.body.slice(0, 80)}`;
    this.#failedByCode[code] = (this.#failedByCode[code] ?? 0) + 1;
  }
}
