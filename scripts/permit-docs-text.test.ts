import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { permitAlarmsText } from './permit-docs-text.ts';

it('[GBS-22] docs/permit-alarms.md is what the table says; else run npx tsx scripts/generate-permit-docs.ts', () => {
  const page = readFileSync(new URL('../docs/permit-alarms.md', import.meta.url), 'utf8');
  expect(page).toBe(permitAlarmsText());
});
