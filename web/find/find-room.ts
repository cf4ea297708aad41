/** Finding: the search box, the filter of people, the people who are followed. */
import type { Accessor } from 'solid-js';
import type { PictureState } from '../app/shown-state.ts';
import type { JobItem } from '../permits/job-items.ts';
import { createFilterRoom } from './filter-room.ts';
import { createFollowRoom } from './follow-room.ts';
import { createSearchRoom } from './search-room.ts';

export function createFindRoom(shown: PictureState, jobs: Accessor<readonly JobItem[]>) {
  return {
    search: createSearchRoom(shown, jobs),
    filter: createFilterRoom(shown, jobs),
    follow: createFollowRoom(shown),
  };
}
export type FindRoom = ReturnType<typeof createFindRoom>;
