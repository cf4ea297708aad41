/** Places and measures as words. A ten-millionth of a degree is a centimetre. Pure. */
import type { Translate } from '../i18n/i18n.ts';
import type { Measure, MeasuredPoint } from '../scene/measure.ts';
import type { SurfacePlace } from '../scene/place-under.ts';

export const degreesText = ({ lng, lat }: Pick<SurfacePlace, 'lng' | 'lat'>): string =>
  `${lng.toFixed(7)}, ${lat.toFixed(7)}`;

export const planeText = ({ easting, northing }: MeasuredPoint): string =>
  `E ${easting.toFixed(2)}  N ${northing.toFixed(2)}`;

/** For a sheet: one line, with tabs. */
export const placeRow = (place: SurfacePlace): string =>
  [
    place.lng.toFixed(7),
    place.lat.toFixed(7),
    place.easting.toFixed(2),
    place.northing.toFixed(2),
    place.heightM.toFixed(2),
  ].join('\t');

export const metresText = (m: number): string => `${grouped(m.toFixed(2))} m`;
export const squareMetresText = (m2: number): string => `${grouped(m2.toFixed(1))} m²`;
const HECTARE_M2 = 10_000;
export const hectaresText = (m2: number): string | null =>
  m2 < HECTARE_M2 ? null : `${grouped((m2 / HECTARE_M2).toFixed(3))} ha`;

/** Thin spaces between thousands: they are no digits and no comma of either language. */
const grouped = (text: string): string => text.replace(/\B(?=(\d{3})+(?!\d)(?<!\.\d*))/g, '\u2009');

export interface MeasureLine {
  readonly label: string;
  readonly value: string;
}

/** The first is the one that was asked for. */
export function measureLines(t: Translate, measure: Measure): readonly MeasureLine[] {
  switch (measure.kind) {
    case 'distance': {
      const last = measure.legsM.at(-1) ?? 0;
      const lines = [{ label: t('tools.total'), value: metresText(measure.totalM) }];
      return measure.legsM.length < 2 ? lines : [...lines, { label: t('tools.lastLeg'), value: metresText(last) }];
    }
    case 'area': {
      const perimeter = { label: t('tools.perimeter'), value: metresText(measure.perimeterM) };
      if (measure.isCrossed) return [{ label: t('tools.area'), value: t('tools.crossed') }, perimeter];
      const hectares = hectaresText(measure.areaM2);
      const value = squareMetresText(measure.areaM2);
      return [{ label: t('tools.area'), value: hectares === null ? value : `${value} (${hectares})` }, perimeter];
    }
    case 'height':
      return [
        { label: t('tools.rise'), value: `${measure.riseM < 0 ? '−' : '+'}${metresText(Math.abs(measure.riseM))}` },
        { label: t('tools.horizontal'), value: metresText(measure.horizontalM) },
        { label: t('tools.slope'), value: metresText(measure.slopeM) },
      ];
  }
}
