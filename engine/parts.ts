/** The parts that watch the park, in the order in which they are told. */

import { AreaWatch } from './area-limits.ts';
import { CensusTaker } from './census.ts';
import { Deliveries } from './deliveries.ts';
import { Escalation } from './escalation.ts';
import { FilteredPlaces } from './filtered-places.ts';
import { Floors } from './floors.ts';
import { GasAlarms } from './gas-alarms.ts';
import { Gatherings } from './gatherings.ts';
import { Musters } from './muster.ts';
import { OffDelay } from './off-delay.ts';
import { OperatorLoadCount } from './operator-load.ts';
import { Orders } from './orders.ts';
import type { Part } from './part.ts';
import { Patrols } from './patrols.ts';
import { DeclaredWatch } from './permits/declared.ts';
import { HeardRows } from './permits/heard/heard-rows.ts';
import { OnSite } from './permits/on-site/on-site.ts';
import { Permits } from './permits/permits.ts';
import { Presence } from './presence.ts';
import { Reporting } from './reporting.ts';
import { Dwell } from './rules/dwell.ts';
import { OverCapacity } from './rules/over-capacity.ts';
import { Posts } from './rules/posts.ts';
import { SignalLost } from './rules/signal-lost.ts';
import { Stillness } from './rules/stillness.ts';
import { UnderCapacity } from './rules/under-capacity.ts';
import { Shelves } from './shelves.ts';
import { Suppressions } from './suppressions.ts';
import { Tags } from './tags.ts';
import { VendorAlarms } from './vendor-alarms.ts';

export const createParts = (): readonly Part[] => [
  new Floors(),
  new Presence(),
  new AreaWatch(),
  new Posts(),
  new Dwell(),
  new OverCapacity(),
  new UnderCapacity(),
  new Stillness(),
  new SignalLost(),
  new FilteredPlaces(),
  new GasAlarms(),
  new Gatherings(),
  new Patrols(),
  new HeardRows(),
  new Permits(),
  new OnSite(),
  new DeclaredWatch(),

  new Tags(),
  new Reporting(),
  new VendorAlarms(),
  new OffDelay(),
  new Suppressions(),
  new Shelves(),
  new Orders(),
  new Deliveries(),
  new Escalation(),
  new OperatorLoadCount(),
  new Musters(),
  new CensusTaker(),
];
