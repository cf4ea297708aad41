/**
 * Transverse Mercator (Gauss-Krueger) by the Krueger series in the third flattening n, order 6.
 * Owns the arithmetic only: scalars in, a caller-owned Float64Array out, nothing allocated per point.
 * Within 35 degrees of the central meridian the series is good to 1e-8 m; beyond it a point is refused (NaN, false).
 * Called through geo/projection.ts.
 *
 * Source of the series: C. F. F. Karney, "Transverse Mercator with an accuracy of a few nanometers", J. Geodesy 85
 * (2011), equations 35 and 36; latitude series: K. Engsager and K. Poder (2007), the ones PROJ's etmerc uses.
 */

const DEG = Math.PI / 180;

/** Series accuracy ends near 3,900 km from the central meridian, about 35 degrees on the equator. */
export const MAX_DEG_FROM_CENTRAL_MERIDIAN = 35;

/** Everything the kernel needs of one projection; built once, read per point. */
export interface KruegerConstants {
  readonly lon0Deg: number;
  /** scale x rectifying radius, metres per radian. */
  readonly radiusM: number;
  readonly falseEastingM: number;
  /** False northing less the northing of the latitude of origin. */
  readonly northingShiftM: number;
  readonly eccentricitySquared: number;
  readonly semiMajorAxisM: number;
  /** Conformal sphere -> plane, j = 1..6 at index 0..5. */
  readonly alpha: Float64Array;
  /** Plane -> conformal sphere. */
  readonly beta: Float64Array;
  /** Geodetic -> conformal latitude. */
  readonly toConformal: Float64Array;
  /** Conformal -> geodetic latitude. */
  readonly toGeodetic: Float64Array;
}

/** Coefficients of n^j .. n^6 for j = 1..6, one row per j. */
const ALPHA = [
  [1 / 2, -2 / 3, 5 / 16, 41 / 180, -127 / 288, 7891 / 37800],
  [13 / 48, -3 / 5, 557 / 1440, 281 / 630, -1983433 / 1935360],
  [61 / 240, -103 / 140, 15061 / 26880, 167603 / 181440],
  [49561 / 161280, -179 / 168, 6601661 / 7257600],
  [34729 / 80640, -3418889 / 1995840],
  [212378941 / 319334400],
] as const;

/** The inverse series, to be subtracted. */
const BETA = [
  [1 / 2, -2 / 3, 37 / 96, -1 / 360, -81 / 512, 96199 / 604800],
  [1 / 48, 1 / 15, -437 / 1440, 46 / 105, -1118711 / 3870720],
  [17 / 480, -37 / 840, -209 / 4480, 5569 / 90720],
  [4397 / 161280, -11 / 504, -830251 / 7257600],
  [4583 / 161280, -108847 / 3991680],
  [20648693 / 638668800],
] as const;

const TO_CONFORMAL = [
  [-2, 2 / 3, 4 / 3, -82 / 45, 32 / 45, 4642 / 4725],
  [5 / 3, -16 / 15, -13 / 9, 904 / 315, -1522 / 945],
  [-26 / 15, 34 / 21, 8 / 5, -12686 / 2835],
  [1237 / 630, -12 / 5, -24832 / 14175],
  [-734 / 315, 109598 / 31185],
  [444337 / 155925],
] as const;

const TO_GEODETIC = [
  [2, -2 / 3, -2, 116 / 45, 26 / 45, -2854 / 675],
  [7 / 3, -8 / 5, -227 / 45, 2704 / 315, 2323 / 945],
  [56 / 15, -136 / 35, -1262 / 105, 73814 / 2835],
  [4279 / 630, -332 / 35, -399572 / 14175],
  [4174 / 315, -144838 / 6237],
  [601676 / 22275],
] as const;

function seriesInN(rows: readonly (readonly number[])[], n: number): Float64Array {
  const out = new Float64Array(rows.length);
  for (let j = 0; j < rows.length; j++) {
    const row = rows[j]!;
    let sum = 0;
    for (let i = row.length - 1; i >= 0; i--) sum = sum * n + row[i]!;
    out[j] = sum * n ** (j + 1);
  }
  return out;
}

/** Sum of c[j] sin(2 (j+1) angle) by Clenshaw, from sin and cos of 2 angle. */
function sineSeries(c: Float64Array, sin2: number, cos2: number): number {
  const twoCos = 2 * cos2;
  const b6 = c[5]!;
  const b5 = c[4]! + twoCos * b6;
  const b4 = c[3]! + twoCos * b5 - b6;
  const b3 = c[2]! + twoCos * b4 - b5;
  const b2 = c[1]! + twoCos * b3 - b4;
  return (c[0]! + twoCos * b2 - b3) * sin2;
}

