/**
 * `park control-points check`: surveyed points against the plane grid in use: residuals, what a shift or a similarity would
 * leave, and which reading of the published definition fits best. Exit code 1 when a residual is beyond the tolerance.
 */
import { createReadStream } from 'node:fs';
import { AppError } from '../../core/errors.ts';
import { type ControlPoint, type ResidualSummary, residualsOf, similarityOf } from '../../geo/control-points.ts';
import {
  createProjection,
  PROJECTION_PRESETS,
  type ProjectionParameters,
  parametersFromConfiguration,
  projStringFromParameters,
} from '../../geo/projection.ts';
import { boundedLines } from './bounded-lines.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED, UsageError } from './command.ts';

const LONGEST_LINE = 4_096;
const MOST_POINTS = 10_000;

interface Report {
  readonly projectionId: string;
  readonly points: ResidualSummary['points'];
  readonly meanEastM: number;
  readonly meanNorthM: number;
  readonly rmsM: number;
  readonly maxM: number;
  readonly toleranceM: number;
  readonly holds: boolean;
  /** Largest residual with each preset, and with the first column read as northing. */
  readonly presets: Readonly<Record<string, number>>;
  readonly maxWithAxesSwappedM: number;
  readonly similarity: {
    readonly shiftEastM: number;
    readonly shiftNorthM: number;
    readonly scalePpm: number;
    readonly rotationArcsec: number;
    readonly remainingMaxM: number;
  } | null;
  /** The projection with the mean residual taken into its false origin: what PARK_PROJECTION could say. */
  readonly shiftedProjection: string;
}

export const command: Command = {
  name: 'control-points',
  summary: 'Check the plane grid against surveyed points',
  usage: ['control-points check FILE [--projection ID|PROJ] [--tolerance-m M]'],
  options: {
    projection: { type: 'string', value: 'ID|PROJ', doc: 'Plane grid; PARK_PROJECTION when absent' },
    'tolerance-m': { type: 'string', value: 'M', doc: 'Largest residual that passes, m', defaultText: '0.1' },
  },
  notes: [
    'FILE is CSV with a header or without: name,lng,lat,easting,northing; degrees CGCS2000, metres as surveyed (easting',
    'first; Chinese survey sheets often call the northing X and put it first, which is recognised and said).',
  ],
  run: async (context) => {
    const [verb, file, ...more] = context.words;
    if (verb !== 'check' || file === undefined || more.length > 0) throw new UsageError('control-points check FILE');
    const toleranceM = Number(context.required('tolerance-m'));
    if (!(toleranceM > 0)) throw new UsageError('--tolerance-m: expected metres above 0');
    const report = reportOf(await readPoints(file), parametersOf(context), toleranceM);
    context.print(report, textOf(report));
    return report.holds ? EXIT_DONE : EXIT_FAILED;
  },
};

function parametersOf(context: CommandContext): ProjectionParameters {
  const text = context.text('projection');
  if (text === undefined) return context.config.projection;
  const parameters = parametersFromConfiguration(text);
  if (!parameters.ok) throw new UsageError(`--projection: ${parameters.error.problems.join('; ')}`);
  return parameters.value;
}

const invalid = (detail: string, cause?: unknown): AppError => new AppError('INPUT_INVALID', { detail, cause });

