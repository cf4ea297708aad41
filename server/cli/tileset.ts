/**
 * `park tileset check`: a 3D model against surveyed points, placed as the page places it. Residuals of each point, what a
 * shift, turn and scale would leave, and the settings that take them away. Exit code 1 beyond the limit.
 */
import { tilesetPlace } from '../../admin/web-settings.ts';
import { AppError } from '../../core/errors.ts';
import type { TilesetPlace } from '../../core/web-api.ts';
import { createProjection, type ProjectionParameters, parametersFromConfiguration } from '../../geo/projection.ts';
import { checkModel, type ModelCheck } from '../../geo/tileset-check.ts';
import { placePoint, tilesetTransform } from '../../geo/tileset-placement.ts';
import { decimal, planePlace } from '../config-kinds.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED, UsageError } from './command.ts';
import { tableOf } from './text-table.ts';
import { readModelPoints, readTileset, transformed } from './tileset-file.ts';

/** A scale that no projection explains: the model is in other units, or of another plane. */
const SCALE_SUSPECT_PPM = 200;
/** A point this many radii from the model's middle is none of the model's. */
const FAR_OUT_RADII = 1.5;

interface Report extends ModelCheck {
  readonly projectionId: string;
  readonly place: TilesetPlace;
  readonly limitM: number;
  readonly holds: boolean;
  /** Points outside the model's own bounds: their x, y, z may be of another frame. */
  readonly outside: readonly string[];
}

export const command: Command = {
  name: 'tileset',
  summary: 'Check where the 3D model stands against surveyed points',
  usage: [
    'tileset check --tileset FILE|URL --points FILE [--origin E,N] [--height-m M] [--heading-deg D] [--limit-m M]',
  ],
  options: {
    tileset: { type: 'string', value: 'FILE|URL', doc: 'The tileset.json of the model' },
    points: { type: 'string', value: 'FILE', doc: 'Control points, CSV' },
    origin: {
      type: 'string',
      value: 'E,N',
      doc: "Where the model's zero lies on the grid; PARK_TILESET_ORIGIN or _PLACE when absent",
    },
    'height-m': { type: 'string', value: 'M', doc: 'PARK_TILESET_HEIGHT_OFFSET_M when absent' },
    'heading-deg': { type: 'string', value: 'D', doc: 'PARK_TILESET_HEADING_DEG when absent' },
    projection: { type: 'string', value: 'ID|PROJ', doc: 'Plane grid; PARK_PROJECTION when absent' },
    'limit-m': { type: 'string', value: 'M', doc: 'Largest distance of a point that passes, m', defaultText: '0.3' },
  },
  notes: [
    'The points: name,easting,northing,height,x,y,z, with a header or without; four at least, not on one line. Easting first,',
    'height above the ellipsoid, all in metres; x,y,z of the same point in the model (z up), before its root transform.',
  ],
  run: async (context) => {
    if (context.words.join(' ') !== 'check') throw new UsageError('tileset check');
    const limitM = Number(context.required('limit-m'));
    if (!(limitM > 0)) throw new UsageError('--limit-m: expected metres above 0');
    const parameters = parametersOf(context);
    const place = placeOf(context);
    const [head, read] = await Promise.all([
      readTileset(context.required('tileset')),
      readModelPoints(context.required('points')),
    ]);
    const points = read.map((point) => ({ ...point, at: transformed(head.rootTransform, point.at) }));
    const projection = createProjection(parameters);
    try {
      const transform = tilesetTransform(place, head.middle, projection);
      const checked = checkModel(points, place, transform, projection);
      const middle = placePoint(transform, head.middle);
      const distanceM = (at: readonly number[]): number => Math.hypot(...at.map((c, k) => c - (middle[k] ?? 0)));
      const outside = points
        .filter(({ at }) => distanceM(placePoint(transform, at)) > head.radiusM * FAR_OUT_RADII)
        .map(({ name }) => name);
      const holds = checked.maxM <= limitM;
      const report = { projectionId: parameters.id, place, limitM, holds, outside, ...checked };
      context.print(report, textOf(report));
      return holds ? EXIT_DONE : EXIT_FAILED;
    } catch (cause) {
      if (cause instanceof RangeError) throw new AppError('INPUT_INVALID', { detail: cause.message, cause });
      throw cause;
    }
  },
};

