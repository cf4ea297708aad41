/**
 * 缺岗: fewer people at a post than it asks for; 离场: somebody on duty left his post, or the site. Judged in shift only, on
 * ticks. Whoever has not come yet in this shift has left nothing: his absence is the post's.
 */
import { type Duty, dutyAt, namedPeople, shiftOf, toleratedAbsenceMs } from '../../alarms/posts.ts';
import type { Post } from '../../alarms/settings/post.ts';
import { NO_CALENDAR } from '../../alarms/shifts.ts';
import type { Effect } from '../../stream/protocol/effects.ts';
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import { NOBODY } from '../alarm-table.ts';
import { AreaWatch } from '../area-limits.ts';
import type { Park } from '../park.ts';
import type { Part } from '../part.ts';
import { Presence } from '../presence.ts';
import type { Setting } from '../settings-table.ts';
import { alarmInput, alarmPerson } from './alarm-input.ts';
import { type Condition, Conditions } from './conditions.ts';

export const POST_RULE_VERSION = 1;

/** What is known of somebody called to a post in the shift that runs. */
interface Seen {
  readonly shiftFromMs: number;
  atPost: boolean;
  onSite: boolean;
}

interface PostNow {
  readonly key: string;
  readonly companyCode: string;
  readonly post: Post;
  readonly duty: Duty;
  /** Fresh people at the post who may hold it. */
  readonly present: number;
}

export class Posts implements Part {
  readonly name = 'posts';
  readonly #vacant = new Conditions();
  readonly #leftPost = new Conditions();
  readonly #leftSite = new Conditions();
  /** By post key and person id. */
  readonly #seen = new Map<string, Seen>();
  /** As of the newest tick; made anew by each. */
  #now = new Map<string, PostNow>();
  /** People named by posts and on none of them now, `company/person`; null: to be made. */
  #offShift: Set<string> | null = null;

  /** Named by posts, and none of his shifts runs now or is handed over. */
  isOffShift(park: Park, slot: number): boolean {
    const person = park.people.views[slot];
    if (person?.personId == null) return false;
    this.#offShift ??= offShiftAt(park);
    return this.#offShift.has(`${person.companyCode}/${person.personId}`);
  }

  onTick(park: Park, effects: Effect[]): void {
    const posts = park.config.entries('post');
    this.#offShift = null;
    this.#now = new Map(posts.map(([key, post]) => [key, postNow(park, key, post)]));
    const running = new Set<string>();
    for (const now of this.#now.values()) {
      if (now.duty.shifts.length === 0) continue;
      if (now.present < now.post.number) this.#vacant.hold(park, NOBODY, now.key, park.nowMs);
      for (const personId of now.duty.called) {
        running.add(seenKey(now.key, personId));
        this.#watchPerson(park, now, personId);
      }
    }
    for (const key of this.#seen.keys()) if (!running.has(key)) this.#seen.delete(key);
    this.#settle(park, effects);
  }

  onForget(_park: Park, slot: number): void {
    for (const conditions of [this.#leftPost, this.#leftSite]) conditions.drop((condition) => condition.slot === slot);
  }

  onSetting(_park: Park, setting: Setting): void {
    if (setting.topic === 'post' || setting.topic === 'calendar') this.#offShift = null;
  }

  save(): readonly unknown[] {
    const seen = [...this.#seen].map(([key, { shiftFromMs, atPost, onSite }]) => [key, shiftFromMs, atPost, onSite]);
    return [seen, this.#vacant.save(), this.#leftPost.save(), this.#leftSite.save()];
  }
  load([seen, ...conditions]: readonly unknown[]): void {
    for (const [key, shiftFromMs, atPost, onSite] of (seen ?? []) as [string, number, boolean, boolean][]) {
      this.#seen.set(key, { shiftFromMs, atPost, onSite });
    }
    [this.#vacant, this.#leftPost, this.#leftSite].forEach((one, n) => {
      one.load((conditions[n] ?? []) as unknown[]);
    });
  }

  #watchPerson(park: Park, now: PostNow, personId: string): void {
    const slot = park.people.slotOf(now.companyCode, personId, false);
    if (slot === -1) return;
    const presence = park.part(Presence);
    const key = seenKey(now.key, personId);
    const shiftFromMs = shiftOf(now.post, now.duty, personId)!.fromMs;
    let seen = this.#seen.get(key);
    if (seen?.shiftFromMs !== shiftFromMs) {
      seen = { shiftFromMs, atPost: false, onSite: false };
      this.#seen.set(key, seen);
    }
    if (!presence.isFresh(park, slot)) {
      // Unheard of: nothing new is said of him, and what stands goes on.
      for (const conditions of [this.#leftPost, this.#leftSite]) {
        if (conditions.has(slot, now.key)) conditions.hold(park, slot, now.key, park.nowMs);
      }
      return;
    }
    const isAtPost = isAt(park, slot, now.post);
    const sites = park.part(AreaWatch).lists(park).sites.get(now.companyCode) ?? [];
    const isOnSite = isAtPost || sites.length === 0 || sites.some((site) => presence.isInside(slot, site));
    seen.atPost ||= isAtPost;
    seen.onSite ||= isOnSite;
    const sinceMs = park.people.observedAtMs[slot]!;
    if (!isOnSite) {
      if (seen.onSite) this.#leftSite.hold(park, slot, now.key, sinceMs);
      return;
    }
    const isRelieved = now.duty.isHandingOver && now.present >= now.post.number;
    if (seen.atPost && !isAtPost && !isRelieved) this.#leftPost.hold(park, slot, now.key, sinceMs);
  }

  #settle(park: Park, effects: Effect[]): void {
    const over = ({ place }: Condition): string | null => (this.#now.has(place) ? null : 'withdrawn');
    const absenceMs = ({ place }: Condition): number =>
      toleratedAbsenceMs(this.#now.get(place)!.post, park.settings.post);
    this.#vacant.settle(
      park,
      {
        onDelayMs: absenceMs,
        over,
        alarm: (condition, onsetAtMs) =>
          this.#alarm(park, 'post-vacant', condition, onsetAtMs, this.#crew(park, condition)),
        change: (condition) => this.#crew(park, condition),
      },
      effects,
    );
    const away = (rule: RuleId, onDelayMs: (condition: Condition) => number) => ({
      onDelayMs,
      over,
      alarm: (condition: Condition, onsetAtMs: number) =>
        this.#alarm(park, rule, condition, onsetAtMs, {
          count: Math.floor((park.nowMs - condition.onsetAtMs) / 1_000),
          limit: Math.floor(onDelayMs(condition) / 1_000),
        }),
      change: () => ({}),
    });
    this.#leftPost.settle(park, away('left-post', absenceMs), effects);
    this.#leftSite.settle(
      park,
      away('left-site', () => park.settings.leftSite.onDelayMs),
      effects,
    );
  }

  /** Who is there, and who of those called is not. */
  #crew(park: Park, { place }: Condition) {
    const { companyCode, post, duty, present } = this.#now.get(place)!;
    const missing = duty.called.filter((personId) => {
      const slot = park.people.slotOf(companyCode, personId, false);
      return slot === -1 || !park.part(Presence).isFresh(park, slot) || !isAt(park, slot, post);
    });
    return {
      count: present,
      limit: post.number,
      people: missing.map((personId) => alarmPerson(park, companyCode, personId)),
    };
  }

