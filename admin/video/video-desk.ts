/**
 * Pictures of cameras for the pages: which there are, where they can be had, and where they come from at all (cascade). Invariant: the
 * scope narrows whatever leaves; a camera or permit out of scope is answered like one that does not exist.
 */
import { type CascadeValue, DEFAULT_CASCADE } from '../../alarms/settings/video.ts';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import type { Sealer } from '../../security/gm.ts';
import type {
  CascadeChange,
  CascadeView,
  NearCamera,
  PermitCameras,
  VideoAddress,
} from '../../stream/protocol/permit-api.ts';
import type { Actor } from '../audit.ts';
import type { ParkSettings } from '../park-settings.ts';
import { type CameraBook, type CameraRow, cameraJson, type PermitLinks } from './cameras.ts';
import type { LocalPictures } from './local-video.ts';
import type { VideoPlatform } from './video-platform.ts';
import { cameraOfTicket } from './video-tickets.ts';

/** Pictures beside each other at most. */
export const PICTURES_MAX = 9;
export const CASCADE_TOPIC = 'video';

export interface VideoDeskOptions {
  readonly cameras: CameraBook;
  readonly permits: PermitLinks;
  readonly platform: VideoPlatform;
  /** Files of pictures made here. */
  readonly pictures: LocalPictures;
  readonly settings: Pick<ParkSettings, 'list' | 'put'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/** Every method throws AppError NOT_FOUND out of scope, DATABASE_UNAVAILABLE, and what VideoPlatform throws. */
export class VideoDesk {
  readonly #o: VideoDeskOptions;

  constructor(options: VideoDeskOptions) {
    this.#o = options;
  }

  async live(scope: CompanyScope, code: string): Promise<VideoAddress> {
    return this.#o.platform.live(await this.#camera(scope, code));
  }

  async recording(scope: CompanyScope, code: string, fromMs: number, toMs: number): Promise<VideoAddress> {
    return this.#o.platform.recording(await this.#camera(scope, code), fromMs, toMs);
  }

  near(scope: CompanyScope, lng: number, lat: number, limit: number): Promise<NearCamera[]> {
    return this.#nearest(scope, lng, lat, limit);
  }

  async ofPermit(scope: CompanyScope, companyCode: string, permitId: string): Promise<PermitCameras> {
    const isInScope = scope === null || scope === companyCode;
    const permit = isInScope ? await this.#o.permits.find(companyCode, permitId) : null;
    if (permit === null) throw new AppError('NOT_FOUND');
    const { cameraCodes, lng, lat, startedAtMs, endedAtMs } = permit;
    const found = cameraCodes.length === 0 ? [] : await this.#o.cameras.byCodes(cameraCodes);
    const linked = found.filter((camera) => scope === null || camera.companyCode === scope).map(cameraJson);
    const hasNone = linked.length === 0 && lng !== null && lat !== null;
    const nearest = hasNone ? await this.#nearest(scope, lng, lat, PICTURES_MAX) : [];
    return { linked, nearest, fromMs: startedAtMs, toMs: endedAtMs };
  }

  async livePlaylist(scope: CompanyScope, code: string): Promise<string> {
    await this.#camera(scope, code);
    return this.#o.pictures.livePlaylist(code);
  }

  async recordingPlaylist(scope: CompanyScope, code: string, fromMs: number, toMs: number): Promise<string> {
    await this.#camera(scope, code);
    const text = await this.#o.pictures.recordingPlaylist(code, fromMs, toMs);
    if (text === null) throw new AppError('NOT_FOUND');
    return text;
  }

  async segment(scope: CompanyScope, code: string, name: string): Promise<Buffer> {
    await this.#camera(scope, code);
    const bytes = await this.#o.pictures.segment(code, name);
    if (bytes === null) throw new AppError('NOT_FOUND');
    return bytes;
  }

  /** A file of the camera that the ticket names; null: no ticket, or no such file. */
  async byTicket(ticket: string, file: string): Promise<string | Buffer | null> {
    const { pictures, sealer, clock } = this.#o;
    const code = cameraOfTicket(sealer, clock, ticket);
    if (code === null) return null;
    return file === 'live.m3u8' ? pictures.livePlaylist(code) : pictures.segment(code, file);
  }

  async cascade(): Promise<CascadeView> {
    const [row] = (await this.#o.settings.list(null, CASCADE_TOPIC)).settings;
    const value = (row?.value ?? null) as CascadeValue | null;
    return { ...(value ?? DEFAULT_CASCADE), version: row?.version ?? 0 };
  }

  /** Throws CONFLICT when another version holds by now, INPUT_INVALID. */
  async setCascade({ expectedVersion, reason, ...value }: CascadeChange, actor: Actor): Promise<CascadeView> {
    await this.#o.settings.put({ topic: CASCADE_TOPIC, key: '', value, expectedVersion, reason }, actor);
    return this.cascade();
  }

  async #nearest(scope: CompanyScope, lng: number, lat: number, limit: number): Promise<NearCamera[]> {
    const found = await this.#o.cameras.near(scope, lng, lat, limit);
    return found.map((camera) => ({ ...cameraJson(camera), distanceM: Math.round(camera.distanceM) }));
  }

  /** A company's own alone: that its permit names another's camera is its own word, and opens nothing. */
  async #camera(scope: CompanyScope, code: string): Promise<CameraRow> {
    const rows = await this.#o.cameras.byCodes([code]);
    const found = scope === null ? rows[0] : rows.find(({ companyCode }) => companyCode === scope);
    if (found === undefined) throw new AppError('NOT_FOUND');
    return found;
  }
}
