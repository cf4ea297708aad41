/** Memory twins of the front door's ports: tests and benches run the server on them without any service. */
import type { Clock } from '../core/clock.ts';
import {
  type CameraSource,
  type Credential,
  type CredentialSource,
  NONCE_KEPT_MS,
  type NonceLedger,
  type RoomGauge,
  type VendorCamera,
  type VendorStreamAddress,
} from './ports.ts';
import { type KeptRefusal, type NotedRefusal, REFUSALS_KEPT, type RefusalStore } from './refusals.ts';

export class MemoryCredentials implements CredentialSource {
  readonly #byAppId = new Map<string, Credential>();
  constructor(credentials: readonly Credential[] = []) {
    for (const credential of credentials) this.put(credential);
  }
  put(credential: Credential): void {
    this.#byAppId.set(credential.appId, credential);
  }
  async find(appId: string): Promise<Credential | null> {
    return this.#byAppId.get(appId) ?? null;
  }
}

export class MemoryNonceLedger implements NonceLedger {
  readonly #clock: Clock;
  readonly #spentAtMs = new Map<string, number>();
  constructor(clock: Clock) {
    this.#clock = clock;
  }
  async spend(appId: string, nonce: string): Promise<boolean> {
    const nowMs = this.#clock.nowMs();
    // Insertion order is order of time, so the old ones are in front.
    for (const [key, spentAtMs] of this.#spentAtMs) {
      if (nowMs - spentAtMs < NONCE_KEPT_MS) break;
      this.#spentAtMs.delete(key);
    }
    const key = `${appId}:${nonce}`;
    if (this.#spentAtMs.has(key)) return false;
    this.#spentAtMs.set(key, nowMs);
    return true;
  }
}

export class MemoryCameraSource implements CameraSource {
  /** By `company/hazard source`, `company/camera`. */
  readonly hazardSources = new Map<string, readonly VendorCamera[]>();
  readonly streams = new Map<string, VendorStreamAddress>();
  /** Thrown at each question. */
  failure: Error | null = null;

  async ofHazardSource(companyCode: string, hazardSource: string): Promise<readonly VendorCamera[] | null> {
    if (this.failure !== null) throw this.failure;
    return this.hazardSources.get(`${companyCode}/${hazardSource}`) ?? null;
  }
  async stream(companyCode: string, code: string): Promise<VendorStreamAddress | null> {
    if (this.failure !== null) throw this.failure;
    return this.streams.get(`${companyCode}/${code}`) ?? null;
  }
}

export class MemoryRoomGauge implements RoomGauge {
  #open = true;
  positionsOpen(): boolean {
    return this.#open;
  }
  set(open: boolean): void {
    this.#open = open;
  }
}

export class MemoryRefusals implements RefusalStore {
  readonly #byCompany = new Map<string, KeptRefusal[]>();
  #count = 0;

  async append(byCompany: ReadonlyMap<string, readonly NotedRefusal[]>): Promise<void> {
    for (const [companyCode, refusals] of byCompany) {
      const kept = this.#byCompany.get(companyCode) ?? [];
      for (const refusal of refusals) kept.push({ ...refusal, cursor: String(++this.#count) });
      this.#byCompany.set(companyCode, kept.slice(-REFUSALS_KEPT));
    }
  }

  async read(companyCode: string, limit: number, before?: string): Promise<KeptRefusal[]> {
    const older = (this.#byCompany.get(companyCode) ?? []).filter(
      ({ cursor }) => before === undefined || Number(cursor) < Number(before),
    );
    return older.reverse().slice(0, limit);
  }
}
