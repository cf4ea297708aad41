/** The parts that watch the park, in the order in which they are told. */
import { Escalation } from './escalation.ts';
import { OffDelay } from './off-delay.ts';
import type { Part } from './part.ts';
import { Presence } from './presence.ts';
import { Reporting } from './reporting.ts';
import { Shelves } from './shelves.ts';
import { Suppressions } from './suppressions.ts';

export const createParts = (): readonly Part[] => [
  new Presence(),
  new Reporting(),
  new OffDelay(),
  new Suppressions(),
  new Shelves(),
  new Escalation(),
];
