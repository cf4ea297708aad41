import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const THEMES = ['dark', 'light'] as const;
type Theme = (typeof THEMES)[number];
const css = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

/** Tokens that hold for both, and those of the theme over them. */
function tokensOf(theme: Theme): Map<string, string> {
  const text = css('tokens.css');
  const tokens = new Map<string, string>();
  for (const [, selector, body] of text.matchAll(/^(:root[^{]*)\{([^}]*)\}/gm)) {
    const of = selector!.trim();
    if (of !== ':root' && of !== `:root[data-theme="${theme}"]`) continue;
    for (const [, name, value] of body!.matchAll(/(--[\w-]+):\s*([^;]+);/g)) tokens.set(name!, value!.trim());
  }
  return tokens;
}

type Rgb = readonly [number, number, number];

function rgbOf(tokens: ReadonlyMap<string, string>, name: string): Rgb {
  const value = tokens.get(name) ?? '';
  const [, hex] = /^#([0-9a-f]{6})$/i.exec(value) ?? [];
  if (hex === undefined) throw new Error(`${name} is no colour of six digits: ${value}`);
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}

/** color-mix(in srgb, `of` share, `on`). */
const mixed = (of: Rgb, on: Rgb, share: number): Rgb =>
  of.map((part, i) => part * share + on[i]! * (1 - share)) as unknown as Rgb;

/** WCAG 2.2: relative luminance and contrast ratio. */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ['--surface-0', '--surface-1', '--surface-2', '--surface-3'];
const LEVELS = [1, 2, 3, 4] as const;
/** What waits is tinted so much (alarms.css); a mute or flood line a little more (console.css, alarm-more.css). */
const TINT = 0.13;
/** `.level-mark text` of base.css. */
const NUMBER: Rgb = [0x14, 0x19, 0x1e];
const TEXT_MIN = 4.5;
const LARGE_MIN = 3;

interface Pair {
  readonly name: string;
  readonly text: Rgb;
  readonly ground: Rgb;
  readonly min: number;
}

function pairsOf(theme: Theme): Pair[] {
  const tokens = tokensOf(theme);
  const at = (name: string): Rgb => rgbOf(tokens, name);
  const pair = (text: string, ground: string, min = TEXT_MIN): Pair => ({
    name: `${text} on ${ground}`,
    text: at(text),
    ground: at(ground),
    min,
  });
  const tinted = (text: string, level: number, share: number): Pair => ({
    name: `${text} on --surface-1 with ${share * 100} % of --level-${level}`,
    text: at(text),
    ground: mixed(at(`--level-${level}`), at('--surface-1'), share),
    min: TEXT_MIN,
  });
  return [
    ...['--text', '--text-2', '--text-3'].flatMap((text) => SURFACES.map((ground) => pair(text, ground))),
    pair('--accent-text', '--accent'),
    ...LEVELS.flatMap((level) => [
      ...['--surface-0', '--surface-1', '--surface-2'].map((ground) => pair(`--level-text-${level}`, ground)),
      ...['--text', '--text-2', `--level-text-${level}`].map((text) => tinted(text, level, TINT)),
    ]),
    tinted('--text', 2, 0.24),
    tinted('--text', 3, 0.16),
    // Frames of the focus, and the marks of the levels, which carry a shape and a number beside their colour.
    ...SURFACES.map((ground) => pair('--accent', ground, LARGE_MIN)),
    ...LEVELS.map((level) => pair(`--level-mark-${level}`, '--surface-1', LARGE_MIN)),
    ...LEVELS.map((level) => ({
      name: `the number on the mark of level ${level}`,
      text: NUMBER,
      ground: at(`--level-${level}`),
      min: TEXT_MIN,
    })),
  ];
}

describe('contrast', () => {
  it.each(THEMES)('[CON-60] %s: text 4.5 : 1, level marks and the frame of the focus 3 : 1', (theme) => {
    const failing = pairsOf(theme)
      .map(({ name, text, ground, min }) => ({ name, min, ratio: Number(contrast(text, ground).toFixed(2)) }))
      .filter(({ ratio, min }) => ratio < min);
    expect(failing).toEqual([]);
  });

  it('[CON-61] nothing takes the frame of the focus away', () => {
    const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.css'));
    expect(files.length).toBeGreaterThan(10);
    const taken = files.flatMap((name) =>
      [...css(name).matchAll(/([^{}]+)\{([^{}]*)\}/g)].flatMap(([, selector, body]) =>
        /outline(-width)?:\s*(none|0)\b/.test(body!) ? [selector!.trim()] : [],
      ),
    );
    // The field within a control that has the frame itself (:focus-within).
    expect(taken).toEqual(['.field .row-picker-control input:not([type="range"])']);
    expect(css('base.css')).toMatch(/:focus-visible \{\s*outline: 2px solid var\(--accent\)/);
  });

  it('[CON-60] is measured as WCAG does: black on white is 21 : 1', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
  });
});
