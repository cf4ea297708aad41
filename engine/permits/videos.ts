/** Which cameras look at which job, and what is known of each camera. Words that come before their permit are kept. */
import { type CameraState, type PermitVideoRecord, permitKey } from '../../stream/protocol/permits.ts';
import { type KeptRecord, NewestRecords } from './newest-records.ts';
import { Recordings } from './recordings.ts';

const VIDEOS_MAX = 20_000;
const CAMERAS_MAX = 50_000;
/** A camera that nobody spoke of for so long is not known to be anything. */
const CAMERA_KEPT_MS = 86_400_000;
const LINK_KEPT_MS = 8 * 86_400_000;

export class Videos {
  readonly #links = new NewestRecords<PermitVideoRecord>(({ videoId }) => videoId, VIDEOS_MAX);
  readonly #ofPermit = new Map<string, Set<PermitVideoRecord>>();
  readonly #ofCamera = new Map<string, Set<PermitVideoRecord>>();
  readonly #cameras = new Map<string, CameraState>();
  readonly recordings = new Recordings();

  /** Links that the word made, changed or took away. */
  take(record: PermitVideoRecord, nowMs: number): PermitVideoRecord[] {
    const taken = this.#links.take(record, nowMs);
    if (taken === null) return [];
    const gone = [taken.before, taken.gone].filter((one) => one !== undefined);
    for (const one of gone) this.#unindex(one);
    this.#index(record);
    return [...gone, record];
  }

  /** Codes, ascending. */
  camerasOf(key: string): string[] {
    return [...new Set([...(this.#ofPermit.get(key) ?? [])].map(({ cameraCode }) => cameraCode))].sort();
  }

  /** Keys of permits, ascending. */
  permitsOf(cameraCode: string): string[] {
    return [...new Set([...(this.#ofCamera.get(cameraCode) ?? [])].map(keyOf))].sort();
  }

  camera(code: string): CameraState | undefined {
    return this.#cameras.get(code);
  }

  /** Whether it is news. */
  see(state: CameraState): boolean {
    const before = this.#cameras.get(state.cameraCode);
    if (before !== undefined && before.atMs >= state.atMs) return false;
    this.#cameras.delete(state.cameraCode);
    this.#cameras.set(state.cameraCode, state);
    this.recordings.hear(state);
    if (this.#cameras.size > CAMERAS_MAX) this.#cameras.delete(this.#cameras.keys().next().value!);
    return true;
  }

  tidy(nowMs: number, isKept: (key: string) => boolean): void {
    const gone = this.#links.tidy(({ record, heardAtMs }) => isKept(keyOf(record)) || heardAtMs > nowMs - LINK_KEPT_MS);
    for (const record of gone) this.#unindex(record);
    this.recordings.tidy(nowMs);
    for (const [code, { atMs }] of this.#cameras) if (atMs < nowMs - CAMERA_KEPT_MS) this.#cameras.delete(code);
  }

  #index(record: PermitVideoRecord): void {
    if (record.deleted) return;
    put(this.#ofPermit, keyOf(record), record);
    put(this.#ofCamera, record.cameraCode, record);
  }

  #unindex(record: PermitVideoRecord): void {
    drop(this.#ofPermit, keyOf(record), record);
    drop(this.#ofCamera, record.cameraCode, record);
  }

  save(): readonly unknown[] {
    return [this.#links.save(), [...this.#cameras.values()], this.recordings.save()];
  }

  load([links, cameras, recordings = []]: readonly unknown[]): void {
    this.#links.load(links as KeptRecord<PermitVideoRecord>[]);
    for (const { record } of this.#links.save()) this.#index(record);
    this.recordings.load(recordings as ReturnType<Recordings['save']>);
    for (const state of cameras as CameraState[]) this.#cameras.set(state.cameraCode, state);
  }
}

const keyOf = ({ companyCode, permitId }: PermitVideoRecord): string => permitKey(companyCode, permitId);

function put<T>(index: Map<string, Set<T>>, key: string, value: T): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, new Set([value]));
  else known.add(value);
}

function drop<T>(index: Map<string, Set<T>>, key: string, value: T): void {
  const known = index.get(key);
  if (known?.delete(value) === true && known.size === 0) index.delete(key);
}
