/** What a workstation remembers: language, theme, volume, how lists look. A browser that refuses storage still works, it only forgets. */
import { createSignal } from 'solid-js';
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

function readVolume(): number {
  const stored = read('volume');
  const volume = stored === null ? Number.NaN : Number(stored);
  return volume >= 0 && volume <= 1 ? volume : DEFAULT_VOLUME;
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
  /** 0 - 1; 0 is muted. */
  volume,
  setVolume(next: number): void {
    write('volume', String(next));
    setVolumeSignal(next);
  },
};