async function readPoints(file: string): Promise<ControlPoint[]> {
  const points: ControlPoint[] = [];
  let lineNumber = 0;
  try {
    for await (const line of boundedLines(createReadStream(file, 'utf8'), LONGEST_LINE)) {
      lineNumber++;
      if (line?.trim() === '') continue;
      const cells =
        line === null
          ? []
          : line
              .replace(/^\uFEFF/, '')
              .split(',')
              .map((cell) => cell.trim());
      const [lng, lat, easting, northing] = cells.slice(1, 5).map((cell) => (cell === '' ? Number.NaN : Number(cell)));
      const numbers = [lng, lat, easting, northing];
      if (lineNumber === 1 && numbers.every((n) => Number.isNaN(n))) continue;
      if (numbers.some((n) => n === undefined || !Number.isFinite(n))) {
        throw invalid(`line ${lineNumber}: expected name,lng,lat,easting,northing`);
      }
      points.push({
        name: cells[0] ?? '',
        lng: lng ?? 0,
        lat: lat ?? 0,
        easting: easting ?? 0,
        northing: northing ?? 0,
      });
      if (points.length > MOST_POINTS) throw invalid(`more than ${MOST_POINTS} points`);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw invalid((cause as Error).message, cause);
  }
  if (points.length === 0) throw invalid('no points in the file');
  return points;
}

function reportOf(points: readonly ControlPoint[], parameters: ProjectionParameters, toleranceM: number): Report {
  const projection = createProjection(parameters);
  try {
    const summary = residualsOf(points, projection);
    const similarity = similarityOf(points, projection);
    return {
      projectionId: parameters.id,
      ...summary,
      toleranceM,
      holds: summary.maxM <= toleranceM,
      presets: Object.fromEntries(
        PROJECTION_PRESETS.map((preset) => [preset.id, residualsOf(points, createProjection(preset)).maxM]),
      ),
      maxWithAxesSwappedM: residualsOf(points, projection, true).maxM,
      similarity:
        similarity === null
          ? null
          : {
              shiftEastM: similarity.shiftEastM,
              shiftNorthM: similarity.shiftNorthM,
              scalePpm: similarity.scalePpm,
              rotationArcsec: similarity.rotationArcsec,
              remainingMaxM: similarity.remaining.maxM,
            },
      shiftedProjection: projStringFromParameters({
        ...parameters,
        falseEastingM: parameters.falseEastingM + summary.meanEastM,
        falseNorthingM: parameters.falseNorthingM + summary.meanNorthM,
      }),
    };
  } catch (cause) {
    if (cause instanceof RangeError) throw invalid(cause.message, cause);
    throw cause;
  }
}

const metres = (m: number): string => m.toFixed(3);

function textOf(report: Report): string {
  const width = Math.max(5, ...report.points.map(({ name }) => name.length));
  const rows = report.points.map(
    ({ name, eastM, northM, distanceM }) =>
      `${name.padEnd(width)}  ${metres(eastM).padStart(12)}  ${metres(northM).padStart(12)}  ${metres(distanceM).padStart(12)}`,
  );
  const { similarity } = report;
  return [
    `Surveyed minus computed with ${report.projectionId}, m:`,
    `${'point'.padEnd(width)}  ${'east'.padStart(12)}  ${'north'.padStart(12)}  ${'distance'.padStart(12)}`,
    ...rows,
    '',
    `mean ${metres(report.meanEastM)} east, ${metres(report.meanNorthM)} north; RMS ${metres(report.rmsM)}; largest ${metres(report.maxM)}`,
    `largest with each preset: ${Object.entries(report.presets)
      .map(([id, m]) => `${id} ${metres(m)}`)
      .join(', ')}`,
    similarity === null
      ? 'Too few points for a similarity.'
      : `similarity: shift ${metres(similarity.shiftEastM)} east ${metres(similarity.shiftNorthM)} north, scale ${similarity.scalePpm.toFixed(3)} ppm, rotation ${similarity.rotationArcsec.toFixed(3)}"; leaves ${metres(similarity.remainingMaxM)}`,
    `with the mean taken into the false origin: ${report.shiftedProjection}`,
    ...(report.maxWithAxesSwappedM < report.maxM / 10
      ? ['The points fit when the first number is read as the northing (X north): put the easting first.']
      : []),
    report.holds
      ? `Every point is within ${report.toleranceM} m.`
      : `Points are off by more than ${report.toleranceM} m: do not use this grid before that is explained.`,
  ].join('\n');
}
