/**
 * Cameras of the register as video asks for them, and who may see which: the park sees all, a company its own and those that its
 * permits are linked to. Invariant: a camera out of scope is answered like one that does not exist.
 */
import type { CompanyScope } from '../../db/company-scope.ts';
import type { CameraJson, NearCamera } from '../../stream/protocol/permit-api.ts';
import type { VideoCamera } from './video-platform.ts';

export interface CameraRow extends CameraJson, VideoCamera {}

/** Throws AppError DATABASE_UNAVAILABLE. Adapter: db/cameras.ts; twin: memory-cameras.ts. */
export interface CameraBook {
  /** In the order asked for; what is not in the register is left out. The same code at two companies: both. */
  byCodes(codes: readonly string[]): Promise<CameraRow[]>;
  /** Nearest first, of the company or of all; those without a place are none. */
  near(scope: CompanyScope, lng: number, lat: number, limit: number): Promise<(CameraRow & NearCamera)[]>;
  /** By code of the camera; null: there is no such hazard source of the company. */
  ofHazardSource(companyCode: string, hazardSource: string): Promise<CameraRow[] | null>;
}

/** What of a permit video asks for. */
export interface LinkedPermit {
  readonly companyCode: string;
  readonly permitId: string;
  readonly cameraCodes: readonly string[];
  readonly lng: number | null;
  readonly lat: number | null;
  /** Of the work itself; null: not begun, under way. */
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}

export interface PermitLinks {
  /** null: there is no such permit. */
  find(companyCode: string, permitId: string): Promise<LinkedPermit | null>;
}

export const cameraJson = ({ code, name, companyCode, lng, lat, hazardSource }: CameraRow): CameraJson => ({
  code,
  name,
  companyCode,
  lng,
  lat,
  hazardSource,
});
