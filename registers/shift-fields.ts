/** Shifts of posts and rounds of patrols as fields of a row, and as the settings have them (alarms/settings/post.ts). */
import type { ShiftPattern } from '../alarms/shifts.ts';
import type { Words } from '../core/words.ts';
import { timeOfDay } from './alarm-words.ts';
import { choice, day, items, lines, references, text, type ValuesOf } from './field.ts';
import { filled, linesOf, textOf } from './setting-keys.ts';

/** In a rotation: nobody works that day. */
const DAY_OFF = '休';

export const shiftFields = (title: Words) =>
  ({
    shifts: items({
      title,
      help: {
        zh: '止早于起为跨日；两者相同为 24 小时',
        en: 'Ends on the next day where the end is before the start; equal: 24 hours',
      },
      required: true,
      max: 12,
      fields: {
        name: text({
          title: { zh: '名称', en: 'Name' },
          maxLength: 32,
          required: true,
          form: {
            pattern: /^(?!休$)[^、,，;；\n]+$/,
            words: { zh: '不含顿号、逗号、分号，不为“休”', en: 'without commas and semicolons, not “休”' },
          },
        }),
        from: timeOfDay({ zh: '起', en: 'From' }),
        to: timeOfDay({ zh: '止', en: 'To' }),
        people: references({ title: { zh: '指定人员', en: 'People' }, register: 'people', max: 1_000 }),
      },
    }),
    days: choice({
      title: { zh: '执行日', en: 'Days' },
      help: { zh: '工作日按日历中的节假日和调休计算', en: 'Workdays go by the holidays of the calendar' },
      options: { every: { zh: '每日', en: 'Every day' }, workdays: { zh: '工作日', en: 'Workdays' } },
      required: true,
    }),
    rotationFrom: day({ title: { zh: '轮班起始日', en: 'Rotation from' } }),
    rotation: lines({
      title: { zh: '轮班顺序', en: 'Rotation' },
      help: {
        zh: '每行一天，填写当天的班次名称，多个用顿号隔开，休息填“休”；从起始日起循环。留空则每个执行日都上全部班次',
        en: 'A line a day with the names of its shifts, “休” for a day off, over and over from the first day on. Empty: all of them each day',
      },
      maxLength: 10_000,
    }),
  }) as const;

type ShiftValues = ValuesOf<ReturnType<typeof shiftFields>>;

/** The fields `shifts`, `days` and `rotation` of a setting. */
export function shiftsToSetting({ shifts, days, rotationFrom, rotation }: ShiftValues) {
  return {
    shifts: shifts.map(({ name, from, to, people }) => ({ name, from, to, personIds: people ?? [] })),
    days,
    ...(rotationFrom === null ? {} : { rotation: { from: rotationFrom, turns: linesOf(rotation).map(turnOf) } }),
  };
}

const turnOf = (line: string): string[] =>
  line === DAY_OFF
    ? []
    : line
        .split(/[、,，;；]/)
        .map((name) => name.trim())
        .filter((name) => name !== '');

export const shiftsFromPattern = ({ windows, days, rotation }: ShiftPattern): ShiftValues => ({
  shifts: windows.map(({ name, fromMinute, toMinute, personIds }) => ({
    name,
    from: timeText(fromMinute),
    to: timeText(toMinute),
    people: filled(personIds),
  })),
  days,
  rotationFrom: rotation?.from ?? null,
  rotation: textOf((rotation?.turns ?? []).map((names) => (names.length === 0 ? DAY_OFF : names.join('、')))),
});

export const timeText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** What is wrong between the fields; null: nothing. */
export function shiftProblem({ shifts, rotationFrom, rotation }: ShiftValues) {
  if (shifts.length === 0) return { field: 'shifts', words: { zh: '至少一个班次', en: 'One at least' } } as const;
  const names = shifts.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    return { field: 'shifts', words: { zh: '名称重复', en: 'Two have the same name' } } as const;
  }
  if ((rotationFrom === null) !== (rotation === null)) {
    const field = rotationFrom === null ? 'rotationFrom' : 'rotation';
    return { field, words: { zh: '起始日和轮班顺序须同时填写', en: 'First day and rotation go together' } } as const;
  }
  const unknown = linesOf(rotation)
    .flatMap(turnOf)
    .find((name) => !names.includes(name));
  if (unknown === undefined) return null;
  return {
    field: 'rotation',
    words: { zh: `没有名为“${unknown}”的班次`, en: `There is no shift “${unknown}”` },
  } as const;
}
