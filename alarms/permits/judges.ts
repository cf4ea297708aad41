/** Every judge of permits; whoever judges a permit asks them all. */
import { judgeCertificates } from './certificates.ts';
import { judgeContractors } from './contractors.ts';
import { judgeDeclarations } from './declarations.ts';
import { judgeDistances } from './distances.ts';
import type { Judge } from './finding.ts';
import { judgeGas } from './gas.ts';
import { judgeLinks } from './links.ts';
import { judgePapers } from './papers.ts';
import { judgePlace } from './place.ts';
import { judgeUpgrade } from './upgrade.ts';
import { judgeValidity } from './validity.ts';
import { judgeVideo } from './video.ts';
import { judgeWeatherWork } from './weather-work.ts';

export const PERMIT_JUDGES: readonly Judge[] = [
  judgeGas,
  judgeValidity,
  judgeUpgrade,
  judgePapers,
  judgeLinks,
  judgeWeatherWork,
  judgeCertificates,
  judgeContractors,
  judgeDeclarations,
  judgePlace,
  judgeDistances,
  judgeVideo,
];
