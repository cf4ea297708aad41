/** Twins of the register of cameras and of the links of permits. */
import type { CompanyScope } from '../../db/company-scope.ts';
import type { CameraBook, CameraRow, LinkedPermit, PermitLinks } from './cameras.ts';

const METRES_A_DEGREE = 111_320;
const byCode = (a: { readonly code: string }, b: { readonly code: string }): number => (a.code < b.code ? -1 : 1);

export class MemoryCameras implements CameraBook {
  readonly cameras: CameraRow[] = [];
  /** `company/code` */
  readonly hazardSources = new Set<string>();

  add(camera: Partial<CameraRow> & Pick<CameraRow, 'code' | 'companyCode'>): CameraRow {
    const row = { name: camera.code, lng: null, lat: null, hazardSource: null, streamUrl: null, ...camera };
    this.cameras.push(row);
    return row;
  }

  async byCodes(codes: readonly string[]): Promise<CameraRow[]> {
    return codes.flatMap((code) => this.cameras.filter((camera) => camera.code === code));
  }

  async near(scope: CompanyScope, lng: number, lat: number, limit: number) {
    const found = this.cameras.flatMap((camera) => {
      if (camera.lng === null || camera.lat === null || (scope !== null && camera.companyCode !== scope)) return [];
      const eastM = (camera.lng - lng) * Math.cos((lat * Math.PI) / 180) * METRES_A_DEGREE;
      return [{ ...camera, distanceM: Math.hypot(eastM, (camera.lat - lat) * METRES_A_DEGREE) }];
    });
    return found.sort((a, b) => a.distanceM - b.distanceM || byCode(a, b)).slice(0, limit);
  }

  async ofHazardSource(companyCode: string, hazardSource: string): Promise<CameraRow[] | null> {
    if (!this.hazardSources.has(`${companyCode}/${hazardSource}`)) return null;
    return this.cameras
      .filter((camera) => camera.companyCode === companyCode && camera.hazardSource === hazardSource)
      .sort(byCode);
  }
}

export class MemoryPermitLinks implements PermitLinks {
  readonly permits: LinkedPermit[] = [];

  async find(companyCode: string, permitId: string): Promise<LinkedPermit | null> {
    return this.permits.find((one) => one.companyCode === companyCode && one.permitId === permitId) ?? null;
  }
}
