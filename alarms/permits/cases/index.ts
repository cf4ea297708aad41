/** Every rule's cases; whoever adds a judge adds its file here. */
import { CERTIFICATE_CASES } from './certificate-cases.ts';
import { CONTRACTOR_CASES } from './contractor-cases.ts';
import { DECLARATION_CASES } from './declaration-cases.ts';
import { GAS_CASES } from './gas-cases.ts';
import { LINKS_CASES } from './links-cases.ts';
import { ON_SITE_CASES } from './on-site-cases.ts';
import { PAPERS_CASES } from './papers-cases.ts';
import type { RuleCases } from './permit-case.ts';
import { PLACE_CASES } from './place-cases.ts';
import { UPGRADE_CASES } from './upgrade-cases.ts';
import { VALIDITY_CASES } from './validity-cases.ts';
import { VIDEO_CASES } from './video-cases.ts';
import { WEATHER_CASES } from './weather-cases.ts';

export const PERMIT_CASES: readonly RuleCases[] = [
  ...GAS_CASES,
  ...VALIDITY_CASES,
  ...UPGRADE_CASES,
  ...PAPERS_CASES,
  ...LINKS_CASES,
  ...WEATHER_CASES,
  ...CERTIFICATE_CASES,
  ...CONTRACTOR_CASES,
  ...DECLARATION_CASES,
  ...PLACE_CASES,
  ...VIDEO_CASES,
  ...ON_SITE_CASES,
];
