import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WallShow } from '../../core/wall-api.ts';
import { watermarkText } from '../watermark/watermark-text.ts';
import { burnInShift, REACH_REM, STEP_MS } from './burn-in.ts';
import { createWallDesk, listenAtWall, openWallChannel } from './wall-link.ts';
import { WALL_OUTPUTS, wallHash, wallOutput } from './wall-outputs.ts';
import { BETWEEN_RELOADS_MS, LOST_FOR_MS, wallRemedy } from './wall-remedy.ts';
import { NOTHING_SHOWN, parseWallShow } from './wall-show.ts';

const SHOW: WallShow = {
  alarmId: 'a1',
  person: { slot: 7, generation: 2 },
  permitKey: '900000101/t1',
  card: { kind: 'area', key: '900000101/tank' },
  companyCode: '900000101',
};

describe('outputs', () => {
  it('[SCR-1] an output has a number in the address; others are none', () => {
    for (const output of WALL_OUTPUTS) expect(wallOutput(wallHash(output).split('/')[1])).toBe(output);
    for (const part of [undefined, '', '0', '4', '01', 'map', '1x']) expect(wallOutput(part)).toBeNull();
  });
});

describe('from the desk to the wall', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  it('[SCR-2] walls of the same user at the same browser hear it, those of another do not', async () => {
    const heard: WallShow[] = [];
    const others: WallShow[] = [];
    const told: WallShow[] = [];
    const desk = createWallDesk(openWallChannel('u1'), async (what) => void told.push(what));
    closing.push(
      desk.close,
      listenAtWall(openWallChannel('u1'), (what) => heard.push(what)),
      listenAtWall(openWallChannel('u2'), (what) => others.push(what)),
    );
    expect(await desk.show(SHOW)).toBe(true);
    await vi.waitFor(() => expect(heard).toEqual([SHOW]));
    expect([told, others]).toEqual([[SHOW], []]);
  });

  it('[SCR-2] without the server those at this browser still hear it, and the desk is told so', async () => {
    const heard: WallShow[] = [];
    const desk = createWallDesk(openWallChannel('u1'), () => Promise.reject(new Error('down')));
    closing.push(
      desk.close,
      listenAtWall(openWallChannel('u1'), (what) => heard.push(what)),
    );
    expect(await desk.show(SHOW)).toBe(false);
    await vi.waitFor(() => expect(heard).toEqual([SHOW]));
  });

  it('[SCR-3] comes back as it was sent; what is not understood is left out', () => {
    expect(parseWallShow(structuredClone(SHOW))).toEqual(SHOW);
    expect(parseWallShow({ person: { slot: -1, generation: 0 }, card: { kind: 'tank', key: 1 }, alarmId: 7 })).toEqual(
      NOTHING_SHOWN,
    );
    for (const garbage of [null, undefined, 'x', 7]) expect(parseWallShow(garbage)).toBeNull();
    fc.assert(fc.property(fc.anything(), (sent) => void parseWallShow(sent)));
  });
});

describe('burn-in', () => {
  it('[SCR-4] the page moves each minute, never beyond its margin, and comes round', () => {
    const at = (minute: number) => burnInShift(minute * STEP_MS);
    const places = new Set<string>();
    for (let minute = 0; minute < 200; minute++) {
      const { xRem, yRem } = at(minute);
      expect(Math.max(Math.abs(xRem), Math.abs(yRem))).toBeLessThanOrEqual(REACH_REM);
      expect(at(minute + 1)).not.toEqual(at(minute));
      places.add(`${xRem.toFixed(3)} ${yRem.toFixed(3)}`);
    }
    expect(places.size).toBe(47);
  });
});

describe('a wall that nobody is at', () => {
  const state = { health: 'live', goneForMs: 0, sinceLoadMs: BETWEEN_RELOADS_MS } as const;

  it('[SCR-5] loads itself anew when it was ended or is lost for a minute, and not over and over', () => {
    expect(wallRemedy(state)).toBe('wait');
    expect(wallRemedy({ ...state, health: 'stale', goneForMs: LOST_FOR_MS })).toBe('wait');
    expect(wallRemedy({ ...state, health: 'lost', goneForMs: LOST_FOR_MS - 1 })).toBe('wait');
    expect(wallRemedy({ ...state, health: 'lost', goneForMs: LOST_FOR_MS })).toBe('reload');
    expect(wallRemedy({ ...state, health: 'ended' })).toBe('reload');
    expect(wallRemedy({ ...state, health: 'ended', sinceLoadMs: BETWEEN_RELOADS_MS - 1 })).toBe('wait');
  });
});

describe('watermark', () => {
  it('[SCR-10] names who is signed in, the park and the minute', () => {
    const atMs = Date.UTC(2026, 10, 19, 20, 7, 59);
    expect(watermarkText({ name: 'operator1' }, 'SH-01', atMs)).toBe('operator1 · SH-01 · 2026-11-20 04:07');
  });
});
