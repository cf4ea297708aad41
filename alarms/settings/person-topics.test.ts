import { describe, expect, it } from 'vitest';
import { NO_CALENDAR } from '../shifts.ts';
import { parseAreaSetting } from './area.ts';
import { parseCalendar } from './calendar.ts';
import { parsePost } from './post.ts';
import { parseWeather } from './weather.ts';

const shift = { name: '白班', from: '08:00', to: '20:00' };
const post = { name: '中控室', areas: ['c/a'], shifts: [shift] };

describe('settings of areas, posts and the calendar', () => {
  it('[PER-33] a threshold that is left out is the vendor’s, null lifts it', () => {
    expect(parseAreaSetting({ capacityMax: null, dwellLimitS: 600 }, 'c/a')).toEqual({
      ok: true,
      value: { capacityMax: null, dwellLimitS: 600 },
    });
    expect(parseAreaSetting({ gathering: { watched: true } }, 'c/a')).toEqual({
      ok: true,
      value: { gathering: { watched: true, from: 3 } },
    });
  });

  it.each([
    [{ capacityMax: 1.5 }, 'area: capacityMax is a whole number from 0 to 100000'],
    [{ capacityMax: 3, capacityMin: 4 }, 'area: capacityMin is more than capacityMax 3'],
    [{ capacity: 3 }, /^area: there is no "capacity", there are capacityMax, /],
    [{ requiredPersonIds: 'p1' }, 'area: requiredPersonIds is a list of at most 1000'],
    [{ gathering: { watched: true, from: 2 } }, 'area gathering: from is a whole number from 3 to 100000'],
    [{ gathering: { watched: true, off: 2 } }, 'area gathering: there is no "off", there are watched, from'],
    [{ restPlace: 1 }, 'area: restPlace is true or false'],
    [null, 'area: not an object'],
  ])('[PER-33] %j is refused, saying why', (value, error) => {
    const result = parseAreaSetting(value, 'c/a');
    expect(result).toMatchObject({
      ok: false,
      error: expect.stringMatching(error instanceof RegExp ? error : `^${error}$`),
    });
  });

  it('[PER-34] a post has areas, people or a number, and shifts', () => {
    expect(parsePost({ ...post, personIds: ['p2', 'p1'], toleratedAbsenceS: 60 }, 'c/p')).toEqual({
      ok: true,
      value: {
        name: '中控室',
        areas: ['c/a'],
        personIds: ['p1', 'p2'],
        number: 1,
        pattern: {
          windows: [{ name: '白班', fromMinute: 480, toMinute: 1200, personIds: [] }],
          days: 'every',
          rotation: null,
        },
        toleratedAbsenceS: 60,
        handOverS: null,
      },
    });
  });

  it.each([
    [{ ...post, areas: [] }, 'post: areas names no area'],
    [{ ...post, shifts: [] }, 'post: shifts has none'],
    [{ ...post, shifts: [shift, shift] }, 'post: shifts has two of one name'],
    [{ ...post, shifts: [{ ...shift, to: '24:00' }] }, 'post shifts 1: to is a time of day, HH:mm'],
    [{ ...post, number: 0 }, 'post: number is a whole number from 1 to 1000'],
    [{ ...post, rotation: { from: '2026-02-30', turns: [['白班']] } }, 'post rotation: from is a date yyyy-MM-dd'],
    [
      { ...post, rotation: { from: '2026-02-20', turns: [['夜班']] } },
      'post rotation: turns 1 is a list of names of shifts, of 白班',
    ],
    [{ ...post, rotation: { from: '2026-02-20', turns: [] } }, 'post rotation: turns has none'],
  ])('[PER-34] %j is refused, saying why', (value, error) => {
    expect(parsePost(value, 'c/p')).toEqual({ ok: false, error });
  });

  it('[PER-34] the key names company and post', () => {
    expect(parsePost(post, 'p')).toEqual({ ok: false, error: 'post: key is company/post' });
    expect(parseAreaSetting({}, 'a')).toEqual({ ok: false, error: 'area: key is company/area' });
  });

  it('[PER-32] a calendar has dates, none both off and worked', () => {
    expect(parseCalendar({ holidays: ['2026-10-02', '2026-10-01'], makeUpDays: [] })).toEqual({
      ok: true,
      value: { ...NO_CALENDAR, holidays: ['2026-10-01', '2026-10-02'] },
    });
    expect(parseCalendar({ holidays: ['1 October'], makeUpDays: [] })).toMatchObject({ ok: false });
    expect(parseCalendar({ holidays: ['2026-10-01'], makeUpDays: ['2026-10-01'] })).toMatchObject({ ok: false });
  });

  it.each([
    [{ restDays: ['2026-10-03'] }, 'calendar: restDays has 2026-10-03, which is not in holidays'],
    [
      { nights: [{ from: '2026-13-01', to: null, fromMinute: 0, toMinute: 1 }] },
      'calendar nights 1: from is a date yyyy-MM-dd',
    ],
    [
      { nights: [{ from: '2026-10-01', to: '2026-09-30', fromMinute: 0, toMinute: 1 }] },
      'calendar nights 1: to is before from',
    ],
    [
      { nights: [{ from: '2026-10-01', to: null, fromMinute: 60, toMinute: 60 }] },
      'calendar nights 1: toMinute is fromMinute',
    ],
    [{ events: [{ name: '进博会', from: '2026-11-05', to: '2026-11-04' }] }, 'calendar events 1: to is before from'],
  ])('[PER-32] a calendar with %j is refused', (more, error) => {
    expect(parseCalendar({ holidays: [], makeUpDays: [], ...more })).toEqual({ ok: false, error });
  });

  it.each([
    [{}, 'weather: notices is a list of at most 500'],
    [
      { notices: [{ fromMs: 5, toMs: 5, windForce: 6, isBad: false }] },
      'weather notices 1: toMs is a whole number from 6 to 7258118400000',
    ],
    [
      { notices: [{ fromMs: 5, toMs: null, windForce: 18, isBad: false }] },
      'weather notices 1: windForce is a whole number from 0 to 17',
    ],
  ])('[GBS-30] a weather setting %j is refused', (value, error) => {
    expect(parseWeather(value)).toEqual({ ok: false, error });
  });
});
