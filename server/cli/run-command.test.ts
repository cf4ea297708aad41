import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors.ts';
import { runPark } from '../../test/run-park.ts';
import { type Command, EXIT_DONE } from './command.ts';
import type { CommandEntry } from './run-command.ts';

const entryOf = (command: Command): CommandEntry => ({
  name: command.name,
  summary: command.summary,
  load: () => Promise.resolve(command),
});

const greet: Command = {
  name: 'greet',
  summary: 'Say hello',
  usage: ['greet --name NAME [--times N]'],
  options: {
    name: { type: 'string', value: 'NAME', doc: 'Who' },
    times: { type: 'string', value: 'N', doc: 'How often', defaultText: '1' },
    loud: { type: 'boolean', doc: 'In capitals' },
  },
  run: async (context) => {
    const name = context.required('name');
    const times = context.wholeNumber('times', 1, 9) ?? 1;
    const text = `hello ${name}`.repeat(times);
    context.print({ text, words: context.words }, context.has('loud') ? text.toUpperCase() : text);
    return EXIT_DONE;
  },
};

const failing = (error: unknown): Command => ({
  name: 'fail',
  summary: 'Fail',
  usage: ['fail'],
  options: {},
  run: () => Promise.reject(error),
});

const commands = [entryOf(greet), entryOf(failing(new AppError('DATABASE_UNAVAILABLE', { detail: 'refused' })))];

describe('runCommandLine', () => {
  it('[SET-20] runs a command with its options, defaults and words', async () => {
    expect(await runPark(['greet', 'now', '--name', 'Li', '--loud'], commands)).toEqual({
      code: 0,
      out: 'HELLO LI\n',
      err: '',
    });
    const json = await runPark(['greet', 'now', '--name', 'Li', '--json'], commands);
    expect(JSON.parse(json.out)).toEqual({ text: 'hello Li', words: ['now'] });
  });

  it('[SET-21] every command has --help and --json, together too', async () => {
    const help = await runPark(['greet', '--help'], commands);
    expect(help.code).toBe(0);
    for (const part of ['park greet --name NAME', '--times N', '(default 1)', '--loud', '--json'])
      expect(help.out).toContain(part);
    const json = JSON.parse((await runPark(['greet', '--help', '--json'], commands)).out);
    expect(Object.keys(json.options)).toEqual(['name', 'times', 'loud', 'json', 'help']);
  });

  it('[SET-22] an unknown command lists all and exits 2; no command too; --help exits 0', async () => {
    const unknown = await runPark(['gret'], commands);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('USAGE: unknown command "gret"');
    expect(unknown.err).toContain('greet  Say hello');
    expect((await runPark([], commands)).code).toBe(2);
    expect(await runPark(['--help'], commands)).toMatchObject({ code: 0, err: '' });
    const json = await runPark(['gret', '--json'], commands);
    expect(JSON.parse(json.err)).toEqual({ ok: false, code: 'USAGE', message: 'unknown command "gret"' });
  });

  it.each([
    [['greet'], '--name is missing'],
    [['greet', '--name', 'Li', '--times', '10'], '--times must be a whole number from 1 to 9'],
    [['greet', '--name', 'Li', '--times', '1.5'], '--times must be a whole number from 1 to 9'],
    [['greet', '--nme', 'Li'], '--nme'],
    [['greet', '--name'], '--name'],
  ])('[SET-22] %j is called wrongly: exit code 2', async (args, message) => {
    const { code, err, out } = await runPark(args, commands);
    expect(code).toBe(2);
    expect(err).toContain('park greet: USAGE: ');
    expect(err).toContain(message);
    expect(err).toContain('park greet --help');
    expect(out).toBe('');
  });

  it('[SET-23] a failure is one line with a stable code, JSON with --json, exit code 1', async () => {
    expect(await runPark(['fail'], commands)).toEqual({
      code: 1,
      out: '',
      err: 'park fail: DATABASE_UNAVAILABLE: PostgreSQL does not answer. (refused)\n',
    });
    const json = await runPark(['fail', '--json'], commands);
    expect(JSON.parse(json.err)).toEqual({
      ok: false,
      code: 'DATABASE_UNAVAILABLE',
      message: 'PostgreSQL does not answer. (refused)',
    });
  });

  it('[SET-23] a defect has the code INTERNAL and keeps its stack', async () => {
    const { code, err } = await runPark(['fail'], [entryOf(failing(new TypeError('x is undefined')))]);
    expect(code).toBe(1);
    expect(err).toMatch(/^park fail: INTERNAL: x is undefined\nTypeError: x is undefined\n +at /);
  });

  it('[SET-24] a command that cannot be loaded fails alone', async () => {
    const missing: CommandEntry = {
      name: 'later',
      summary: 'Not there',
      load: () => Promise.reject(new AppError('NOT_FOUND', { detail: 'this build has no command "later"' })),
    };
    expect((await runPark(['later'], [...commands, missing])).err).toContain('NOT_FOUND');
    expect((await runPark(['greet', '--name', 'Li'], [...commands, missing])).code).toBe(0);
  });

  it('[SET-11] the configuration is read only by commands that use it', async () => {
    const port: Command = {
      ...greet,
      name: 'port',
      run: (context) => Promise.resolve(context.config.port),
    };
    const list = [entryOf(port), entryOf(greet)];
    const env = { PARK_PORT: 'seven', PARK_TICK_MS: '1' };
    expect((await runPark(['greet', '--name', 'Li'], list, { env })).code).toBe(0);
    const { code, err } = await runPark(['port'], list, { env });
    expect(code).toBe(1);
    expect(err).toMatch(/CONFIG_INVALID.*PARK_PORT.*PARK_TICK_MS/);
  });
});
