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

/** As they judge with everything at hand. */
export const JUDGES: readonly Judge[] = [
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

/**
 * What registers say comes by another way than permits (pages, or the store, then the feed of rows): of what a supplier sends together with
 * a permit the permit is here first. Who judges by registers waits that long.
 */
const onceHeard = (judge: Judge): Judge => {
  const waiting: Judge = (permit, context) => {
    const heardAtMs = permit.firstReceivedAtMs + context.settings.heardMs;
    if (context.nowMs >= heardAtMs) return judge(permit, context);
    context.again(heardAtMs);
    return [];
  };
  Object.defineProperty(waiting, 'name', { value: judge.name });
  return waiting;
};

const BY_REGISTERS: readonly Judge[] = [judgeCertificates, judgeContractors, judgeDeclarations];

/** As the engine asks them. */
export const PERMIT_JUDGES: readonly Judge[] = JUDGES.map((judge) =>
  BY_REGISTERS.includes(judge) ? onceHeard(judge) : judge,
);
