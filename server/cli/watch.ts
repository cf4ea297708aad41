/** `park watch`: a live client on the command line. One line a second with people, alarms and frames; one per alarm. */
import { text as readAll } from 'node:stream/consumers';
import { AppError } from '../../core/errors.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { readFrameHead, visitFrame } from '../../stream/protocol/frame.ts';
import type { LiveClient, LiveEvent } from '../../stream/protocol/live-client.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED } from './command.ts';
import { LiveWatcher } from './live-watcher.ts';

const STATUS_EVERY_MS = 1_000;

export const command: Command = {
  name: 'watch',
  summary: 'Follow a park live from the terminal',
  usage: ['watch --user NAME --password TEXT [--url URL] [--seconds N]'],
  options: {
    url: { type: 'string', value: 'URL', doc: 'Address of the pages (default: this machine, PARK_PORT)' },
    user: { type: 'string', value: 'NAME', doc: 'Who signs in; an enterprise user sees the own company only' },
    password: { type: 'string', value: 'TEXT', doc: 'Password; - reads a line from standard input' },
    seconds: { type: 'string', value: 'N', doc: 'End after so long (default: at Ctrl-C)' },
  },
  notes: [
    'With --json each line is an object with "event": connected, snapshot, alarm, status, closed, summary.',
    'Exit code 1 when no picture came.',
  ],
  handlesSignals: true,
  async run(context) {
    const seconds = context.wholeNumber('seconds', 1, 1_000_000);
    const signals = [context.signal, ...(seconds === undefined ? [] : [AbortSignal.timeout(seconds * 1_000)])];
    const report = new Report(context);
    const watcher = new LiveWatcher({
      url: context.text('url') ?? `http://127.0.0.1:${context.config.port}`,
      user: { name: context.required('user'), password: await passwordOf(context) },
      clock: context.clock,
      signal: AbortSignal.any(signals),
      onEvent: (event) => report.take(event),
      onClosed: (code, reason) =>
        context.print({ event: 'closed', code, reason }, `closed ${code} ${reason}; coming back`),
    });
    report.follow(watcher.client);
    const timer = setInterval(() => report.status(), STATUS_EVERY_MS);
    try {
      await watcher.run();
    } finally {
      clearInterval(timer);
    }
    report.summary();
    return watcher.client.statistics.frames > 0 ? EXIT_DONE : EXIT_FAILED;
  },
};

async function passwordOf(context: CommandContext): Promise<string> {
  const given = context.required('password');
  if (given !== '-') return given;
  const [line = ''] = (await readAll(context.stdin)).split('\n', 1);
  if (line === '') throw new AppError('INPUT_INVALID', { detail: 'no password on standard input' });
  return line.replace(/\r$/, '');
}

/** Counts what comes and prints it. */
class Report {
  readonly #context: CommandContext;
  #client: LiveClient | null = null;
  #frames = 0;
  #frameBytes = 0;
  #updates = 0;
  #alarms = 0;
  /** Age of a frame when it came, by this machine's clock; the largest since the last line. */
  #frameAgeMs: number | null = null;
  readonly #total = { frames: 0, frameBytes: 0, updates: 0, alarms: 0 };

  constructor(context: CommandContext) {
    this.#context = context;
  }

  follow(client: LiveClient): void {
    this.#client = client;
  }

  take(event: LiveEvent): void {
    const { print } = this.#context;
    switch (event.type) {
      case 'hello': {
        const { park, userName, role, companyCode, tickMs, resumed } = event.hello;
        const text = `connected to ${park} as ${userName} (${role}${companyCode === null ? '' : `, ${companyCode}`})`;
        print({ event: 'connected', park, userName, role, companyCode, tickMs, resumed }, text);
        break;
      }
      case 'snapshot': {
        const { bindings, areas, alarms } = this.#pictureOf();
        const counts = { bindings: bindings.size, areas: areas.size, alarms: alarms.size };
        const text = `snapshot: ${counts.bindings} people, ${counts.areas} areas, ${counts.alarms} alarms`;
        print({ event: 'snapshot', ...counts }, text);
        for (const alarm of alarms.values()) this.#alarm(alarm);
        break;
      }
      case 'frame':
        this.#frame(event.bytes);
        break;
      case 'effects':
        for (const { effects } of event.message.items) {
          for (const effect of effects) if (effect.t === 'alarm') this.#alarm(effect.alarm);
        }
        break;
      case 'act-answer':
      case 'ignored':
        break;
    }
  }

