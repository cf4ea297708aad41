/**
 * What the vendor front door needs from elsewhere. No connection type crosses these ports. The log itself is
 * stream/protocol/log.ts; memory twins for tests and the load generator are in memory-ports.ts.
 */
import type { InterfaceName, InterfaceStage } from '../stream/protocol/vocabulary.ts';

export { INTERFACES, type InterfaceName } from '../stream/protocol/vocabulary.ts';

export interface Credential {
  readonly appId: string;
  /** Company that the credential speaks for: COMPANY_CODE of every record must be this. */
  readonly companyCode: string;
  /** The app secret in clear; it lives in this process's memory only. */
  readonly secret: string;
  /** The secret before the last rotation, while it holds; null: none. */
  readonly previousSecret: { readonly secret: string; readonly untilMs: number } | null;
  readonly status: 'active' | 'revoked';
  /** null: all interfaces. */
  readonly interfaces: readonly string[] | null;
  /** Addresses and CIDR blocks, IPv4 or IPv6; empty: any address. */
  readonly addresses: readonly string[];
  readonly rateRecordsPerS: number;
  /** Requests are checked and answered in full, and nothing of them is kept. */
  readonly sandbox: boolean;
  /** Where the company stands with each interface; one that is absent stands in its joint test. */
  readonly stages: Readonly<Partial<Record<InterfaceName, InterfaceStage>>>;
}

export interface CredentialSource {
  /** null: no such credential. Throws AppError when nothing can tell. */
  find(appId: string): Promise<Credential | null>;
}

export interface NonceLedger {
  /** true: spent now; false: spent before and not forgotten. Throws AppError when that is not known. */
  spend(appId: string, nonce: string): Promise<boolean>;
}

/** What vendors are told: the clock window, on both sides. */
export const NONCE_REFUSED_MS = 600_000;
/**
 * Kept longer than that by what may pass between a request's arrival, by which its time is checked, and the look at its
 * nonce: the body's deadline and a stall. Else a request whose clock runs ahead could come again: its head in time, its
 * body late.
 */
export const NONCE_KEPT_MS = NONCE_REFUSED_MS + 120_000;

/** A camera as vendors' systems are told of it. */
export interface VendorCamera {
  readonly code: string;
  readonly name: string;
  /** CGCS2000, degrees; null: the register has no place. */
  readonly longitude: number | null;
  readonly latitude: number | null;
}

export interface VendorStreamAddress {
  readonly code: string;
  readonly protocol: 'hls' | 'http-flv' | 'webrtc' | 'rtsp' | 'other';
  readonly url: string;
}

/**
 * Cameras of the register and where their pictures are; of one company alone. Throws AppError DATABASE_UNAVAILABLE, VIDEO_NO_ADDRESS,
 * VIDEO_UNAVAILABLE, FFMPEG_MISSING.
 */
export interface CameraSource {
  /** null: the company has no such hazard source. */
  ofHazardSource(companyCode: string, hazardSource: string): Promise<readonly VendorCamera[] | null>;
  /** null: the company has no such camera. */
  stream(companyCode: string, code: string): Promise<VendorStreamAddress | null>;
}

export interface RoomGauge {
  /** false: the log takes SOS, people and areas, but no positions now. */
  positionsOpen(): boolean;
}