function parametersOf(context: CommandContext): ProjectionParameters {
  const text = context.text('projection');
  if (text === undefined) return context.config.projection;
  const parameters = parametersFromConfiguration(text);
  if (!parameters.ok) throw new UsageError(`--projection: ${parameters.error.problems.join('; ')}`);
  return parameters.value;
}

function placeOf(context: CommandContext): TilesetPlace {
  const number = (option: string, low: number, high: number): number | undefined => {
    const text = context.text(option);
    if (text === undefined) return undefined;
    const value = decimal(low, high)(text);
    if (!value.ok) throw new UsageError(`--${option}: expected ${value.error}`);
    return value.value;
  };
  const configured = tilesetPlace(context.config);
  const heightM = number('height-m', -1_000, 9_000) ?? configured.heightM;
  const headingDeg = number('heading-deg', -360, 360) ?? configured.headingDeg;
  const text = context.text('origin');
  if (text === undefined) return { ...configured, heightM, headingDeg };
  const origin = planePlace(text);
  if (!origin.ok) throw new UsageError(`--origin: expected ${origin.error}`);
  return { frame: 'shanghai2000', ...origin.value, heightM, headingDeg };
}

const millimetres = (m: number): string => (m * 1000).toFixed(0);

function textOf(report: Report): string {
  const { similarity, shiftUpM } = report;
  const rows = report.points.map(({ name, eastM, northM, horizontalM, upM }) => [
    name,
    ...[eastM, northM, horizontalM, upM].map(millimetres),
  ]);
  return [
    `Surveyed minus placed, mm (${placeText(report.place)}, ${report.projectionId}):`,
    ...tableOf([['point', 'east', 'north', 'horizontal', 'vertical'], ...rows], 1),
    '',
    `RMS ${millimetres(report.rmsM)} mm (horizontal ${millimetres(report.rmsHorizontalM)}, vertical ${millimetres(report.rmsVerticalM)}); largest ${millimetres(report.maxM)} mm`,
    `best fit: shift ${millimetres(similarity.shiftEastM)} mm east, ${millimetres(similarity.shiftNorthM)} mm north, ${millimetres(shiftUpM)} mm up; ` +
      `turn ${(-similarity.rotationArcsec / 3600).toFixed(5)} degrees clockwise; scale ${similarity.scalePpm.toFixed(1)} ppm; leaves ${millimetres(report.remainingMaxM)} mm`,
    ...(Math.abs(similarity.scalePpm) > SCALE_SUSPECT_PPM
      ? ['The scale is none of a plane grid: the model is in other units, or made in another plane.']
      : []),
    ...(report.outside.length > 0
      ? [`Outside the model: ${report.outside.join(', ')}. Are their x, y, z of its own frame (z up)?`]
      : []),
    report.holds
      ? `The model stands right: every point is within ${report.limitM} m.`
      : [`The model is off by more than ${report.limitM} m.`, ...adviceOf(report)].join('\n'),
  ].join('\n');
}

function adviceOf({ betterPlace: better, remainingMaxM, limitM }: Report): string[] {
  if (remainingMaxM > limitM)
    return ['No shift or turn puts it right: look for mistaken points, or have it made anew.'];
  if (better === null)
    return ['It says itself where it is: have it delivered anew, or in the grid with PARK_TILESET_ORIGIN.'];
  return [
    'To put it right:',
    better.frame === 'shanghai2000'
      ? `  PARK_TILESET_ORIGIN=${better.easting.toFixed(3)},${better.northing.toFixed(3)}`
      : `  PARK_TILESET_PLACE=${better.lng?.toFixed(9)},${better.lat?.toFixed(9)}`,
    `  PARK_TILESET_HEIGHT_OFFSET_M=${better.heightM.toFixed(3)}`,
    `  PARK_TILESET_HEADING_DEG=${better.headingDeg.toFixed(6)}`,
  ];
}

const placeText = (place: TilesetPlace): string => {
  if (place.frame === 'shanghai2000') return `zero at easting ${place.easting}, northing ${place.northing}`;
  return place.lng === null ? 'where it says itself' : `zero at ${place.lng}, ${place.lat}`;
};
