/** What the vendor interface tells of cameras: the register's, asked in the database, and addresses that need no session. */
import type { CameraRow } from '../../admin/video/cameras.ts';
import { issueTicket, ticketPath } from '../../admin/video/video-tickets.ts';
import type { Clock } from '../../core/clock.ts';
import type { CameraSource, VendorCamera, VendorStreamAddress } from '../../ingest/ports.ts';
import type { Sealer } from '../../security/gm.ts';
import type { RunningConfig } from '../config.ts';
import type { VideoParts } from './video-parts.ts';

export interface VendorCamerasOptions extends Pick<VideoParts, 'cameras' | 'platform'> {
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** Where others reach the pages, without a slash at its end. */
  readonly publicUrl: string;
}

export class VendorCameras implements CameraSource {
  readonly #o: VendorCamerasOptions;

  constructor(options: VendorCamerasOptions) {
    this.#o = options;
  }

  async ofHazardSource(companyCode: string, hazardSource: string): Promise<readonly VendorCamera[] | null> {
    const found = await this.#o.cameras.ofHazardSource(companyCode, hazardSource);
    return found === null ? null : found.map(vendorCamera);
  }

  async stream(companyCode: string, code: string): Promise<VendorStreamAddress | null> {
    const { cameras, platform, sealer, clock, publicUrl } = this.#o;
    const camera = (await cameras.byCodes([code])).find((row) => row.companyCode === companyCode);
    if (camera === undefined) return null;
    const { protocol, url } = await platform.live(camera);
    // A path is of our own pages, where a vendor's system has no session.
    const isOurs = url.startsWith('/');
    return { code, protocol, url: isOurs ? `${publicUrl}${ticketPath(issueTicket(sealer, clock, code))}` : url };
  }
}

export const publicUrlOf = ({ publicUrl, host, port }: Pick<RunningConfig, 'publicUrl' | 'host' | 'port'>): string => {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '');
  return `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`;
};

const vendorCamera = ({ code, name, lng, lat }: CameraRow): VendorCamera => ({
  code,
  name,
  longitude: lng,
  latitude: lat,
});
