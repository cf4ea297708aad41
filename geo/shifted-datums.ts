/**
 * The shifted systems of Chinese map services, undone: what CGCS2000 point a GCJ-02 (AMap, Tencent, phones) or BD-09 (Baidu)
 * pair stands for. Only ever to recognise them: nothing is corrected in silence. WGS 84 and CGCS2000 differ by decimetres,
 * so the published algorithm's WGS 84 is taken for CGCS2000. The only file that imports gcoord.
 */
import gcoordModule from 'gcoord';

// Its types say ES module, its file is CommonJS: what Node gives is what the types call `default`.
const gcoord = gcoordModule as unknown as (typeof gcoordModule)['default'];

export const SHIFTED_DATUMS = ['gcj-02', 'bd-09'] as const;
export type ShiftedDatum = (typeof SHIFTED_DATUMS)[number];

const CRS = { 'gcj-02': gcoord.GCJ02, 'bd-09': gcoord.BD09 } as const;

/** Degrees as sent in the shifted system -> CGCS2000 degrees, to about a centimetre. Outside China nothing is shifted. */
export function unshifted(datum: ShiftedDatum, lng: number, lat: number): [lng: number, lat: number] {
  const [trueLng, trueLat] = gcoord.transform([lng, lat], CRS[datum], gcoord.WGS84);
  return [trueLng, trueLat];
}

/** CGCS2000 degrees -> what a sender that uses the shifted system would send. */
export function shifted(datum: ShiftedDatum, lng: number, lat: number): [lng: number, lat: number] {
  const [shiftedLng, shiftedLat] = gcoord.transform([lng, lat], gcoord.WGS84, CRS[datum]);
  return [shiftedLng, shiftedLat];
}
