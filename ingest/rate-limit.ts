/**
 * Records per second of each credential, as token buckets that may go into debt: a batch is let in while its bucket
 * is not empty and then charged in full, so a request larger than what is left is neither cut in two nor starved.
 * Only authenticated credentials get a bucket, so there are as many as credentials.
 */
import type { Clock } from '../core/clock.ts';

interface Bucket {
  tokens: number;
  atMs: number;
}

export class RateLimiter {
  readonly #clock: Clock;
  readonly #burstS: number;
  readonly #burstAtLeast: number;
  readonly #buckets = new Map<string, Bucket>();

  /** A bucket holds `burstS` seconds of its rate, at least `burstAtLeast` records. */
  constructor(options: { readonly clock: Clock; readonly burstS: number; readonly burstAtLeast: number }) {
    this.#clock = options.clock;
    this.#burstS = options.burstS;
    this.#burstAtLeast = options.burstAtLeast;
  }

  /** 0: let in. Otherwise the whole seconds until the bucket is no longer empty. */
  waitS(appId: string, recordsPerS: number): number {
    const bucket = this.#refilled(appId, recordsPerS);
    if (bucket.tokens >= 1) return 0;
    return Math.min(3_600, Math.max(1, Math.ceil((1 - bucket.tokens) / Math.max(recordsPerS, 1e-3))));
  }

  charge(appId: string, recordsPerS: number, records: number): void {
    this.#refilled(appId, recordsPerS).tokens -= records;
  }

  #refilled(appId: string, recordsPerS: number): Bucket {
    const nowMs = this.#clock.nowMs();
    const capacity = Math.max(recordsPerS * this.#burstS, this.#burstAtLeast);
    let bucket = this.#buckets.get(appId);
    if (bucket === undefined) {
      bucket = { tokens: capacity, atMs: nowMs };
      this.#buckets.set(appId, bucket);
    }
    const passedS = Math.max(0, nowMs - bucket.atMs) / 1000;
    bucket.tokens = Math.min(capacity, bucket.tokens + passedS * recordsPerS);
    bucket.atMs = nowMs;
    return bucket;
  }
}
