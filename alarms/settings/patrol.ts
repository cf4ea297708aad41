/**
 * Topic `patrol`, key an id: points that have to be walked, in which windows of time, by whom. The points come as a list or as the text
 * of a CSV file with a head line, as they are exported elsewhere.
 */
import type { Result } from '../../core/result.ts';
import type { ShiftPattern } from '../shifts.ts';
import { type Fields, parseFields } from './fields.ts';
import { patternOf } from './post.ts';

export interface PatrolPoint {
  readonly name: string;
  /** CGCS2000, degrees. */
  readonly lng: number;
  readonly lat: number;
  readonly radiusM: number;
  /** Height band of the floor, m; null: any height. Who sends no height is on any floor. */
  readonly zMinM: number | null;
  readonly zMaxM: number | null;
  /** Least stay, s. */
  readonly stayS: number;
}

export interface Patrol {
  readonly name: string;
  /** Who sees the round and its alarm. */
  readonly companyCode: string;
  readonly points: readonly PatrolPoint[];
  /** Windows are the rounds: each point once within each of them. */
  readonly pattern: ShiftPattern;
  /** Who may walk it: `company/person`, `company/department`; both empty: anyone of the company. */
  readonly personIds: readonly string[];
  readonly departments: readonly string[];
}

export const PATROL_RADIUS_M = 15;
export const PATROL_STAY_S = 30;
const POINTS_MAX = 500;
const PEOPLE_MAX = 500;

/**
 * `{"name": "罐区巡检", "companyCode": "913100001", "points": [{"name": "1# 罐", "lng": 121.48, "lat": 30.8}],
 * "shifts": [{"name": "早", "from": "08:00", "to": "10:00"}]}`; beside them `personIds`, `departments`, `days`, `rotation`, and of a point
 * `radiusM`, `zMinM`, `zMaxM`, `stayS`.
 */
export const parsePatrol = (value: unknown, key: string): Result<Patrol, string> =>
  parseFields('patrol', value, (fields) => {
    if (!/^\S{1,100}$/.test(key)) throw fields.problem('key', 'is an id without spaces');
    const raw = fields.raw('points');
    const points = typeof raw === 'string' ? pointsOfCsv(fields, raw) : fields.each('points', POINTS_MAX, pointOf);
    if (points.length === 0) throw fields.problem('points', 'has none');
    if (new Set(points.map((point) => point.name)).size < points.length) {
      throw fields.problem('points', 'has two of one name');
    }
    return {
      name: fields.text('name'),
      companyCode: fields.text('companyCode', 100),
      points,
      pattern: patternOf(fields),
      personIds: keysOf(fields, 'personIds'),
      departments: keysOf(fields, 'departments'),
    };
  });

function keysOf(fields: Fields, name: string): string[] {
  const keys = fields.has(name) ? fields.texts(name, PEOPLE_MAX) : [];
  const wrong = keys.find((key) => !/^[^/]+\/.+$/.test(key));
  if (wrong !== undefined) throw fields.problem(name, `has "${wrong}", which is not company/name`);
  return keys.sort();
}

function pointOf(fields: Fields): PatrolPoint {
  const height = (name: string): number | null => (fields.has(name) ? fields.number(name, -1_000, 10_000) : null);
  return {
    name: fields.text('name', 100),
    lng: fields.number('lng', -180, 180),
    lat: fields.number('lat', -90, 90),
    radiusM: fields.has('radiusM') ? fields.number('radiusM', 3, 200) : PATROL_RADIUS_M,
    zMinM: height('zMinM'),
    zMaxM: height('zMaxM'),
    stayS: fields.has('stayS') ? fields.integer('stayS', 0, 3_600) : PATROL_STAY_S,
  };
}

const NUMBERS = ['lng', 'lat', 'radiusM', 'zMinM', 'zMaxM', 'stayS'];

/** `name,lng,lat,radiusM,stayS` and one point a line; an empty cell is not given. */
function pointsOfCsv(fields: Fields, text: string): PatrolPoint[] {
  const [head, ...lines] = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const names = (head ?? '').split(',').map((name) => name.trim());
  if (lines.length > POINTS_MAX) throw fields.problem('points', `has more than ${POINTS_MAX} lines`);
  return lines.map((line, n) => {
    const cells = line.split(',').map((cell) => cell.trim());
    if (cells.length > names.length) throw fields.problem(`points line ${n + 2}`, 'has more cells than the head');
    const given = names.flatMap((name, i): [string, unknown][] => {
      const cell = cells[i] ?? '';
      return cell === '' ? [] : [[name, NUMBERS.includes(name) ? Number(cell) : cell]];
    });
    return fields.read(`points line ${n + 2}`, Object.fromEntries(given), pointOf);
  });
}
