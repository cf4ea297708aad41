/** Every judge of permits; whoever judges a permit asks them all. */
import type { Judge } from './finding.ts';
import { judgeGas } from './gas.ts';
import { judgeLinks } from './links.ts';
import { judgePapers } from './papers.ts';
import { judgeUpgrade } from './upgrade.ts';
import { judgeValidity } from './validity.ts';
import { judgeWeatherWork } from './weather-work.ts';

export const PERMIT_JUDGES: readonly Judge[] = [
  judgeGas,
  judgeValidity,
  judgeUpgrade,
  judgePapers,
  judgeLinks,
  judgeWeatherWork,
];
