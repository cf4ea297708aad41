/**
 * The subcommands of `park` in the order of its help. A command's file is loaded only when it runs, so that each starts
 * fast and one that is broken does not take the others with it. Called by server/park.ts.
 */
import { existsSync } from 'node:fs';
import { AppError } from '../../core/errors.ts';
import type { Command } from './command.ts';
import type { CommandEntry } from './run-command.ts';

const SUMMARIES: Readonly<Record<string, string>> = {
  up: 'Start a whole park with its own Redis and PostgreSQL, and a simulator',
  serve: 'Run the roles of a park against configured services',
  doctor: 'Show what is configured, what answers, and whether it keeps its promises',
  migrate: 'Bring the database to the newest schema',
  company: 'Add and list companies',
  credential: 'Issue, list, change, rotate and revoke the credentials of a company',
  stage: 'Show and set where companies stand with each interface: joint test, trial, live',
  setting: 'Show and change the settings of the park: thresholds, posts, calendars, routing',
  vendor: 'Show what the vendor interface refused a company',
  handover: "Write the folder that a company's supplier begins with",
  user: 'Add users, set passwords, reset second factors',
  sm2: 'Make an SM2 key and sign a sign-in challenge, to try it without a hardware key',
  convert: 'Convert CSV between CGCS2000 lng,lat and Shanghai 2000 easting,northing',
  'control-points': 'Check the plane grid against surveyed points',
  tileset: 'Check where the 3D model stands against surveyed points',
  watch: 'Follow a park live from the terminal',
  conformance: 'Run the tests of AQ 3064.3 Annex A against the running park',
  simulate: 'Send positions of invented people through the vendor interface',
  backup: 'Back up the private PostgreSQL; list and check backups',
  restore: 'Bring a park back on an empty machine from its backup and archive',
  archive: 'Show what the archive holds, and check that it is whole',
  replay: 'Run a span of the log again and compare its alarms with those of then',
  ledger: 'Account for every record: accepted, stored, repeated, quarantined',
  audit: 'Check that the audit is what was written',
  key: 'Show, change and retire the master key',
  store: 'Let the store go on behind entries that the log has lost',
  quarantine: 'List entries that were kept aside, and put one in again',
};

/** Source files under tsx, built ones under node. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

async function load(name: string): Promise<Command> {
  const file = new URL(`./${name}.${EXTENSION}`, import.meta.url);
  if (!existsSync(file)) throw new AppError('NOT_FOUND', { detail: `this build has no command "${name}"` });
  const module = (await import(file.href)) as { readonly command: Command };
  return module.command;
}

export const commands: readonly CommandEntry[] = Object.entries(SUMMARIES).map(([name, summary]) => ({
  name,
  summary,
  load: () => load(name),
}));
