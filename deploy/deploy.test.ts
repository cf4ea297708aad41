import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../server/config.ts';
import { ROLE_NAMES } from '../server/role.ts';
// @ts-expect-error plain JavaScript: it runs before anything is built
import { SHIPPED } from './bundle/shipped.mjs';

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

/** As docker compose, systemd and a shell read it: NAME=value a line, a value with a space in quotes, # begins a comment. */
function environment(name: string): Record<string, string> {
  const lines = read(name)
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const [, variable = '', quoted, plain] = /^([A-Z_]+)=(?:"([^"$`\\]*)"|([^\s"'$`&;|<>(){}]*))$/.exec(line) ?? [];
      expect(variable, line).not.toBe('');
      return [variable, quoted ?? plain ?? ''];
    }),
  );
}

interface Service {
  readonly command?: readonly string[];
  readonly depends_on?: unknown;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
}
const compose = parse(read('compose/compose.yaml'), { merge: true }) as { readonly services: Record<string, Service> };
const rolesOf = (command: readonly string[] = []): string[] =>
  command[0] === 'serve' ? (command[2]?.split(',') ?? []) : [];
/** Of the private PostgreSQL, which neither has. */
const ROLES = ROLE_NAMES.filter((name) => name !== 'backup');

describe('what a park is put into service with', () => {
  it.each(['compose/park.env.example', 'systemd/parksentry.env'])(
    '[DEP-1] %s says what the configuration knows',
    (name) => {
      const config = loadConfig(environment(name));
      expect(config).toMatchObject({ trustProxy: true, cookieSecure: true, demoSignIn: false });
      expect(config.publicLiveUrl).toMatch(/^wss:.*\/live$/);
    },
  );

  it('[DEP-2] every role is run once, in containers and by systemd', () => {
    expect(
      Object.values(compose.services)
        .flatMap(({ command }) => rolesOf(command))
        .sort(),
    ).toEqual([...ROLES].sort());
    const wanted = [...read('systemd/parksentry.target').matchAll(/parksentry@(\w+)\.service/g)].map(
      ([, role]) => role,
    );
    expect(wanted.sort()).toEqual([...ROLES].sort());
  });

  it('[DEP-3] only the one origin is reachable from outside, and the roles wait for the schema', () => {
    for (const [name, { ports, networks, depends_on }] of Object.entries(compose.services)) {
      expect([name, ports !== undefined]).toEqual([name, name === 'nginx']);
      expect([name, networks?.includes('outside')]).toEqual([name, name === 'nginx']);
      if (rolesOf(compose.services[name]?.command).length > 0) expect(depends_on).toHaveProperty('migrate');
    }
  });

  it('[DEP-4] Redis keeps what it acknowledges', () => {
    const lines = read('compose/redis.conf').split('\n');
    for (const line of ['appendonly yes', 'appendfsync always', 'maxmemory-policy noeviction'])
      expect(lines).toContain(line);
  });

  it('[DEP-5] the image and the bundle hold the same', () => {
    const copied = [...read('compose/Dockerfile').matchAll(/^COPY --from=build \/opt\/parksentry\/(\S+)/gm)];
    expect(copied.map(([, path]) => path).sort()).toEqual([...SHIPPED, 'node_modules'].sort());
  });

  it('[DEP-6] the units run what the bundle installs', () => {
    const units = readdirSync(join(import.meta.dirname, 'systemd')).filter((name) => name.endsWith('.service'));
    expect(units.length).toBeGreaterThan(2);
    for (const name of units) {
      expect(read(`systemd/${name}`)).toMatch(/^ExecStart=\/opt\/parksentry\/bin\/node \/opt\/parksentry\/bin\/park /m);
      expect(read(`systemd/${name}`)).toMatch(/^EnvironmentFile=\/etc\/parksentry\/parksentry\.env$/m);
    }
    expect(read('bundle/install.sh')).toContain('/etc/parksentry/parksentry.env');
  });
});
