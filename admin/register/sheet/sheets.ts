/**
 * Files that come from outside, read each in a thread of its own under bounds of memory and time: a bad one costs its thread,
 * never the server. Two at a time; whoever comes then waits.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../../core/errors.ts';
import { SHEET_LIMITS, type SheetFault, type SheetRow } from './sheet-cell.ts';

/** What the thread says first. */
export type Opened =
  | { readonly fault: SheetFault; readonly digest: string }
  | {
      readonly fault: null;
      readonly digest: string;
      readonly headings: readonly string[];
      readonly headingRow: number;
      readonly rows: number;
    };
export interface RowsAsked {
  readonly from: number;
  readonly count: number;
  readonly columns: readonly number[];
}
export type RowsGiven = readonly SheetRow[];

/** A file that is open. Its rows come in the order of the sheet. */
export interface OpenSheet {
  /** SM3 of the file, hex. */
  readonly digest: string;
  readonly headings: readonly string[];
  readonly headingRow: number;
  readonly rows: number;
  /** From the `from`th on, those columns of each, in their order. Throws SheetRefused. */
  read(from: number, count: number, columns: readonly number[]): Promise<RowsGiven>;
}

/** The file is not read, and why. */
export class SheetRefused extends Error {
  readonly fault: SheetFault;
  /** null: it was not even looked at. */
  readonly digest: string | null;
  constructor(fault: SheetFault, digest: string | null) {
    super(`the file is refused: ${fault}`);
    this.name = 'SheetRefused';
    this.fault = fault;
    this.digest = digest;
  }
}

export interface SheetBounds {
  readonly timeMs: number;
  readonly heapMb: number;
}
const BOUNDS: SheetBounds = { timeMs: 20_000, heapMb: 640 };
const AT_A_TIME = 2;
const WAITING_MAX = 8;

let running = 0;
const waiting: (() => void)[] = [];

/** Throws SheetRefused; AppError FILE_TOO_LARGE, FILES_BUSY. The file is closed when `work` is done. */
export async function withSheet<T>(
  file: Uint8Array,
  work: (sheet: OpenSheet) => Promise<T>,
  bounds: SheetBounds = BOUNDS,
): Promise<T> {
  if (file.length > SHEET_LIMITS.fileBytes) throw new AppError('FILE_TOO_LARGE');
  if (running === AT_A_TIME) {
    if (waiting.length === WAITING_MAX) throw new AppError('FILES_BUSY');
    // Whoever ends hands its place over.
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  const reader = new SheetReader(file, bounds);
  try {
    return await work(await reader.open());
  } finally {
    await reader.end();
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

class SheetReader {
  readonly #worker: Worker;
  readonly #timer: NodeJS.Timeout;
  #failure: Error | null = null;
  #take: ((message: unknown) => void) | null = null;
  #fail: ((failure: Error) => void) | null = null;

  constructor(file: Uint8Array, { timeMs, heapMb }: SheetBounds) {
    const resourceLimits = { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 64 };
    this.#worker = startThread({ workerData: file, resourceLimits, env: {}, stdin: false });
    this.#worker.on('message', (message) => this.#take?.(message));
    this.#worker.on('error', (error) => {
      const isMemory = (error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#end(isMemory ? new SheetRefused('tooMuch', null) : error);
    });
    // Out of time, or ended for good.
    this.#worker.on('exit', () => this.#end(new SheetRefused('tooMuch', null)));
    this.#timer = setTimeout(() => void this.#worker.terminate(), timeMs);
  }

  async open(): Promise<OpenSheet> {
    const opened = (await this.#next(() => {})) as Opened;
    clearTimeout(this.#timer);
    if (opened.fault !== null) throw new SheetRefused(opened.fault, opened.digest);
    const read: OpenSheet['read'] = async (from, count, columns) =>
      (await this.#next(() => this.#worker.postMessage({ from, count, columns } satisfies RowsAsked))) as RowsGiven;
    return { ...opened, read };
  }

  async end(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#worker.terminate();
  }

  #next(ask: () => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) {
        reject(this.#failure);
        return;
      }
      this.#take = resolve;
      this.#fail = reject;
      ask();
    });
  }

  #end(failure: Error): void {
    this.#failure ??= failure;
    this.#fail?.(this.#failure);
  }
}

/** From dist as it is; from the sources through tsx, which a thread does not take over from its process. */
function startThread(options: ConstructorParameters<typeof Worker>[1]): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./sheet-worker.js', import.meta.url), options);
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href.replace(/\.cjs$/, '.mjs');
  const thread = new URL('./sheet-worker.ts', import.meta.url).href;
  const code = `import(${JSON.stringify(tsx)}).then(({ register }) => (register(), import(${JSON.stringify(thread)})))`;
  return new Worker(code, { ...options, eval: true, execArgv: [] });
}
