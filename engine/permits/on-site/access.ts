/**
 * Who may be in the area of a job. Whoever is on its permit in any role; on another open permit so near that its guardian walks there;
 * whose place of work it is (areas at the job that bind or require him, posts there that name him); whom the park lets in everywhere
 * (setting `permit-access`, by person or by post); and who bears a name on the permit that several bear, since he may be meant.
 */
import { namedPeople } from '../../../alarms/posts.ts';
import { DEFAULT_PERMIT_ACCESS, type PermitAccess } from '../../../alarms/settings/permit-access.ts';
import { areaKey } from '../../../stream/protocol/effects.ts';
import type { Park } from '../../park.ts';
import { distanceM } from '../permit-table.ts';
import type { Job } from './job.ts';
import type { Jobs } from './jobs.ts';

export class Access {
  /** By job: `company/person` of those whose place of work it is. */
  readonly #belonging = new Map<string, ReadonlySet<string>>();
  /** By key of the setting. */
  readonly #listed = new Map<string, { readonly people: ReadonlySet<string>; readonly posts: ReadonlySet<string> }>();
  /** Posts by each of their areas. */
  #posts: Map<string, string[]> | null = null;

  mayBeThere(park: Park, jobs: Jobs, job: Job, slot: number): boolean {
    if (job.slots.has(slot)) return true;
    const isNeighbour = jobs.permitsOf(slot).some(({ jobPlace: place, areaKey: key, guardianRadiusM }) => {
      if (key !== null && key === job.permit.areaKey && job.area !== null) return true;
      return place !== null && distanceM(place, job) <= guardianRadiusM;
    });
    if (isNeighbour) return true;
    const person = park.people.views[slot];
    if (person == null) return false;
    const { companyCode, personId, post, name } = person;
    if (job.openNames.has(name)) return true;
    const id = personId === null ? null : areaKey(companyCode, personId);
    if (id !== null && this.#belongingTo(park, job).has(id)) return true;
    return ['', job.permit.state.companyCode].some((key) => {
      const { people, posts } = this.#listedIn(park, key);
      return posts.has(post) || (id !== null && people.has(id));
    });
  }

  /** Areas, posts or the setting changed. */
  forget(): void {
    this.#belonging.clear();
    this.#listed.clear();
    this.#posts = null;
  }
  forgetJob(key: string): void {
    this.#belonging.delete(key);
  }

  #belongingTo(park: Park, job: Job): ReadonlySet<string> {
    const known = this.#belonging.get(job.key);
    if (known !== undefined) return known;
    const belonging = new Set<string>();
    park.areas.findNear(job.easting, job.northing, Number.NaN);
    for (let n = 0; n < park.areas.nearCount; n++) {
      if (park.areas.nearDepthM[n]! <= 0) continue;
      const { companyCode, areaId, boundPersonIds, requiredPersonIds } = park.areas.near[n]!.record;
      for (const personId of [...boundPersonIds, ...requiredPersonIds]) belonging.add(areaKey(companyCode, personId));
      for (const person of this.#postedAt(park, areaKey(companyCode, areaId))) belonging.add(person);
    }
    this.#belonging.set(job.key, belonging);
    return belonging;
  }

  #postedAt(park: Park, key: string): readonly string[] {
    if (this.#posts === null) {
      this.#posts = new Map();
      for (const [postKey, post] of park.config.entries('post')) {
        const companyCode = postKey.slice(0, postKey.indexOf('/'));
        const people = namedPeople(post).map((personId) => areaKey(companyCode, personId));
        for (const area of post.areas) this.#posts.set(area, [...(this.#posts.get(area) ?? []), ...people]);
      }
    }
    return this.#posts.get(key) ?? [];
  }

  #listedIn(park: Park, key: string) {
    const known = this.#listed.get(key);
    if (known !== undefined) return known;
    const setting: PermitAccess | undefined = park.config.get('permit-access', key);
    const { people, posts } = setting ?? (key === '' ? DEFAULT_PERMIT_ACCESS : { people: [], posts: [] });
    const listed = { people: new Set(people), posts: new Set(posts) };
    this.#listed.set(key, listed);
    return listed;
  }
}
