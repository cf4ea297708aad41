/**
 * The page's one sound: alarms by level and the call to muster, made by oscillators: nothing to load, nothing to license. Sounds until
 * nobody waits for an acknowledgement. Browsers start audio only after a gesture; until then `isBlocked` says so and the page tells.
 */
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';

interface Pattern {
  /** Hz of each beep, one after the other. */
  readonly tones: readonly number[];
  readonly beepS: number;
  readonly gapS: number;
  /** From the start of one run to the next. */
  readonly everyMs: number;
}

/** What is heard: a level, or that a muster was declared. */
export type Voice = AlarmLevel | 'muster';

/** More urgent is faster, higher and with more tones; all differ without a look at the screen. No alarm climbs: that is the muster. */
const PATTERNS: Readonly<Record<Voice, Pattern>> = {
  muster: { tones: [440, 554, 659, 880], beepS: 0.3, gapS: 0.02, everyMs: 2_200 },
  1: { tones: [960, 720, 960, 720], beepS: 0.16, gapS: 0.05, everyMs: 1_500 },
  2: { tones: [760, 760], beepS: 0.18, gapS: 0.1, everyMs: 2_500 },
  3: { tones: [620], beepS: 0.25, gapS: 0, everyMs: 5_000 },
  4: { tones: [480], beepS: 0.25, gapS: 0, everyMs: 10_000 },
};
const ATTACK_S = 0.012;

export class AlarmSound {
  #context: AudioContext | null = null;
  #voice: Voice | null = null;
  #volume = 0.6;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #onChange: () => void;

  /** `onChange`: call when `isBlocked` may have changed. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Something should be heard and the browser does not allow it yet. */
  get isBlocked(): boolean {
    return this.#voice !== null && this.#volume > 0 && this.#context?.state !== 'running';
  }

  /** Call from a pointer or key handler. */
  unlock(): void {
    if (this.#context?.state === 'running') return;
    try {
      this.#context ??= new AudioContext();
    } catch {
      // No audio device: the list and the scene still tell.
      return;
    }
    void this.#context.resume().then(
      () => this.#onChange(),
      () => undefined,
    );
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    this.#onChange();
  }

  /** null: silence. */
  setVoice(voice: Voice | null): void {
    if (voice === this.#voice) return;
    this.#voice = voice;
    clearInterval(this.#timer);
    if (voice !== null) {
      this.#play(voice);
      this.#timer = setInterval(() => this.#play(voice), PATTERNS[voice].everyMs);
    }
    this.#onChange();
  }

  test(voice: Voice): void {
    this.unlock();
    this.#play(voice);
  }

  #play(voice: Voice): void {
    const context = this.#context;
    if (context === null || this.#volume === 0) return;
    const { tones, beepS, gapS } = PATTERNS[voice];
    tones.forEach((hz, i) => {
      const startS = context.currentTime + 0.02 + i * (beepS + gapS);
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      oscillator.type = 'triangle';
      oscillator.frequency.value = hz;
      // Loudness is felt by its logarithm: the square makes the slider even.
      gain.gain.setValueAtTime(0, startS);
      gain.gain.linearRampToValueAtTime(this.#volume ** 2, startS + ATTACK_S);
      gain.gain.setValueAtTime(this.#volume ** 2, startS + beepS - ATTACK_S);
      gain.gain.linearRampToValueAtTime(0, startS + beepS);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(startS);
      oscillator.stop(startS + beepS);
    });
  }

  close(): void {
    clearInterval(this.#timer);
    void this.#context?.close().catch(() => undefined);
  }
}
