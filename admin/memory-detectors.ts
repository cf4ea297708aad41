/** Twin of the detectors with their newest values. */
import type { CompanyScope } from '../db/company-scope.ts';
import { DETECTORS_NEAR_M, type NearDetector, type PlacedDetector } from '../stream/protocol/permit-api.ts';
import type { DetectorBook } from './detectors.ts';

const METRES_A_DEGREE = 111_320;

export class MemoryDetectors implements DetectorBook {
  readonly detectors: PlacedDetector[] = [];

  async all(scope: CompanyScope): Promise<PlacedDetector[]> {
    const key = ({ companyCode, code }: PlacedDetector): string => `${companyCode}/${code}`;
    return this.detectors
      .filter(({ companyCode }) => scope === null || companyCode === scope)
      .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  async near(scope: CompanyScope, lng: number, lat: number, limit: number): Promise<NearDetector[]> {
    const found = this.detectors.flatMap(({ lng: itsLng, lat: itsLat, ...detector }) => {
      const eastM = (itsLng - lng) * Math.cos((lat * Math.PI) / 180) * METRES_A_DEGREE;
      const distanceM = Math.hypot(eastM, (itsLat - lat) * METRES_A_DEGREE);
      const isSeen = distanceM <= DETECTORS_NEAR_M && (scope === null || detector.companyCode === scope);
      return isSeen ? [{ ...detector, distanceM }] : [];
    });
    return found.sort((a, b) => a.distanceM - b.distanceM || (a.code < b.code ? -1 : 1)).slice(0, limit);
  }
}
