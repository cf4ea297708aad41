/**
 * Plays a span of the past into a LivePicture: chunks in, the picture of a moment out, time as an argument. It goes on only over what is
 * here: where a chunk is not here yet it stands still and says so. No alarm is skipped, however fast it goes.
 */
import type { Effect } from '../../stream/protocol/effects.ts';
import { LivePicture } from '../../stream/protocol/live-picture.ts';
import { applyStep, type Chunk, type ChunkStep } from './chunk.ts';
import { type ChunkSpan, ChunkStore, type PlaybackSource } from './chunk-store.ts';
import { chunkMsOf, type Speed, stepMsOf } from './playback-speed.ts';

/** A page that slept goes on where it was; it does not leap. */
const TICK_MAX_MS = 500;
const RETRY_MS = 3_000;
/** Of the park's time: in a flood a run is slowed by stops for alarms to ten times at least, no further. */
const HOLD_EVERY_MS = 1_000;

export interface PlayedSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What one move changed in the picture. */
export interface PictureMove {
  readonly hasFrame: boolean;
  readonly hasSnapshot: boolean;
  readonly effects: readonly Effect[];
  /** The picture is not the one before going on: somebody looked elsewhere. */
  readonly isJump: boolean;
}

export interface PlayerProblem {
  readonly code: string;
  /** Asking again is of no use. */
  readonly isFinal: boolean;
}

const STILL: PictureMove = { hasFrame: false, hasSnapshot: false, effects: [], isJump: false };

export class PlaybackPlayer {
  readonly picture = new LivePicture();
  readonly #onChange: (move: PictureMove) => void;
  #span: PlayedSpan = { fromMs: 0, toMs: 0 };
  #store: ChunkStore | null = null;
  #chunk: Chunk | null = null;
  /** First step of the chunk that is not in the picture. */
  #cursor = 0;
  #atMs = 0;
  #waitingForMs: number | null = null;
  #isPlaying = false;
  #speed: Speed = 1;
  #tickedAtMs: number | null = null;
  /** Where a run last stopped for an alarm. */
  #heldAtMs = Number.NEGATIVE_INFINITY;
  #move = { hasFrame: false, hasSnapshot: false, effects: [] as Effect[], isJump: false };
  #problem: PlayerProblem | null = null;
  #retryAtMs: number | null = null;

  constructor(onChange: (move: PictureMove) => void) {
    this.#onChange = onChange;
  }

