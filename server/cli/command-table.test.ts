import { describe, expect, it } from 'vitest';
import { runPark } from '../../test/run-park.ts';
import { commands } from './command-table.ts';

describe.each(commands.map((entry) => [entry.name, entry] as const))('park %s', (name, entry) => {
  it('[SET-21] is what the list says, and has --help and --json', async () => {
    const command = await entry.load();
    expect(command).toMatchObject({ name, summary: entry.summary });
    expect(command.usage.filter((line) => !line.startsWith(name))).toEqual([]);
    const help = await runPark([name, '--help'], commands);
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toContain(`park ${name}`);
    const json = JSON.parse((await runPark([name, '--help', '--json'], commands)).out) as { options: object };
    expect(Object.keys(json.options)).toEqual([...Object.keys(command.options), 'json', 'help']);
  });

  it('[SET-22] refuses an option it does not know', async () => {
    expect(await runPark([name, '--no-such-option'], commands)).toMatchObject({ code: 2, out: '' });
  });
});
