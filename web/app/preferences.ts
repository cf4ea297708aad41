/** What a workstation remembers: language, theme, volume, how lists look. A browser that refuses storage still works, it only forgets. */
import { createSignal, type Setter, type Signal } from 'solid-js';
import { LANGUAGES, type Language } from '../i18n/i18n.ts';

export type Theme = 'dark' | 'light';

function read(key: string): string | null {
  try {
    return localStorage.getItem(`park.${key}`);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`park.${key}`);
    else localStorage.setItem(`park.${key}`, value);
  } catch {
    // Private mode or a full disk: the choice holds until the page closes.
  }
}

const DEFAULT_VOLUME = 0.6;
/** Nobody turns a workstation down and forgets it: silence is asked for, and ends by itself (web/alarm/mute.ts). */
export const VOLUME_MIN = 0.1;

function readVolume(): number {
  const stored = read('volume');
  const volume = stored === null ? Number.NaN : Number(stored);
  return volume >= VOLUME_MIN && volume <= 1 ? volume : DEFAULT_VOLUME;
}

const [language, setLanguageSignal] = createSignal<Language>(
  LANGUAGES.find((known) => known === read('language')) ?? 'zh-CN',
);
/** null: never chosen, so the page decides: the control room dark, everything else light. */
const storedTheme = read('theme');
const [chosenTheme, setChosenTheme] = createSignal<Theme | null>(
  storedTheme === 'dark' || storedTheme === 'light' ? storedTheme : null,
);
const [volume, setVolumeSignal] = createSignal(readVolume());

const [isComfortable, setComfortableSignal] = createSignal(read('comfortable') === 'true');

const [foldedBoards, setFoldedBoards] = createSignal<readonly string[]>(read('boards.folded')?.split(',') ?? []);

/** A signal whose value is written down with every change. */
function kept<T>(key: string, initial: T, textOf: (value: T) => string): Signal<T> {
  const [value, setValue] = createSignal<T>(initial);
  const set = (next: Parameters<Setter<T>>[0]): T => {
    const now = setValue(next as (before: T) => T);
    write(key, textOf(now));
    return now;
  };
  return [value, set as Setter<T>];
}

/** A choice of this workstation that is one of a few words; one that is no longer known is forgotten. */
export function keptChoice<const T extends string>(key: string, choices: readonly T[], initial: T): Signal<T> {
  const stored = read(key);
  return kept(key, choices.find((one) => one === stored) ?? initial, (now) => now);
}

export function keptFlag(key: string, initial: boolean): Signal<boolean> {
  const stored = read(key);
  return kept(key, stored === null ? initial : stored === 'true', String);
}

/** So many flags in a row, all on before somebody chose. */
export function keptFlags(key: string, count: number): Signal<readonly boolean[]> {
  const stored = read(key) ?? '';
  const initial: readonly boolean[] = Array.from({ length: count }, (_, i) => stored[i] !== '-');
  return kept(key, initial, (now) => now.map((isOn) => (isOn ? '+' : '-')).join(''));
}

/** Those of a few words that are chosen; what is new since is as it begins. */
export function keptSet<const T extends string>(
  key: string,
  all: readonly T[],
  initial: readonly T[],
): Signal<ReadonlySet<T>> {
  const stored = read(key) ?? '';
  const flags = new Map(stored.split(',').map((part) => [part.slice(1), part.startsWith('+')] as const));
  const chosen: ReadonlySet<T> = new Set(all.filter((one) => flags.get(one) ?? initial.includes(one)));
  return kept(key, chosen, (now) => all.map((one) => `${now.has(one) ? '+' : '-'}${one}`).join(','));
}

export const preferences = {
  /** Lists with room between their rows. */
  isComfortable,
  setComfortable(next: boolean): void {
    write('comfortable', String(next));
    setComfortableSignal(next);
  },
  /** Boards at the map's edge that show their one figure alone. */
  foldedBoards,
  setBoardFolded(name: string, isFolded: boolean): void {
    const others = foldedBoards().filter((one) => one !== name && one !== '');
    const next = isFolded ? [...others, name] : others;
    write('boards.folded', next.length === 0 ? null : next.join(','));
    setFoldedBoards(next);
  },
  /** Columns that a user chose for a list; null: none were. */
  columns(userId: string, list: string): readonly string[] | null {
    return read(`columns.${userId}.${list}`)?.split(',') ?? null;
  },
  setColumns(userId: string, list: string, columns: readonly string[] | null): void {
    write(`columns.${userId}.${list}`, columns === null ? null : columns.join(','));
  },
  /** Version of the tour that the user saw on this workstation; 0: none. */
  tourSeen: (userId: string): number => Number(read(`tour.${userId}`) ?? 0) || 0,
  setTourSeen: (userId: string, version: number): void => write(`tour.${userId}`, String(version)),
  language,
  setLanguage(next: Language): void {
    write('language', next);
    setLanguageSignal(next);
  },
  chosenTheme,
  setTheme(next: Theme): void {
    write('theme', next);
    setChosenTheme(next);
  },
  /** VOLUME_MIN - 1. */
  volume,
  setVolume(next: number): void {
    write('volume', String(next));
    setVolumeSignal(next);
  },
};