export function kruegerConstants(p: {
  readonly lat0Deg: number;
  readonly lon0Deg: number;
  readonly scale: number;
  readonly falseEastingM: number;
  readonly falseNorthingM: number;
  readonly semiMajorAxisM: number;
  readonly inverseFlattening: number;
}): KruegerConstants {
  const flattening = 1 / p.inverseFlattening;
  const n = flattening / (2 - flattening);
  const alpha = seriesInN(ALPHA, n);
  const toConformal = seriesInN(TO_CONFORMAL, n);
  const n2 = n * n;
  const radiusM = (p.scale * p.semiMajorAxisM * (1 + n2 * (1 / 4 + n2 * (1 / 64 + n2 / 256)))) / (1 + n);
  const lat0 = p.lat0Deg * DEG;
  // On the central meridian the complex series is the plain one of the conformal latitude.
  const chi0 = lat0 + sineSeries(toConformal, Math.sin(2 * lat0), Math.cos(2 * lat0));
  const xi0 = chi0 + sineSeries(alpha, Math.sin(2 * chi0), Math.cos(2 * chi0));
  return {
    lon0Deg: p.lon0Deg,
    radiusM,
    falseEastingM: p.falseEastingM,
    northingShiftM: p.falseNorthingM - radiusM * xi0,
    eccentricitySquared: flattening * (2 - flattening),
    semiMajorAxisM: p.semiMajorAxisM,
    alpha,
    beta: seriesInN(BETA, n),
    toConformal,
    toGeodetic: seriesInN(TO_GEODETIC, n),
  };
}

/** asinh without the loss of digits near 0 that log(u + sqrt(u^2 + 1)) has. */
function asinh(u: number): number {
  const a = Math.abs(u);
  const r = Math.log1p(a + (a * a) / (1 + Math.sqrt(1 + a * a)));
  return u < 0 ? -r : r;
}

/**
 * Writes easting, northing (metres) at out[offset], out[offset + 1].
 * Returns false and writes NaN for a point that is not finite, off the globe or beyond the series' reach.
 */
export function kruegerForward(
  k: KruegerConstants,
  lngDeg: number,
  latDeg: number,
  out: Float64Array,
  offset: number,
): boolean {
  let dLngDeg = lngDeg - k.lon0Deg;
  if (dLngDeg > 180) dLngDeg -= 360;
  else if (dLngDeg < -180) dLngDeg += 360;
  // Written so that NaN fails too.
  const inReach = dLngDeg >= -MAX_DEG_FROM_CENTRAL_MERIDIAN && dLngDeg <= MAX_DEG_FROM_CENTRAL_MERIDIAN;
  if (!(inReach && lngDeg >= -180 && lngDeg <= 180 && latDeg >= -90 && latDeg <= 90)) {
    out[offset] = Number.NaN;
    out[offset + 1] = Number.NaN;
    return false;
  }
  const lat = latDeg * DEG;
  const sinLat = Math.sin(lat);
  const cosLat = Math.cos(lat);
  // Conformal latitude chi = lat + d with |d| < 0.0051 (flattening >= 1/200 is checked by the caller), so sin and cos
  // of d are three Taylor terms (the next is below 1e-19) and chi itself is never needed.
  const d = sineSeries(k.toConformal, 2 * sinLat * cosLat, (cosLat - sinLat) * (cosLat + sinLat));
  const d2 = d * d;
  const sinD = d * (1 - (d2 / 6) * (1 - d2 / 20));
  const cosD = 1 - (d2 / 2) * (1 - (d2 / 12) * (1 - d2 / 30));
  const s = sinLat * cosD + cosLat * sinD;
  const cosChi = cosLat * cosD - sinLat * sinD;
  const dLng = dLngDeg * DEG;
  const c = cosChi * Math.cos(dLng);
  // xi' = atan2(s, c), sinh(eta') = t; the double-angle terms follow algebraically, without further calls.
  const inv2 = 1 / (s * s + c * c);
  const t = cosChi * Math.sin(dLng) * Math.sqrt(inv2);
  const sin2 = 2 * s * c * inv2;
  const cos2 = (c - s) * (c + s) * inv2;
  const sinh2 = 2 * t * Math.sqrt(1 + t * t);
  const cosh2 = 1 + 2 * t * t;
  // Complex Clenshaw: 2 cos(2 xi' + 2 i eta') = re + i im.
  const re = 2 * cos2 * cosh2;
  const im = -2 * sin2 * sinh2;
  const alpha = k.alpha;
  let br1 = 0;
  let bi1 = 0;
  let br = alpha[5]!;
  let bi = 0;
  for (let j = 4; j >= 0; j--) {
    const nr = re * br - im * bi - br1 + alpha[j]!;
    const ni = re * bi + im * br - bi1;
    br1 = br;
    bi1 = bi;
    br = nr;
    bi = ni;
  }
  const sr = sin2 * cosh2;
  const si = cos2 * sinh2;
  out[offset] = k.falseEastingM + k.radiusM * (asinh(t) + sr * bi + si * br);
  out[offset + 1] = k.northingShiftM + k.radiusM * (Math.atan2(s, c) + sr * br - si * bi);
  return true;
}

