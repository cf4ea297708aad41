/**
 * Time from the start of a POST of a ticket to what comes of it at an operator's socket: the permit on the map, and the alarm of a ticket
 * that is wrong from its first word (work without gas analysis). Of the product this is ingest, Redis on disk, watch with its judges,
 * the lossless lane and a gateway. Each request is another permit.
 */
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../core/clock.ts';
import { LiveWatcher } from '../../server/cli/live-watcher.ts';
import { postSigned } from '../simulator/signed-post.ts';
import type { PrivateStack } from './private-stack.ts';

export interface PermitProbeOptions {
  readonly stack: PrivateStack;
  readonly companyCode: string;
  readonly sendEveryMs: number;
  /** CGCS2000, degrees. */
  readonly place: { readonly lng: number; readonly lat: number };
}

export class PermitProbe {
  readonly #options: PermitProbeOptions;
  readonly #abort = new AbortController();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly #sentAtMs = { permit: new Map<string, number>(), alarm: new Map<string, number>() };
  readonly #latencyMs = { permit: [] as number[], alarm: [] as number[] };
  readonly #running: Promise<unknown>[] = [];
  #sent = 0;
  #isOver = false;
  #failed = 0;

  constructor(options: PermitProbeOptions) {
    this.#options = options;
    const watcher = new LiveWatcher({
      url: options.stack.webUrl,
      user: options.stack.operator,
      clock: systemClock,
      signal: this.#abort.signal,
      onEvent: (event) => {
        if (event.type !== 'effects') return;
        for (const { effects } of event.message.items) {
          for (const effect of effects) {
            if (effect.t === 'doc' && effect.doc === 'permit') this.#seen('permit', effect.value.permitId);
            else if (effect.t === 'alarm' && effect.alarm.rule === 'gas-missing') {
              this.#seen('alarm', effect.alarm.permit?.permitId);
            }
          }
        }
      },
      onClosed: () => {},
    });
    this.#running.push(watcher.run());
  }

  start(): void {
    this.#running.push(this.#send());
  }

  /** Latencies since the last call. */
  take(): { readonly permit: number[]; readonly alarm: number[] } {
    return { permit: this.#latencyMs.permit.splice(0), alarm: this.#latencyMs.alarm.splice(0) };
  }

  async close(): Promise<{ readonly sent: number; readonly failed: number; readonly unseen: number }> {
    this.#isOver = true;
    // What is on its way may still arrive.
    await pause(2_000);
    this.#abort.abort();
    await Promise.all(this.#running);
    this.#agent.destroy();
    const unseen = this.#sentAtMs.permit.size + this.#sentAtMs.alarm.size;
    return { sent: this.#sent, failed: this.#failed, unseen };
  }

  #seen(what: 'permit' | 'alarm', permitId: string | undefined): void {
    const sentAtMs = this.#sentAtMs[what].get(permitId ?? '');
    if (sentAtMs === undefined) return;
    this.#sentAtMs[what].delete(permitId ?? '');
    this.#latencyMs[what].push(performance.now() - sentAtMs);
  }

  async #send(): Promise<void> {
    const { signal } = this.#abort;
    while (!this.#isOver) {
      this.#running.push(this.#ticket(this.#sent++));
      await pause(this.#options.sendEveryMs * (0.7 + 0.6 * Math.random()), undefined, { signal }).catch(() => {});
    }
  }

  async #ticket(sequence: number): Promise<void> {
    const { stack, companyCode, place } = this.#options;
    const permitId = `probe-${sequence}`;
    const isWrong = sequence % 2 === 0;
    const sentAtMs = performance.now();
    this.#sentAtMs.permit.set(permitId, sentAtMs);
    if (isWrong) this.#sentAtMs.alarm.set(permitId, sentAtMs);
    // A row along which nobody's circle meets another's.
    const spot = { ...place, lng: place.lng + sequence * 0.0002 };
    const body = Buffer.from(JSON.stringify({ records: [ticketOf({ permitId, companyCode, isWrong, ...spot })] }));
    const path = '/v1/permits/tickets';
    const request = { base: new URL(stack.ingestUrl), path, body, credential: stack.credentials[companyCode]! };
    const answer = await postSigned({ ...request, agent: this.#agent, nowMs: Date.now(), timeoutMs: 20_000 }).catch(
      () => null,
    );
    if (answer?.status === 200) return;
    this.#failed++;
    this.#sentAtMs.permit.delete(permitId);
    this.#sentAtMs.alarm.delete(permitId);
  }
}

export interface TicketOf {
  readonly permitId: string;
  readonly companyCode: string;
  readonly lng: number;
  readonly lat: number;
  /** Work began and no gas was analysed. */
  readonly isWrong: boolean;
  /** PERSON_IDS and the guardian's. */
  readonly workerIds?: readonly string[];
  readonly guardianId?: string;
}

const MINUTE_MS = 60_000;

/** Second-grade hot work that began ten minutes ago, as a supplier sends it. */
export function ticketOf(of: TicketOf): Record<string, unknown> {
  const nowMs = Date.now();
  const startedAtMs = nowMs - 10 * MINUTE_MS;
  return {
    ID: of.permitId,
    COMPANY_CODE: of.companyCode,
    COMPANY_NAME: '台架企业',
    TICKET_NUM: of.permitId,
    TICKET_TYPE: '03',
    BASE_LEVEL: '03',
    TICKET_STATUS: '2',
    TICKET_POSITION: '一号泵房',
    TICKET_CONTENT: '管线焊接',
    LONGITUDE: of.lng,
    LATITUDE: of.lat,
    ISSUE_TIME: startedAtMs - MINUTE_MS,
    START_TIME: startedAtMs - MINUTE_MS,
    END_TIME: startedAtMs + 7 * 60 * MINUTE_MS,
    ACTUAL_START_TIME: startedAtMs,
    SUPERVISOR_NAME: '王监护',
    WORKER_NAME: '李焊',
    WORKER_CERTI_NAME: '焊接与热切割作业',
    WORKER_CERTI_NUM: `T${of.permitId}`,
    WORK_DEPARTMENT: '维修部',
    IS_CONTRACTOR_WORK: '0',
    DELETED: '0',
    UPDATE_DATE: startedAtMs,
    ...(of.workerIds === undefined ? {} : { PERSON_IDS: of.workerIds }),
    ...(of.guardianId === undefined
      ? {}
      : { guardians: [{ ID: 'g1', SUPERVISOR_NAME: '王监护', PERSON_ID: of.guardianId }] }),
    ...(of.isWrong
      ? {}
      : {
          gas: [
            {
              ID: 'g1',
              GAS_NAME: '甲烷',
              ANALYSIS_RESULTS: 0.01,
              RESULTS_UNIT: 'vol%',
              LEL: 5,
              ANALYST_TIME: startedAtMs - 10 * MINUTE_MS,
            },
          ],
        }),
  };
}
