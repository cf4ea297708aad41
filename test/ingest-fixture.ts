/** A vendor front door on memory twins and a free port, and a vendor that signs; for the tests of ingest. */
import type { Clock } from '../core/clock.ts';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import {
  MemoryCameraSource,
  MemoryCredentials,
  MemoryNonceLedger,
  MemoryRefusals,
  MemoryRoomGauge,
} from '../ingest/memory-ports.ts';
import { type Credential, INTERFACES } from '../ingest/ports.ts';
import { createIngestServer, type IngestLimits, type IngestServer } from '../ingest/server.ts';
import { signRequest } from '../ingest/sign-request.ts';
import type { SignAlg } from '../ingest/signature.ts';
import { createBlindIndex } from '../security/blind-index.ts';
import { createSealer } from '../security/gm.ts';
import { MemoryAttachments } from '../stream/archive/attachment-store.ts';
import { MemoryLog, MemoryLogStore } from '../stream/memory-log.ts';
import { type DoorCountsBody, ENTRY_KIND, type LogEntry } from '../stream/protocol/entry.ts';
import { decodeEntry } from '../stream/protocol/entry-codec.ts';
import type { LogAppender } from '../stream/protocol/log.ts';

export const COMPANY = '310000001';
export const APP_ID = 'app_fixture';
export const APP_SECRET = 'fixture-secret-of-no-value';
export const START_MS = Date.UTC(2026, 6, 1, 4, 0, 0);
export const sealer = createSealer([Buffer.alloc(32, 9)]);
export const blindIndex = createBlindIndex(Buffer.alloc(32, 9));

const LIVE_STAGES: Credential['stages'] = Object.fromEntries(INTERFACES.map((name) => [name, 'live']));

export const createCredential = (changes: Partial<Credential> = {}): Credential => ({
  appId: APP_ID,
  companyCode: COMPANY,
  secret: APP_SECRET,
  previousSecret: null,
  status: 'active',
  interfaces: null,
  addresses: [],
  rateRecordsPerS: 100_000,
  sandbox: false,
  stages: LIVE_STAGES,
  ...changes,
});

export interface Sent {
  readonly body?: unknown;
  /** Sent as they are instead of `body`. */
  readonly raw?: string | Uint8Array;
  readonly target?: string;
  readonly method?: string;
  readonly appId?: string;
  readonly appSecret?: string;
  readonly alg?: SignAlg;
  readonly nonce?: string;
  readonly timestampMs?: number;
  /** Over the signature's and the type's headers; an empty value leaves the header out. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into by tests that know their shape
  readonly body: any;
}

export const POSITIONS = '/v1/positioning/positions';
export const PERSONS = '/v1/positioning/persons';
export const AREAS = '/v1/positioning/areas';

export interface IngestPark {
  readonly clock: ManualClock;
  readonly credentials: MemoryCredentials;
  readonly room: MemoryRoomGauge;
  readonly store: MemoryLogStore;
  readonly refusals: MemoryRefusals;
  readonly attachments: MemoryAttachments;
  readonly cameras: MemoryCameraSource;
  readonly server: IngestServer;
  readonly port: number;
  send(sent?: Sent): Promise<Received>;
  /** Everything that vendors brought into the log, decoded. */
  entries(): LogEntry[];
  /** What the door itself reported there. */
  doorReports(): DoorCountsBody[];
  close(): Promise<void>;
}

export interface IngestParkOptions {
  readonly credential?: Partial<Credential>;
  readonly limits?: IngestLimits;
  readonly trustProxy?: boolean;
  /** Stands between the server and the log. */
  readonly wrapLog?: (log: LogAppender) => LogAppender;
  readonly nonces?: (clock: Clock) => MemoryNonceLedger;
}

export async function startIngestPark(options: IngestParkOptions = {}): Promise<IngestPark> {
  const clock = new ManualClock(START_MS);
  const credentials = new MemoryCredentials([createCredential(options.credential)]);
  const room = new MemoryRoomGauge();
  const store = new MemoryLogStore(clock);
  const refusals = new MemoryRefusals();
  const attachments = new MemoryAttachments();
  const cameras = new MemoryCameraSource();
  const log = new MemoryLog(store);
  const vendorLog = options.wrapLog?.(log) ?? log;
  let batches = 0;
  const server = createIngestServer({
    clock,
    logger: silentLogger,
    credentials,
    nonces: options.nonces?.(clock) ?? new MemoryNonceLedger(clock),
    log: {
      // What the door itself has to say passes by: a test is about what vendors send.
      append: (entry) => (entry.kind === ENTRY_KIND.doorCounts ? log : vendorLog).append(entry),
    },
    room,
    sealer,
    blindIndex,
    refusals,
    attachments,
    cameras,
    newBatchId: () => `batch-${++batches}`,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.trustProxy === undefined ? {} : { trustProxy: options.trustProxy }),
  });
  const port = await server.listen('127.0.0.1', 0);

  const send = async (sent: Sent = {}): Promise<Received> => {
    const target = sent.target ?? POSITIONS;
    const hasNoBody = sent.method === 'GET' || sent.method === 'HEAD';
    const payload = sent.raw ?? (hasNoBody ? '' : JSON.stringify(sent.body ?? { records: [] }));
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload);
    const signature = signRequest({
      method: (sent.method ?? 'POST') as 'POST',
      target,
      body: bytes,
      appId: sent.appId ?? APP_ID,
      appSecret: sent.appSecret ?? APP_SECRET,
      timestampMs: sent.timestampMs ?? clock.nowMs(),
      ...(sent.alg === undefined ? {} : { alg: sent.alg }),
      ...(sent.nonce === undefined ? {} : { nonce: sent.nonce }),
    });
    const headers = new Headers({ 'Content-Type': 'application/json', ...signature });
    for (const [name, value] of Object.entries(sent.headers ?? {})) {
      if (value === '') headers.delete(name);
      else headers.set(name, value);
    }
    const response = await fetch(`http://127.0.0.1:${port}${target}`, {
      method: sent.method ?? 'POST',
      headers,
      ...(hasNoBody ? {} : { body: bytes }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  };

  return {
    clock,
    credentials,
    room,
    store,
    refusals,
    attachments,
    cameras,
    server,
    port,
    send,
    entries: () => store.entries.map(decodeEntry).filter(({ kind }) => kind !== 'doorCounts'),
    doorReports: () =>
      store.entries.map(decodeEntry).flatMap((entry) => (entry.kind === 'doorCounts' ? [entry.body] : [])),
    close: () => server.close(0),
  };
}

export const createPosition = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  COMPANY_CODE: COMPANY,
  PERSON_ID: 'P-1',
  LONGITUDE: 121.48,
  LATITUDE: 30.8,
  COLLECT_TIME: START_MS - 1_000,
  ...changes,
});

export const createPerson = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ID: 'P-1',
  COMPANY_CODE: COMPANY,
  COMPANY_NAME: '海澜示例化工',
  PERSON_NAME: '周示例',
  IDENTIFY_NUM: '31010119900101123X',
  PERSON_TYPE: '01',
  BIRTHDAY: '1990-01-01',
  GENDER: '1',
  POSITION_NAME: '操作工',
  MOBILE_NUMBER: '13800000000',
  AFFILIATED_DEPARTMENT: '一车间',
  DELETED: '0',
  ...changes,
});

export const createArea = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ID: 'A-1',
  COMPANY_CODE: COMPANY,
  ZONE_NAME: '储罐区',
  ZONE_TYPE: '1',
  GEO: '121.480,30.800;121.481,30.800;121.481,30.801;121.480,30.801',
  DELETED: '0',
  ...changes,
});