/**
 * Writes lng, lat (degrees) at out[offset], out[offset + 1].
 * Returns false and writes NaN for a plane point that is not finite or no image of a point within reach.
 */
export function kruegerInverse(
  k: KruegerConstants,
  easting: number,
  northing: number,
  out: Float64Array,
  offset: number,
): boolean {
  const xi = (northing - k.northingShiftM) / k.radiusM;
  const eta = (easting - k.falseEastingM) / k.radiusM;
  // |eta| = 0.66 at 35 degrees on the equator; xi is the latitude on the central meridian, up to the pole's 90 degrees.
  if (!(eta >= -0.7 && eta <= 0.7 && xi >= -1.5708 && xi <= 1.5708)) {
    out[offset] = Number.NaN;
    out[offset + 1] = Number.NaN;
    return false;
  }
  const sin2 = Math.sin(2 * xi);
  const cos2 = Math.cos(2 * xi);
  const sinh2 = Math.sinh(2 * eta);
  const cosh2 = Math.sqrt(1 + sinh2 * sinh2);
  const re = 2 * cos2 * cosh2;
  const im = -2 * sin2 * sinh2;
  const beta = k.beta;
  let br1 = 0;
  let bi1 = 0;
  let br = beta[5]!;
  let bi = 0;
  for (let j = 4; j >= 0; j--) {
    const nr = re * br - im * bi - br1 + beta[j]!;
    const ni = re * bi + im * br - bi1;
    br1 = br;
    bi1 = bi;
    br = nr;
    bi = ni;
  }
  const sr = sin2 * cosh2;
  const si = cos2 * sinh2;
  const xiP = xi - (sr * br - si * bi);
  const etaP = eta - (sr * bi + si * br);
  const sinXi = Math.sin(xiP);
  const cosXi = Math.cos(xiP);
  const sinhEta = Math.sinh(etaP);
  const chi = Math.atan2(sinXi, Math.sqrt(sinhEta * sinhEta + cosXi * cosXi));
  const lat = chi + sineSeries(k.toGeodetic, Math.sin(2 * chi), Math.cos(2 * chi));
  let lngDeg = k.lon0Deg + Math.atan2(sinhEta, cosXi) / DEG;
  if (lngDeg > 180) lngDeg -= 360;
  else if (lngDeg < -180) lngDeg += 360;
  out[offset] = lngDeg;
  out[offset + 1] = lat / DEG;
  return true;
}

/**
 * Writes meridian convergence (degrees, positive where grid north lies clockwise of true north) and point scale
 * (plane length / length on the ellipsoid). Karney (2011), equations 23 to 26. Not defined at the poles.
 */
export function kruegerConvergenceAndScale(
  k: KruegerConstants,
  lngDeg: number,
  latDeg: number,
  out: Float64Array,
  offset: number,
): boolean {
  if (!kruegerForward(k, lngDeg, latDeg, out, offset)) return false;
  const lat = latDeg * DEG;
  const dLng = (lngDeg - k.lon0Deg) * DEG;
  const chi = lat + sineSeries(k.toConformal, Math.sin(2 * lat), Math.cos(2 * lat));
  const s = Math.sin(chi);
  const c = Math.cos(chi) * Math.cos(dLng);
  const xi = Math.atan2(s, c);
  const eta = asinh((Math.cos(chi) * Math.sin(dLng)) / Math.hypot(s, c));
  let p = 1;
  let q = 0;
  for (let j = 1; j <= 6; j++) {
    const a = 2 * j * k.alpha[j - 1]!;
    p += a * Math.cos(2 * j * xi) * Math.cosh(2 * j * eta);
    q += a * Math.sin(2 * j * xi) * Math.sinh(2 * j * eta);
  }
  const sinLat = Math.sin(lat);
  out[offset] = (Math.atan2(s * Math.sin(dLng), Math.cos(dLng)) + Math.atan2(q, p)) / DEG;
  out[offset + 1] =
    ((k.radiusM / k.semiMajorAxisM) *
      Math.hypot(p, q) *
      Math.sqrt(1 - k.eccentricitySquared * sinLat * sinLat) *
      Math.cos(chi)) /
    (Math.cos(lat) * Math.hypot(s, c));
  return true;
}
