/** The parts that watch the park, in the order in which they are told. */
import { CensusTaker } from './census.ts';
import { Escalation } from './escalation.ts';
import { OffDelay } from './off-delay.ts';
import type { Part } from './part.ts';
import { Presence } from './presence.ts';
import { Reporting } from './reporting.ts';
import { Shelves } from './shelves.ts';
import { Suppressions } from './suppressions.ts';
import { VendorAlarms } from './vendor-alarms.ts';

export const createParts = (): readonly Part[] => [
  new Presence(),
  new Reporting(),
  new VendorAlarms(),
  new OffDelay(),
  new Suppressions(),
  new Shelves(),
  new Escalation(),
  new CensusTaker(),
];
