/** Writes docs/permit-alarms.md from standard/. Run: npx tsx scripts/generate-permit-docs.ts */
import { writeFileSync } from 'node:fs';
import { permitAlarmsText } from './permit-docs-text.ts';

writeFileSync(new URL('../docs/permit-alarms.md', import.meta.url), permitAlarmsText());