  #frame(bytes: Uint8Array): void {
    const head = readFrameHead(bytes);
    if (head === null) return;
    this.#frames++;
    this.#frameBytes += bytes.length;
    this.#updates += visitFrame(bytes, () => {});
    this.#frameAgeMs = Math.max(this.#frameAgeMs ?? Number.NEGATIVE_INFINITY, this.#context.clock.nowMs() - head.atMs);
  }

  #alarm(alarm: AlarmView): void {
    this.#alarms++;
    const { alarmId, rule, level, transition, person, areaName, active, acknowledged, onsetAtMs, raisedAtMs } = alarm;
    const who = person?.name || person?.cardNo || person?.personId || alarm.subject;
    const line = { alarmId, rule, level, transition, name: who, companyCode: person?.companyCode ?? null, areaName };
    const times = { onsetAtMs, raisedAtMs, seenAtMs: this.#context.clock.nowMs() };
    const state = `${active ? 'active' : 'cleared'}, ${acknowledged ? 'acknowledged' : 'unacknowledged'}`;
    this.#context.print(
      { event: 'alarm', ...line, active, acknowledged, ...times },
      `alarm ${transition} ${rule} level ${level}: ${who} (${alarm.companyCodes.join(', ')})${areaName === null ? '' : ` at ${areaName}`}; ${state}`,
    );
  }

  /** What came since the last line. */
  status(): void {
    if (this.#client === null || this.#client.statistics.messages === 0) return;
    const { picture, statistics } = this.#client;
    const people = countPeople(this.#client);
    const line = {
      event: 'status',
      atMs: this.#context.clock.nowMs(),
      seq: picture.seq,
      online: picture.online,
      ...people,
      alarms: picture.alarms.size,
      frames: this.#frames,
      frameBytes: this.#frameBytes,
      updates: this.#updates,
      bytesPerUpdate: perUpdate(this.#frameBytes, this.#updates),
      frameAgeMs: this.#frameAgeMs,
      bytes: statistics.bytes,
    };
    const age = this.#frameAgeMs === null ? 'no frame' : `frame ${this.#frameAgeMs} ms old`;
    this.#context.print(
      line,
      `${people.people} people (${people.sos} SOS), ${picture.online} online, ${line.alarms} alarms; ` +
        `${line.frames} frames, ${line.updates} updates, ${line.bytesPerUpdate ?? '-'} bytes each; ${age}`,
    );
    this.#total.frames += this.#frames;
    this.#total.frameBytes += this.#frameBytes;
    this.#total.updates += this.#updates;
    this.#total.alarms += this.#alarms;
    this.#frames = this.#frameBytes = this.#updates = this.#alarms = 0;
    this.#frameAgeMs = null;
  }

  summary(): void {
    this.status();
    const { frames, frameBytes, updates, alarms } = this.#total;
    const bytesPerUpdate = perUpdate(frameBytes, updates);
    const { bytes = 0, snapshots = 0, effects = 0 } = this.#client?.statistics ?? {};
    this.#context.print(
      { event: 'summary', frames, frameBytes, updates, bytesPerUpdate, alarms, effects, snapshots, bytes },
      `${frames} frames, ${updates} updates, ${bytesPerUpdate ?? '-'} bytes each; ${alarms} alarm changes; ${bytes} bytes in all`,
    );
  }

  #pictureOf(): LiveClient['picture'] {
    if (this.#client === null) throw new Error('report without a client');
    return this.#client.picture;
  }
}

function countPeople({ picture }: LiveClient): { people: number; unidentified: number; sos: number } {
  const counts = { people: 0, unidentified: 0, sos: 0 };
  for (let slot = 0; slot < picture.slotCount; slot++) {
    if (!picture.isPresent(slot)) continue;
    counts.people++;
    if (picture.personAt(slot) === null) counts.unidentified++;
    if (picture.isSosAt(slot)) counts.sos++;
  }
  return counts;
}

/** Two decimals; null without updates. */
const perUpdate = (bytes: number, updates: number): number | null =>
  updates === 0 ? null : Math.round((bytes / updates) * 100) / 100;
