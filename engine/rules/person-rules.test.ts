import { describe, expect, it } from 'vitest';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { areaKey } from '../../stream/protocol/effects.ts';
import { FIX_FLAG } from '../../stream/protocol/entry.ts';
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import { alarmsOf, at, EngineRun, T0 } from '../../test/builders/engine-run.ts';
import {
  COMPANY,
  createArea,
  createFixBatch,
  createHeartbeat,
  createPerson,
  type FixInput,
} from '../../test/builders/entries.ts';
import { squareAt } from '../../test/builders/plane.ts';

const AREA = areaKey(COMPANY, 'a');
const POST = `${COMPANY}/post`;
const IN = 30;
const OUT = -60;

/** A square of 60 m with a fix of each person each `everyS` seconds and a tick each second. */
class Site extends EngineRun {
  readonly where = new Map<string, number>();
  readonly everyS: number;
  #last = T0;

  constructor(area: Parameters<typeof createArea>[0] = {}, everyS = 5) {
    super();
    this.everyS = everyS;
    this.areas(createArea({ areaId: 'a', kind: 'PRODUCTION', polygons: squareAt(0, 0, 60), ...area }));
  }
  put(person: string, east: number | null): void {
    if (east === null) this.where.delete(person);
    else this.where.set(person, east);
  }
  /** Lives on for some seconds; what alarms said of the rule. */
  pass(seconds: number, rule?: RuleId): AlarmView[] {
    const said: AlarmView[] = [];
    for (let s = 0; s < seconds; s++) {
      this.#last += 1_000;
      if ((this.#last / 1_000) % this.everyS === 0 && this.where.size > 0) {
        const fixes = [...this.where].map(
          ([person, east]): FixInput => at(east, 30, this.#last, { person, accuracyM: 2 }),
        );
        said.push(...this.fixes(fixes, this.#last));
      }
      said.push(...this.tick(this.#last));
    }
    return rule === undefined ? said : said.filter((alarm) => alarm.rule === rule);
  }
  /** The park was away, and says so. */
  away(ms: number): void {
    const fromMs = this.#last;
    this.#last += ms;
    this.entry('downtime', { fromMs, toMs: this.#last, reason: 'watch was away' }, this.#last);
  }
  standing(rule: RuleId): AlarmView[] {
    return [...this.engine.park.alarms.standing.values()].filter((alarm) => alarm.rule === rule && alarm.active);
  }
  flagged(person: string, flags: number): void {
    const batch = createFixBatch([at(this.where.get(person) ?? IN, 30, this.#last, { person, accuracyM: 2 })]);
    batch.flags[0] = batch.flags[0]! | flags;
    this.take(this.sequence.next('fixes', batch, this.#last));
  }
}
const named = (...personIds: string[]) => personIds.map((personId) => createPerson({ personId, name: personId }));
const told = (alarms: readonly AlarmView[]): string[] => alarms.map((alarm) => alarm.transition);

describe('滞留: inside an area for longer than its limit', () => {
  it('[PER-10] raises once the limit is over, from the time of entering, and clears when the person leaves', () => {
    const site = new Site({ dwellLimitS: 60 });
    site.put('p1', IN);
    expect(site.pass(60, 'dwell')).toEqual([]);
    const [raised] = site.pass(10, 'dwell');
    expect(raised).toMatchObject({
      transition: 'raised',
      level: 3,
      onsetAtMs: T0 + 5_000,
      limit: 60,
      subject: `${COMPANY}/p1`,
      areaId: 'a',
      areaVersion: 1,
    });
    expect(site.pass(120, 'dwell')).toEqual([]);
    site.put('p1', OUT);
    expect(told(site.pass(30, 'dwell'))).toContain('cleared');
    expect(site.standing('dwell')).toEqual([]);
  });

  it('[PER-11] silence ends no stay: what stands goes on, nothing new is said of somebody unheard of', () => {
    const site = new Site({ dwellLimitS: 60 });
    site.put('p1', IN);
    site.pass(70);
    site.put('p2', IN);
    site.pass(10);
    site.put('p1', null);
    site.put('p2', null);
    site.pass(200);
    expect(site.standing('dwell').map((alarm) => alarm.person?.personId)).toEqual(['p1', 'p2']);
    const other = new Site({ dwellLimitS: 120 });
    other.put('p1', IN);
    other.pass(10);
    other.put('p1', null);
    expect(other.pass(280, 'dwell')).toEqual([]);
  });

  it('[PER-12] a setting goes before the vendor’s limit; lifted, its alarms are withdrawn; set again, another is raised', () => {
    const site = new Site({ dwellLimitS: 600 });
    site.setting('area', AREA, { dwellLimitS: 30 });
    site.put('p1', IN);
    const [first] = site.pass(60, 'dwell');
    expect(first).toMatchObject({ transition: 'raised', settingVersions: { [`area:${AREA}`]: 1 } });
    site.setting('area', AREA, { dwellLimitS: null });
    expect(site.pass(2, 'dwell')).toMatchObject([{ transition: 'ended', reason: 'withdrawn' }]);
    site.setting('area', AREA, { dwellLimitS: 30 });
    const [again] = site.pass(2, 'dwell');
    expect(again).toMatchObject({ transition: 'raised', settingVersions: { [`area:${AREA}`]: 3 } });
    expect(again?.alarmId).not.toBe(first?.alarmId);
  });

  it('[PER-13] withdrawn with its area, its person, or the validity of the area', () => {
    const area = { dwellLimitS: 10, validToMs: T0 + 100_000 };
    const reasons = (end: (site: Site) => void): (string | null)[] => {
      const site = new Site(area);
      site.persons(...named('p1'));
      site.put('p1', IN);
      site.pass(30);
      expect(site.standing('dwell')).toHaveLength(1);
      const before = site.published.length;
      end(site);
      site.put('p1', null);
      site.pass(80);
      const ended = site.published.slice(before).flatMap(alarmsOf);
      expect(site.standing('dwell')).toEqual([]);
      return ended.filter((alarm) => alarm.rule === 'dwell').map((alarm) => alarm.reason);
    };
    expect(reasons((site) => site.areas(createArea({ areaId: 'a', deleted: true })))).toEqual(['withdrawn']);
    expect(reasons((site) => site.persons(createPerson({ personId: 'p1', deleted: true })))).toEqual(['withdrawn']);
    expect(reasons(() => {})).toEqual(['validity-over']);
  });
});

describe('超员 and 缺员', () => {
  it('[PER-14] more people than the number raise; the count follows; it clears when there are no more than the number', () => {
    const site = new Site({ capacityMax: 2 });
    for (const person of ['p1', 'p2']) site.put(person, IN);
    expect(site.pass(20, 'over-capacity')).toEqual([]);
    site.put('p3', IN);
    expect(site.pass(20, 'over-capacity')).toMatchObject([
      { transition: 'raised', level: 2, count: 3, limit: 2, slot: -1, subject: AREA },
    ]);
    site.put('p4', IN);
    expect(site.pass(10, 'over-capacity')).toMatchObject([{ transition: 'updated', count: 4 }]);
    site.put('p3', OUT);
    site.put('p4', OUT);
    expect(told(site.pass(60, 'over-capacity'))).toContain('cleared');
  });

  it('[PER-14] who is silent for over 90 s is not counted', () => {
    const site = new Site({ capacityMax: 1 });
    site.put('p1', IN);
    site.put('p2', IN);
    site.pass(20);
    expect(site.standing('over-capacity')).toHaveLength(1);
    site.put('p2', null);
    site.pass(120);
    expect(site.standing('over-capacity')).toEqual([]);
  });

  it('[PER-15] somebody who flits about the edge makes one alarm, not a row of them', () => {
    const site = new Site({ capacityMax: 1 });
    site.put('p1', IN);
    let raised = 0;
    for (let n = 0; n < 40; n++) {
      site.put('p2', n % 2 === 0 ? IN : OUT);
      raised += told(site.pass(5, 'over-capacity')).filter((one) => one === 'raised').length;
    }
    expect(raised).toBe(1);
  });

  it('[PER-16] fewer than the number, or a named person missing, raise after a minute and name who is missing', () => {
    const site = new Site({ capacityMin: 2, requiredPersonIds: ['p2', 'p3'] });
    site.persons(...named('p2', 'p3'));
    site.put('p1', IN);
    site.put('p2', IN);
    expect(site.pass(60, 'under-capacity')).toEqual([]);
    expect(site.pass(10, 'under-capacity')).toMatchObject([
      { transition: 'raised', level: 3, count: 2, limit: 2, people: [{ personId: 'p3', name: 'p3' }], detail: null },
    ]);
    site.put('p3', IN);
    expect(told(site.pass(30, 'under-capacity'))).toContain('cleared');
    site.put('p3', null);
    site.pass(170);
    expect(site.standing('under-capacity')).toMatchObject([{ people: [{ personId: 'p3' }], detail: 'no-signal' }]);
  });
});

describe('静止: no movement in a danger area', () => {
  const still = { stillLimitS: 120 };
  /** Walks in, so that the tag has moved since it was put on. */
  function walkIn(site: Site, person: string): void {
    for (let east = -40; east <= IN; east += 7) {
      site.put(person, east);
      site.pass(5);
    }
  }

  it('[PER-17] somebody who walked in and then lies still raises at the level of the class, and clears when he moves', () => {
    const site = new Site(still);
    walkIn(site, 'p1');
    expect(site.pass(100, 'stillness')).toEqual([]);
    expect(site.pass(60, 'stillness')).toMatchObject([{ transition: 'raised', level: 2, detail: null, limit: 120 }]);
    site.put('p1', IN + 20);
    expect(told(site.pass(30, 'stillness'))).toContain('cleared');
  });

  it('[PER-18] a tag that never moved since it was put on is said to be laid down, at a lower level', () => {
    const site = new Site(still);
    site.put('p1', IN);
    expect(site.pass(200, 'stillness')).toMatchObject([{ transition: 'raised', level: 4, detail: 'laid-down' }]);
  });

  it.each([
    ['on charge', FIX_FLAG.charging | FIX_FLAG.chargingKnown],
    ['switched off', FIX_FLAG.onlineKnown],
  ])('[PER-18] a tag that says it is %s is nobody lying there', (_, flags) => {
    const site = new Site(still, 1_000);
    walkIn(site, 'p1');
    for (let n = 0; n < 60; n++) {
      site.flagged('p1', flags);
      site.pass(5);
    }
    expect(site.standing('stillness')).toEqual([]);
  });

  it('[PER-18] nor is one in a rest place', () => {
    const site = new Site(still);
    site.areas(createArea({ areaId: 'rack', kind: 'POST', polygons: squareAt(20, 20, 20) }));
    site.setting('area', areaKey(COMPANY, 'rack'), { restPlace: true });
    walkIn(site, 'p1');
    expect(site.pass(300, 'stillness')).toEqual([]);
  });

  it('[PER-18] a wearer who is off shift by his post left his tag behind', () => {
    const site = new Site(still);
    site.persons(...named('p1'));
    // T0 is 16:00 in the park.
    const shifts = [{ name: '白班', from: '06:00', to: '15:00', personIds: ['p1'] }];
    site.setting('post', POST, { name: '中控室', areas: [AREA], shifts });
    walkIn(site, 'p1');
    expect(site.pass(200, 'stillness')).toMatchObject([{ transition: 'raised', level: 4, detail: 'laid-down' }]);
  });

  it('[PER-17] an area without such a limit is no danger area: nobody lies still there', () => {
    const site = new Site();
    walkIn(site, 'p1');
    expect(site.pass(600, 'stillness')).toEqual([]);
  });
});

describe('缺岗 and 离场', () => {
  const shifts = [{ name: '中班', from: '15:00', to: '17:00' }];
  const post = { name: '中控室', areas: [AREA], shifts, toleratedAbsenceS: 60, handOverS: 300 };
  function posted(value: object = {}): Site {
    const site = new Site({ kind: 'POST' });
    site.areas(createArea({ areaId: 'site', kind: 'COMPANY_BOUNDARY', polygons: squareAt(-100, -100, 300) }));
    site.persons(...named('p1', 'p2', 'p3'));
    site.setting('post', POST, { ...post, ...value });
    return site;
  }

  it('[PER-19] a post with fewer people than its number for longer than tolerated raises, and names who is missing', () => {
    const site = posted({ personIds: ['p1', 'p2'], number: 1 });
    expect(site.pass(60, 'post-vacant')).toEqual([]);
    expect(site.pass(5, 'post-vacant')).toMatchObject([
      { transition: 'raised', level: 2, count: 0, limit: 1, subject: POST, detail: '中控室', areaId: 'a' },
    ]);
    expect(site.standing('post-vacant')[0]?.people.map((one) => one.personId)).toEqual(['p1', 'p2']);
    // Of the company, but not of the post.
    site.put('p3', IN);
    site.pass(30);
    expect(site.standing('post-vacant')).toHaveLength(1);
    site.put('p1', IN);
    expect(told(site.pass(30, 'post-vacant'))).toContain('cleared');
  });

  it('[PER-20] a post is judged in shift only', () => {
    const site = posted({ shifts: [{ name: '夜班', from: '20:00', to: '06:00' }] });
    expect(site.pass(600, 'post-vacant')).toEqual([]);
  });

  it('[PER-20] at a hand-over whoever was before may hold the post until the overlap is over', () => {
    // T0 is 16:00: the first shift ended and the second began ten seconds ago.
    const site = posted({
      shifts: [
        { name: '早班', from: '08:00', to: '16:00', personIds: ['p1'] },
        { name: '晚班', from: '16:00', to: '23:00', personIds: ['p2'] },
      ],
    });
    site.put('p1', IN);
    expect(site.pass(300, 'post-vacant')).toEqual([]);
    expect(site.pass(120, 'post-vacant')).toMatchObject([{ transition: 'raised', people: [{ personId: 'p2' }] }]);
  });

  it('[PER-21] who was at his post and leaves it for longer than tolerated has left it; back, it clears', () => {
    const site = posted({ personIds: ['p1'] });
    site.put('p1', OUT);
    expect(site.pass(100, 'left-post')).toEqual([]);
    site.put('p1', IN);
    site.pass(30);
    site.put('p1', OUT);
    expect(site.pass(60, 'left-post')).toEqual([]);
    expect(site.pass(20, 'left-post')).toMatchObject([
      { transition: 'raised', level: 3, subject: `${COMPANY}/p1`, detail: '中控室', limit: 60 },
    ]);
    site.put('p1', IN);
    expect(told(site.pass(30, 'left-post'))).toContain('cleared');
  });

  it('[PER-21] who left his post is away until he is back, also when an overlapping shift of others ends', () => {
    const site = posted({
      number: 2,
      shifts: [
        { name: '中班', from: '15:00', to: '16:05', personIds: ['p1'] },
        { name: '晚班', from: '16:00', to: '23:00', personIds: ['p2', 'p3'] },
      ],
    });
    site.put('p2', IN);
    site.pass(30);
    site.put('p2', OUT);
    expect(site.pass(100, 'left-post')).toMatchObject([{ transition: 'raised', subject: `${COMPANY}/p2` }]);
    expect(site.pass(300, 'left-post')).toEqual([]);
    expect(site.standing('left-post')).toMatchObject([{ active: true, conditionGoneAtMs: null }]);
  });

  it('[PER-21] who is relieved at a hand-over may go', () => {
    const site = posted({ personIds: ['p1', 'p2'], shifts: [{ name: '中班', from: '10:00', to: '16:04' }] });
    site.put('p1', IN);
    site.put('p2', IN);
    site.pass(20);
    site.put('p1', OUT);
    expect(site.pass(120, 'left-post')).toEqual([]);
  });

  it('[PER-22] who leaves the site on duty has left the site, and his post no more than that', () => {
    const site = posted({ personIds: ['p1'] });
    site.put('p1', IN);
    site.pass(30);
    site.put('p1', -300);
    const said = site.pass(120);
    expect(said.filter((alarm) => alarm.rule === 'left-site')).toMatchObject([{ transition: 'raised', level: 3 }]);
    expect(said.filter((alarm) => alarm.rule === 'left-post')).toEqual([]);
    site.put('p1', IN);
    expect(told(site.pass(30, 'left-site'))).toContain('cleared');
  });

  it('[PER-23] alarms of a post that is withdrawn are withdrawn', () => {
    const site = posted();
    site.pass(70);
    expect(site.standing('post-vacant')).toHaveLength(1);
    site.setting('post', POST, null);
    expect(site.pass(2, 'post-vacant')).toMatchObject([{ transition: 'ended', reason: 'withdrawn' }]);
  });
});

describe('a signal lost in a danger area', () => {
  it('[PER-24] who fell silent in two danger areas is still lost when one of them is withdrawn', () => {
    const site = new Site({ kind: 'HAZARD_SOURCE' });
    site.areas(createArea({ areaId: 'z', kind: 'WORK', polygons: squareAt(0, 0, 90) }));
    site.put('p1', IN);
    site.pass(20);
    site.put('p1', null);
    site.pass(330);
    expect(site.standing('signal-lost')).toMatchObject([{ areaId: 'a' }]);
    site.areas(createArea({ areaId: 'a', deleted: true }));
    expect(site.pass(2, 'signal-lost')).toMatchObject([{ transition: 'raised', areaId: 'z' }]);
  });

  it('[PER-24] who falls silent inside for 5 minutes raises from his last fix, and clears when he is heard again', () => {
    const site = new Site({ kind: 'HAZARD_SOURCE' });
    site.put('p1', IN);
    site.put('p2', OUT);
    site.pass(30);
    site.put('p1', null);
    site.put('p2', null);
    expect(site.pass(295, 'signal-lost')).toEqual([]);
    const raised = site.pass(20, 'signal-lost').filter((alarm) => alarm.transition === 'raised');
    expect(raised).toMatchObject([
      {
        transition: 'raised',
        level: 3,
        onsetAtMs: T0 + 30_000,
        person: { personId: 'p1' },
        place: { lastKnown: true },
      },
    ]);
    // Off the picture after twelve hours, and lost all the same.
    site.tick(T0 + 13 * 3_600_000);
    expect(site.standing('signal-lost')).toHaveLength(1);
    site.fixes([at(IN, 30, T0 + 13 * 3_600_000 + 2_000, { person: 'p1' })]);
    site.tick(T0 + 13 * 3_600_000 + 3_000);
    site.tick(T0 + 13 * 3_600_000 + 14_000);
    expect(site.standing('signal-lost')).toEqual([]);
  });

  it.each([
    ['an hour and more', 3 * 3_600_000, 0],
    ['some minutes', 10 * 60_000, 1],
  ])('[PER-24] after our own downtime of %s', (_text, awayMs, lost) => {
    const site = new Site({ kind: 'HAZARD_SOURCE' });
    site.put('p1', IN);
    site.pass(30);
    site.put('p1', null);
    site.away(awayMs);
    site.pass(400, 'signal-lost');
    expect(site.standing('signal-lost')).toHaveLength(lost);
    // Heard of since, he counts as anybody.
    site.put('p1', IN);
    site.pass(30);
    site.put('p1', null);
    site.pass(330, 'signal-lost');
    expect(site.standing('signal-lost')).toHaveLength(1);
  });

  it('[PER-25] not of a tag that rests in a rest place, on charge, or of a sender on change that stands ready', () => {
    const site = new Site({ kind: 'HAZARD_SOURCE' });
    site.put('p1', IN);
    site.pass(31);
    site.flagged('p1', FIX_FLAG.charging | FIX_FLAG.chargingKnown);
    site.put('p1', null);
    expect(site.pass(400, 'signal-lost')).toEqual([]);
    const resting = new Site({ kind: 'HAZARD_SOURCE' });
    resting.setting('area', AREA, { restPlace: true });
    resting.put('p1', IN);
    resting.pass(30);
    resting.put('p1', null);
    expect(resting.pass(400, 'signal-lost')).toEqual([]);
    const ready = new Site({ kind: 'HAZARD_SOURCE' });
    ready.put('p1', IN);
    ready.pass(30);
    ready.put('p1', null);
    for (let n = 0; n < 8; n++) {
      ready.heartbeats(ready.engine.park.nowMs, createHeartbeat());
      expect(ready.pass(60, 'signal-lost')).toEqual([]);
    }
  });

  it('[PER-25] silence that was ours counts for nobody', () => {
    const site = new Site({ kind: 'HAZARD_SOURCE' });
    site.put('p1', IN);
    site.pass(30);
    const backMs = T0 + 3_600_000;
    site.entry('downtime', { fromMs: T0 + 30_000, toMs: backMs, reason: 'upgrade' }, backMs);
    site.tick(backMs + 1_000);
    site.fixes([at(IN, 30, backMs + 2_000, { person: 'p1' })]);
    site.tick(backMs + 3_000);
    expect(site.published.flatMap(alarmsOf).filter((alarm) => alarm.rule === 'signal-lost')).toEqual([]);
  });
});
