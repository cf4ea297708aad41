import type { ShownCases } from './permit-case.ts';

/** Live positions over time: their cases are runs of a whole engine, to the second and the metre. */
const shownIn = 'engine/permits/on-site/conformance.test.ts';

export const ON_SITE_CASES: readonly ShownCases[] = [
  { rule: 'guardian-away', code: '31', clause: 'AQ 3064.2-2025 5.9.6；GB 30871-2022 4.10', shownIn },
  { rule: 'guardian-silent', code: 'L31', clause: 'AQ 3064.2-2025 5.9.6；AQ 3064.3-2025 8.2', shownIn },
  { rule: 'guardian-inside', code: 'L35', clause: 'GB 30871-2022 6.8', shownIn },
  { rule: 'intruder', code: 'L33', clause: 'GB 30871-2022 4.10、9.2.12', shownIn },
  { rule: 'nobody-on-site', code: 'L32', clause: 'AQ 3064.2-2025 7.2', shownIn },
  { rule: 'too-many-inside', code: 'L34', clause: 'AQ 3064.2-2025 5.6；GB 30871-2022 6.8', shownIn },
  { rule: 'approver-away', code: '30', clause: 'AQ 3064.2-2025 5.5.2、5.9.6；GB 30871-2022 4.11', shownIn },
  { rule: 'work-without-permit', code: '60', clause: 'AQ 3064.2-2025 5.9.8、A.4；GB 30871-2022 4.6', shownIn },
  { rule: 'work-conflict', code: 'L62', clause: 'GB 30871-2022 5.2.9、8.2.8', shownIn },
  { rule: 'gas-near-job', code: 'L02', clause: 'AQ 3064.3-2025 5.2.3；GB 30871-2022 4.13', shownIn },
];
