/** `park doctor`: what is configured, what answers, and whether it keeps its promises. Exit code 1 when something is wrong. */
import { projStringFromParameters } from '../../geo/projection.ts';
import type { Config } from '../config.ts';
import { VARIABLES } from '../config-variables.ts';
import { type Command, EXIT_DONE, EXIT_FAILED } from './command.ts';
import { checkArchive } from './doctor-archive.ts';
import {
  checkDisk,
  checkMasterKey,
  checkNode,
  checkPorts,
  checkPostgres,
  checkRedis,
  type Finding,
} from './doctor-checks.ts';

const MARKS = { ok: '✓', wrong: '✗', unknown: '?' } as const;

export const command: Command = {
  name: 'doctor',
  summary: 'Show what is configured, what answers, and whether it keeps its promises',
  usage: ['doctor'],
  options: {},
  notes: ['Exit code 1 when something is wrong (✗); what could not be found out (?) alone is no failure.'],
  run: async ({ config, clock, isJson, stdout }) => {
    const findings: Finding[] = [
      checkNode(process.version),
      checkMasterKey(config),
      await checkDisk(config),
      await checkArchive(config),
      ...(await checkRedis(config, clock)),
      ...(await checkPostgres(config, clock)),
      ...(await checkPorts(config)),
    ];
    const isGood = findings.every((finding) => finding.state !== 'wrong');
    const settings = shownSettings(config);
    stdout.write(
      isJson ? `${JSON.stringify({ ok: isGood, config: settings, findings })}\n` : reportText(settings, findings),
    );
    return isGood ? EXIT_DONE : EXIT_FAILED;
  },
};

/** Every variable with what is in force; passwords in addresses are not shown. */
export function shownSettings(config: Config): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [key, variable] of Object.entries(VARIABLES)) {
    const value = config[key as keyof Config];
    if (key === 'projection')
      settings[variable.name] = `${config.projection.id}: ${projStringFromParameters(config.projection)}`;
    else settings[variable.name] = typeof value === 'string' ? withoutPassword(value) : (value ?? null);
  }
  return settings;
}

const withoutPassword = (text: string): string => text.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, '$1:***@');

function reportText(settings: Readonly<Record<string, unknown>>, findings: readonly Finding[]): string {
  const shown = Object.entries(settings).map(([name, value]) => {
    const text = value === null ? '(not set)' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    return `  ${name.padEnd(32)} ${text}\n`;
  });
  const found = findings.map(({ subject, state, detail }) => `  ${MARKS[state]} ${subject.padEnd(24)} ${detail}\n`);
  return `Configuration\n${shown.join('')}\nFindings\n${found.join('')}`;
}