  /** Moment of the picture. */
  get atMs(): number {
    return this.#atMs;
  }
  /** Moment whose chunk is on its way: the picture is not of it yet. null: nothing is waited for. */
  get waitingForMs(): number | null {
    return this.#waitingForMs;
  }
  get isPlaying(): boolean {
    return this.#isPlaying;
  }
  get isAtEnd(): boolean {
    return this.#atMs >= this.#span.toMs;
  }
  get speed(): Speed {
    return this.#speed;
  }
  get problem(): PlayerProblem | null {
    return this.#problem;
  }
  get hasPicture(): boolean {
    return this.#chunk !== null;
  }
  get stepMs(): number {
    return stepMsOf(this.#speed);
  }

  /** Stands still at `atMs` until it is told to play. */
  open(span: PlayedSpan, source: PlaybackSource, atMs: number): void {
    this.close();
    this.#span = span;
    this.#store = new ChunkStore(source, (settled, problem) => this.#settled(settled, problem));
    this.#atMs = span.fromMs;
    this.seek(atMs);
  }

  close(): void {
    this.#store?.close();
    this.#store = null;
    this.#chunk = null;
    this.#isPlaying = false;
    this.#waitingForMs = null;
    this.#forgetProblem();
  }

  play(): void {
    if (this.isAtEnd && this.#waitingForMs === null) this.seek(this.#span.fromMs);
    this.#isPlaying = true;
    this.#tickedAtMs = null;
    this.#onChange(STILL);
  }

  pause(): void {
    this.#isPlaying = false;
    this.#onChange(STILL);
  }

  setSpeed(speed: Speed): void {
    this.#speed = speed;
    this.#goTo(this.#waitingForMs ?? this.#atMs, false);
  }

  seek(atMs: number): void {
    this.#forgetProblem();
    this.#heldAtMs = Number.NEGATIVE_INFINITY;
    this.#goTo(Math.max(this.#span.fromMs, Math.min(this.#span.toMs, atMs)), false);
  }

  /** To the frame before or after; stands still there. */
  step(by: 1 | -1): void {
    this.#isPlaying = false;
    const { fromMs } = this.#span;
    const steps = ((this.#waitingForMs ?? this.#atMs) - fromMs) / this.stepMs;
    this.seek(fromMs + (by > 0 ? Math.floor(steps) + 1 : Math.ceil(steps) - 1) * this.stepMs);
  }

  /** Some ten times a second, on a monotonic clock. */
  tick(nowMs: number): void {
    const elapsedMs = Math.max(0, Math.min(TICK_MAX_MS, nowMs - (this.#tickedAtMs ?? nowMs)));
    this.#tickedAtMs = nowMs;
    if (this.#problem !== null && !this.#problem.isFinal) this.#retry(nowMs);
    if (!this.#isPlaying || this.#waitingForMs !== null || elapsedMs === 0) return;
    const toMs = Math.min(this.#span.toMs, this.#atMs + elapsedMs * this.#speed);
    this.#goTo(toMs, true);
    if (this.isAtEnd) this.pause();
  }

  #retry(nowMs: number): void {
    this.#retryAtMs ??= nowMs + RETRY_MS;
    if (nowMs < this.#retryAtMs) return;
    this.#forgetProblem();
    this.#goTo(this.#waitingForMs ?? this.#atMs, false);
  }

  #forgetProblem(): void {
    this.#problem = null;
    this.#retryAtMs = null;
  }

  #settled(span: ChunkSpan, problem: unknown): void {
    if (problem !== null) {
      // One that was only fetched ahead is asked for again when it is needed.
      if (this.#waitingForMs === null || !holds(span, this.#waitingForMs, this.#span)) return;
      this.#problem = problemOf(problem);
      this.#retryAtMs = null;
      this.#onChange(STILL);
      return;
    }
    this.#goTo(this.#waitingForMs ?? this.#atMs, false);
  }

  /** `isOnward`: the next moment of a run, so the picture goes through all that lies between. */
  #goTo(atMs: number, isOnward: boolean): void {
    const store = this.#store;
    if (store === null) return;
    const wanted = this.#spanAt(atMs, this.stepMs);
    const before = this.#chunk;
    const isHeld = before !== null && holds(before, atMs, this.#span);
    // A chunk of another speed serves until the right one is here.
    const chunk = store.get(wanted) ?? (isHeld ? before : null);
    store.want(this.#wantedFrom(wanted));
    this.#waitingForMs = null;
    this.#move = { hasFrame: false, hasSnapshot: false, effects: [], isJump: !isOnward && atMs !== this.#atMs };
    if (isOnward && before !== null && chunk !== before && !this.#runUntil(before.toMs)) {
      this.#onChange(this.#move);
      return;
    }
    if (chunk === null) {
      this.#waitingForMs = isOnward && before !== null ? before.toMs : atMs;
      this.#onChange({ ...this.#move, isJump: false });
      return;
    }
    if (chunk !== before || atMs < this.#atMs) {
      this.#chunk = chunk;
      this.#cursor = 0;
    }
    if (isOnward) this.#runUntil(atMs);
    else {
      this.#applyWhile((step) => step.atMs <= atMs);
      this.#atMs = atMs;
    }
    this.#onChange(this.#move);
  }

  /** Everything up to the moment, or up to the first alarm that is new: it is on the screen for a tick at least. false: it stopped there. */
  #runUntil(atMs: number): boolean {
    const heldMs = this.#heldAtMs + HOLD_EVERY_MS;
    let newAtMs = Number.POSITIVE_INFINITY;
    this.#applyWhile((step) => {
      if (step.atMs > Math.min(atMs, newAtMs)) return false;
      if (step.atMs >= heldMs && isOfNewAlarm(this.picture, step)) newAtMs = step.atMs;
      return true;
    });
    this.#atMs = Math.min(atMs, newAtMs);
    if (newAtMs > atMs) return true;
    this.#heldAtMs = newAtMs;
    return newAtMs === atMs;
  }

  #applyWhile(isDue: (step: ChunkStep) => boolean): void {
    const steps = this.#chunk?.steps ?? [];
    for (let step = steps[this.#cursor]; step !== undefined && isDue(step); step = steps[this.#cursor]) {
      applyStep(this.picture, step);
      this.#cursor++;
      if (step.kind === 'frame') this.#move.hasFrame = true;
      else if (step.kind === 'snapshot') this.#move.hasSnapshot = true;
      else this.#move.effects.push(...step.item.effects);
    }
  }

  /** The one that holds the moment, then the next. */
  #wantedFrom(wanted: ChunkSpan): ChunkSpan[] {
    const endsMs = this.#store?.get(wanted)?.toMs ?? wanted.toMs;
    return endsMs < this.#span.toMs ? [wanted, this.#spanAt(endsMs, wanted.stepMs)] : [wanted];
  }

  #spanAt(atMs: number, stepMs: number): ChunkSpan {
    const { fromMs, toMs } = this.#span;
    const lengthMs = chunkMsOf(stepMs);
    // The end belongs to the last chunk.
    const last = Math.max(0, Math.ceil((toMs - fromMs) / lengthMs) - 1);
    const startMs = fromMs + Math.min(last, Math.floor((atMs - fromMs) / lengthMs)) * lengthMs;
    let span: ChunkSpan = { fromMs: startMs, toMs: Math.min(toMs, startMs + lengthMs), stepMs };
    // Of one that ended early, the rest.
    for (let held = this.#store?.get(span); held != null; held = this.#store?.get(span)) {
      if (held.toMs >= span.toMs || atMs < held.toMs) break;
      span = { ...span, fromMs: held.toMs };
    }
    return span;
  }
}

const isOfNewAlarm = (picture: LivePicture, step: ChunkStep): boolean =>
  step.kind === 'effects' &&
  step.item.effects.some(
    (effect) => effect.t === 'alarm' && effect.alarm.endedAtMs === null && !picture.alarms.has(effect.alarm.alarmId),
  );

const holds = (chunk: ChunkSpan, atMs: number, span: PlayedSpan): boolean =>
  atMs >= chunk.fromMs && (atMs < chunk.toMs || (atMs === span.toMs && chunk.toMs === span.toMs));

function problemOf(reason: unknown): PlayerProblem {
  const { code, status } = (typeof reason === 'object' && reason !== null ? reason : {}) as Record<string, unknown>;
  if (typeof code !== 'string') return { code: 'PLAYBACK_UNREADABLE', isFinal: true };
  return { code, isFinal: typeof status === 'number' && status >= 400 && status < 500 };
}
