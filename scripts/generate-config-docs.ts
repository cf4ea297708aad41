/** Writes .env.example and docs/configuration.md from server/config-variables.ts. Run: npx tsx scripts/generate-config-docs.ts */
import { writeFileSync } from 'node:fs';
import { configurationPageText, envExampleText } from '../server/config-text.ts';

const root = new URL('../', import.meta.url);
writeFileSync(new URL('.env.example', root), envExampleText());
writeFileSync(new URL('docs/configuration.md', root), configurationPageText());