  #alarm(
    park: Park,
    rule: RuleId,
    { slot, place }: Condition,
    onsetAtMs: number,
    more: Parameters<typeof alarmInput>[2],
  ) {
    const { companyCode, post } = this.#now.get(place)!;
    const key = post.areas[0]!;
    return alarmInput(
      park,
      {
        rule,
        ruleVersion: POST_RULE_VERSION,
        slot,
        ...(slot === NOBODY ? { subject: place } : {}),
        companyCode,
        area: park.areas.byKey.get(key),
        areaKey: slot === NOBODY ? key : place,
        onsetAtMs,
        settings: [
          ['post', place],
          ['calendar', ''],
        ],
      },
      { detail: post.name, ...more },
    );
  }
}

const seenKey = (postKey: string, personId: string): string => `${postKey}\n${personId}`;

const companyOfPost = (key: string): string => key.slice(0, key.indexOf('/'));

const isAt = (park: Park, slot: number, post: Post): boolean =>
  post.areas.some((key) => park.part(Presence).isInside(slot, key));

function postNow(park: Park, key: string, post: Post): PostNow {
  const duty = dutyAt(post, park.config.get('calendar', '') ?? NO_CALENDAR, park.settings.post, park.nowMs);
  const companyCode = companyOfPost(key);
  return {
    key,
    companyCode,
    post,
    duty,
    present: duty.shifts.length === 0 ? 0 : countAt(park, companyCode, post, duty),
  };
}

function countAt(park: Park, companyCode: string, post: Post, duty: Duty): number {
  const presence = park.part(Presence);
  const there = new Set<number>();
  for (const key of post.areas) {
    for (const slot of presence.insideOf(key)) {
      const person = park.people.views[slot];
      if (person?.companyCode !== companyCode || !presence.isFresh(park, slot)) continue;
      if (duty.mayHold === null || (person.personId !== null && duty.mayHold.has(person.personId))) there.add(slot);
    }
  }
  return there.size;
}

function offShiftAt(park: Park): Set<string> {
  const onDuty = new Set<string>();
  const named = new Set<string>();
  const calendar = park.config.get('calendar', '') ?? NO_CALENDAR;
  for (const [key, post] of park.config.entries('post')) {
    const duty = dutyAt(post, calendar, park.settings.post, park.nowMs);
    for (const personId of namedPeople(post)) named.add(`${companyOfPost(key)}/${personId}`);
    for (const personId of duty.mayHold ?? namedPeople(post)) onDuty.add(`${companyOfPost(key)}/${personId}`);
  }
  for (const key of onDuty) named.delete(key);
  return named;
}
