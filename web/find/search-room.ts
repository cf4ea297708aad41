/**
 * What the search box looks through: people, permits and areas of the picture, companies and cameras of the server. An index is made when
 * the box is first opened and brought up to date by each search.
 */
import { createSignal, untrack } from 'solid-js';
import type { NamedCamera, NamedThings } from '../../core/views-api.ts';
import type { AreaView, PersonView } from '../../stream/protocol/effects.ts';
import { request } from '../app/api.ts';
import { preferences } from '../app/preferences.ts';
import type { PictureState } from '../app/shown-state.ts';
import { createTranslate } from '../i18n/i18n.ts';
import type { JobItem } from '../permits/job-items.ts';
import { kindText } from '../permits/permit-text.ts';
import { FindIndex } from './find-index.ts';

export type Found =
  | { readonly kind: 'person'; readonly slot: number; readonly person: PersonView; readonly isPresent: boolean }
  | { readonly kind: 'permit'; readonly job: JobItem }
  | { readonly kind: 'area'; readonly area: AreaView }
  | { readonly kind: 'company'; readonly code: string; readonly name: string }
  | { readonly kind: 'camera'; readonly camera: NamedCamera };
export type FoundKind = Found['kind'];

export interface FoundGroup {
  readonly kind: FoundKind;
  readonly items: readonly Found[];
  readonly total: number;
}

/** People first: they are what is looked for in an emergency. */
const LIMIT: Readonly<Record<FoundKind, number>> = { person: 50, permit: 20, area: 20, company: 20, camera: 20 };
/** What companies and cameras are called changes by the week. */
const NAMES_OLD_MS = 300_000;
/** Of a screen's frame. */
const SLICE_MS = 8;

interface Binding {
  readonly generation: number;
  readonly person: PersonView;
}
const NO_NAMES: NamedThings = { companies: [], cameras: [] };

export function createSearchRoom(shown: PictureState, jobs: () => readonly JobItem[]) {
  const t = createTranslate(preferences.language);
  const [names, setNames] = createSignal<NamedThings>(NO_NAMES);
  let namedAtMs = Number.NEGATIVE_INFINITY;
  let preparing: ReturnType<typeof setTimeout> | undefined;

  const companyName = (code: string): string => untrack(() => shown.companyName(code));
  const people = new FindIndex<number, Binding>(({ person }) => ({
    own: [person.name, person.personId ?? '', person.cardNo ?? ''],
    shared: [person.companyName, person.companyCode, person.department, person.post],
  }));
  const permits = new FindIndex<string, JobItem>(({ permit, companyCode, kind, content, site }) => ({
    own: [permit?.number ?? '', permit?.permitId ?? '', content, site],
    shared: [companyName(companyCode), companyCode, kindText(t, kind)],
  }));
  const areas = new FindIndex<string, AreaView>(({ name, areaId, companyCode, kind }) => ({
    own: [name, areaId],
    shared: [companyName(companyCode), companyCode, t(`areaKind.${kind ?? 'other'}`)],
  }));
  const companies = new FindIndex<string, NamedThings['companies'][number]>(({ code, name }) => ({
    own: [name, code],
    shared: [],
  }));
  const cameras = new FindIndex<string, NamedCamera>(({ name, code, companyCode }) => ({
    own: [name, code],
    shared: [companyName(companyCode), companyCode],
  }));

  const sync = (): void => {
    people.sync(shown.picture.bindings);
    permits.sync(new Map(jobs().map((job) => [job.key, job])));
    areas.sync(shown.picture.areas);
    companies.sync(new Map(names().companies.map((company) => [company.code, company])));
    cameras.sync(new Map(names().cameras.map((camera) => [`${camera.companyCode}/${camera.code}`, camera])));
  };
  const prepare = (): void => {
    const untilMs = performance.now() + SLICE_MS;
    if (!people.prepare(() => performance.now() >= untilMs)) preparing = setTimeout(prepare, 0);
  };

  return {
    /** The box is there: what takes time is done before the first letter, in slices. */
    async open(): Promise<void> {
      untrack(sync);
      clearTimeout(preparing);
      prepare();
      if (performance.now() - namedAtMs < NAMES_OLD_MS) return;
      namedAtMs = performance.now();
      try {
        setNames(await request<NamedThings>('GET', '/api/names'));
      } catch {
        // Without them people, permits and areas are found; the next opening asks again.
        namedAtMs = Number.NEGATIVE_INFINITY;
      }
    },
    /** Reactive: follows the names and the jobs; who comes and goes by `shown.counts()`, once a second. */
    search(query: string): FoundGroup[] {
      sync();
      const isAway = (slot: number): boolean => !shown.picture.isPresent(slot);
      const group = <K, T>(kind: FoundKind, index: FindIndex<K, T>, found: (key: K, item: T) => Found): FoundGroup => {
        const isLate = kind === 'person' ? (key: K) => isAway(key as number) : undefined;
        const { items, total } = index.search(query, LIMIT[kind], isLate);
        return { kind, items: items.map(({ key, item }) => found(key, item)), total };
      };
      return [
        group('person', people, (slot, { person }) => ({ kind: 'person', slot, person, isPresent: !isAway(slot) })),
        group('permit', permits, (_, job) => ({ kind: 'permit', job })),
        group('area', areas, (_, area) => ({ kind: 'area', area })),
        group('company', companies, (_, company) => ({ kind: 'company', ...company })),
        group('camera', cameras, (_, camera) => ({ kind: 'camera', camera })),
      ].filter(({ total }) => total > 0);
    },
  };
}
export type SearchRoom = ReturnType<typeof createSearchRoom>;
