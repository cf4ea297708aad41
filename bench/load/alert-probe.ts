/**
 * Time from the start of a POST to its alarm at an operator's socket: calls for help, and people who step deep into a forbidden
 * area. Each request is another person's, so that each raises an alarm of its own. Of the product this is ingest, Redis on disk, watch,
 * the alarm lane and a gateway; the frame tick has no part in it.
 */
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../core/clock.ts';
import { createProjection, SHANGHAI_2000_B } from '../../geo/projection.ts';
import { LiveWatcher } from '../../server/cli/live-watcher.ts';
import { createSiteFrame } from '../park/site-frame.ts';
import { postSigned } from '../simulator/signed-post.ts';
import type { PrivateStack } from './private-stack.ts';

/** Plan metres south of the park, away from everybody. */
const FIELD = { u: -60, v: -12_000 } as const;
/** A strip, so that those who raise alarms one after the other do not gather. */
const STRIP = { widthM: 40, lengthM: 10_000, stepM: 40 } as const;

export interface AlertProbeOptions {
  readonly stack: PrivateStack;
  readonly companyCode: string;
  readonly sendEveryMs: number;
}

export class AlertProbe {
  readonly #options: AlertProbeOptions;
  readonly #abort = new AbortController();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly #base: URL;
  readonly #plane = new Float64Array(2);
  readonly #projection = createProjection(SHANGHAI_2000_B);
  readonly #sentAtMs = new Map<string, number>();
  readonly #latencyMs: number[] = [];
  readonly #running: Promise<unknown>[] = [];
  #sent = 0;
  #isOver = false;
  #failed = 0;

  constructor(options: AlertProbeOptions) {
    this.#options = options;
    this.#base = new URL(options.stack.ingestUrl);
    createSiteFrame().toPlane(FIELD.u, FIELD.v, this.#plane);
    const watcher = new LiveWatcher({
      url: options.stack.webUrl,
      user: options.stack.operator,
      clock: systemClock,
      signal: this.#abort.signal,
      onEvent: (event) => {
        if (event.type !== 'effects') return;
        for (const { effects } of event.message.items) {
          for (const effect of effects) {
            if (effect.t === 'alarm' && effect.alarm.transition === 'raised') this.#seen(effect.alarm.person?.personId);
          }
        }
      },
      onClosed: () => {},
    });
    this.#running.push(watcher.run());
  }

  /** Lays out the area, then sends until closed. */
  async start(): Promise<void> {
    const corner = (east: number, north: number): string => {
      const { lng, lat } = this.#projection.lngLatFromEastingNorthing(this.#plane[0]! + east, this.#plane[1]! + north);
      return `${lng.toFixed(9)} ${lat.toFixed(9)}`;
    };
    const { widthM, lengthM } = STRIP;
    const ring = [corner(0, 0), corner(lengthM, 0), corner(lengthM, widthM), corner(0, widthM), corner(0, 0)].join(',');
    const area = { ID: 'alert-probe', ZONE_NAME: 'alert probe', ZONE_TYPE: '1', AREA_KIND: 'FORBIDDEN', DELETED: '0' };
    await this.#post('areas', { ...area, COMPANY_CODE: this.#options.companyCode, GEO: `POLYGON((${ring}))` });
    this.#running.push(this.#send());
  }

  /** Latencies since the last call. */
  take(): number[] {
    return this.#latencyMs.splice(0);
  }

  async close(): Promise<{ readonly sent: number; readonly failed: number; readonly unseen: number }> {
    this.#isOver = true;
    // What is on its way may still arrive.
    await pause(2_000);
    this.#abort.abort();
    await Promise.all(this.#running);
    this.#agent.destroy();
    return { sent: this.#sent, failed: this.#failed, unseen: this.#sentAtMs.size };
  }

  #seen(personId: string | null | undefined): void {
    const sentAtMs = this.#sentAtMs.get(personId ?? '');
    if (sentAtMs === undefined) return;
    this.#sentAtMs.delete(personId ?? '');
    this.#latencyMs.push(performance.now() - sentAtMs);
  }

  async #send(): Promise<void> {
    const { signal } = this.#abort;
    while (!this.#isOver) {
      this.#running.push(this.#alert(this.#sent++));
      const waitMs = this.#options.sendEveryMs * (0.7 + 0.6 * Math.random());
      await pause(waitMs, undefined, { signal }).catch(() => {});
    }
  }

  /** By turns a call for help, and somebody in the middle of the forbidden strip. */
  async #alert(sequence: number): Promise<void> {
    const personId = `alert-${sequence}`;
    const isCall = sequence % 2 === 0;
    const east = this.#plane[0]! + ((sequence * STRIP.stepM) % STRIP.lengthM);
    const north = this.#plane[1]! + (isCall ? -STRIP.widthM : STRIP.widthM / 2);
    const { lng, lat } = this.#projection.lngLatFromEastingNorthing(east, north);
    this.#sentAtMs.set(personId, performance.now());
    await this.#post('positions', {
      COMPANY_CODE: this.#options.companyCode,
      PERSON_ID: personId,
      LONGITUDE: lng,
      LATITUDE: lat,
      ACCURACY: 3,
      COLLECT_TIME: Date.now(),
      ...(isCall ? { SOS: true } : {}),
    });
  }

  async #post(kind: string, record: Record<string, unknown>): Promise<void> {
    const { stack, companyCode } = this.#options;
    const body = Buffer.from(JSON.stringify({ records: [record] }));
    const credential = stack.credentials[companyCode]!;
    const path = `/v1/positioning/${kind}`;
    const request = { base: this.#base, path, body, credential, agent: this.#agent, nowMs: Date.now() };
    const answer = await postSigned({ ...request, timeoutMs: 20_000 }).catch(() => null);
    if (answer?.status === 200) return;
    this.#failed++;
    this.#sentAtMs.delete(String(record['PERSON_ID']));
  }
}
