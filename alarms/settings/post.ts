/** Topic `post`, key `company/postId`: who has to be where, when. */
import type { Result } from '../../core/result.ts';
import { dayFromDate, type Rotation, type ShiftPattern, type ShiftWindow } from '../shifts.ts';
import { type Fields, parseFields } from './fields.ts';

export interface Post {
  readonly name: string;
  /** areaKey() of the places of the post; whoever is in one of them is at his post. */
  readonly areas: readonly string[];
  /** Of the post's company; empty: anyone of the company counts. A shift's own list goes before. */
  readonly personIds: readonly string[];
  /** How many have to be there. */
  readonly number: number;
  readonly pattern: ShiftPattern;
  /** null: as the rules say. */
  readonly toleratedAbsenceS: number | null;
  readonly handOverS: number | null;
}

const AREAS_MAX = 20;
const PEOPLE_MAX = 1_000;
const WINDOWS_MAX = 12;
const TURNS_MAX = 366;
const ABSENCE_MAX_S = 86_400;
const HAND_OVER_MAX_S = 4 * 3_600;

/**
 * `{"name": "中控室值班", "areas": ["913100001/a1"], "number": 1, "shifts": [{"name": "白班", "from": "08:00", "to": "20:00"}]}`;
 * beside them `personIds`, `days`, `rotation`, `toleratedAbsenceS`, `handOverS`, and `personIds` of a shift.
 */
export const parsePost = (value: unknown, key: string): Result<Post, string> =>
  parseFields('post', value, (fields) => {
    if (!/^[^/]+\/.+$/.test(key)) throw fields.problem('key', 'is company/post');
    const areas = fields.texts('areas', AREAS_MAX);
    if (areas.length === 0) throw fields.problem('areas', 'names no area');
    const personIds = peopleOf(fields);
    return {
      name: fields.text('name'),
      areas,
      personIds,
      number: fields.has('number') ? fields.integer('number', 1, PEOPLE_MAX) : 1,
      pattern: patternOf(fields),
      toleratedAbsenceS: fields.has('toleratedAbsenceS') ? fields.integer('toleratedAbsenceS', 0, ABSENCE_MAX_S) : null,
      handOverS: fields.has('handOverS') ? fields.integer('handOverS', 0, HAND_OVER_MAX_S) : null,
    };
  });

/** The fields `shifts`, `days` and `rotation`, of whoever works in shifts. */
export function patternOf(fields: Fields): ShiftPattern {
  const windows = fields.each('shifts', WINDOWS_MAX, windowOf);
  if (windows.length === 0) throw fields.problem('shifts', 'has none');
  const names = windows.map((one) => one.name);
  if (new Set(names).size < names.length) throw fields.problem('shifts', 'has two of one name');
  return {
    windows,
    days: fields.has('days') ? fields.oneOf('days', ['every', 'workdays']) : 'every',
    rotation: fields.has('rotation') ? fields.within('rotation', (within) => rotationOf(within, names)) : null,
  };
}

const peopleOf = (fields: Fields): string[] =>
  fields.has('personIds') ? fields.texts('personIds', PEOPLE_MAX).sort() : [];

const windowOf = (fields: Fields): ShiftWindow => ({
  name: fields.text('name'),
  fromMinute: minuteOf(fields, 'from'),
  toMinute: minuteOf(fields, 'to'),
  personIds: peopleOf(fields),
});

function minuteOf(fields: Fields, name: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(fields.text(name));
  if (match === null) throw fields.problem(name, 'is a time of day, HH:mm');
  return Number(match[1]) * 60 + Number(match[2]);
}

function rotationOf(fields: Fields, windows: readonly string[]): Rotation {
  const from = fields.text('from');
  if (Number.isNaN(dayFromDate(from))) throw fields.problem('from', 'is a date yyyy-MM-dd');
  const turns = fields.list('turns', TURNS_MAX).map((turn, n): string[] => {
    const isTurn = Array.isArray(turn) && turn.every((name) => windows.includes(name as string));
    if (!isTurn) throw fields.problem(`turns ${n + 1}`, `is a list of names of shifts, of ${windows.join(', ')}`);
    return [...new Set(turn as string[])];
  });
  if (turns.length === 0) throw fields.problem('turns', 'has none');
  return { from, turns };
}
