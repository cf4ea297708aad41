/** Where the sun stands, to a tenth of a degree: enough for light, and for nothing else. Pure. */
const DEG = Math.PI / 180;
const DAY_MS = 86_400_000;
const J2000_MS = 946_728_000_000;

export interface SunPlace {
  /** Above the horizon. */
  readonly elevationDeg: number;
  /** Clockwise from north. */
  readonly azimuthDeg: number;
}

/** After the Astronomical Almanac's low-precision formulas for the sun. */
export function sunAt(atMs: number, lng: number, lat: number): SunPlace {
  const days = (atMs - J2000_MS) / DAY_MS;
  const anomaly = (357.528 + 0.9856003 * days) * DEG;
  const longitude = (280.46 + 0.9856474 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * DEG;
  const tilt = (23.439 - 0.0000004 * days) * DEG;
  const rightAscension = Math.atan2(Math.cos(tilt) * Math.sin(longitude), Math.cos(longitude));
  const declination = Math.asin(Math.sin(tilt) * Math.sin(longitude));
  const siderealDeg = 280.46061837 + 360.98564736629 * days;
  const hour = (siderealDeg + lng) * DEG - rightAscension;
  const elevation = Math.asin(
    Math.sin(lat * DEG) * Math.sin(declination) + Math.cos(lat * DEG) * Math.cos(declination) * Math.cos(hour),
  );
  const azimuth = Math.atan2(
    -Math.sin(hour),
    Math.cos(lat * DEG) * Math.tan(declination) - Math.sin(lat * DEG) * Math.cos(hour),
  );
  return { elevationDeg: elevation / DEG, azimuthDeg: (azimuth / DEG + 360) % 360 };
}
