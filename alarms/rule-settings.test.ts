import { describe, expect, it } from 'vitest';
import { at, EngineRun as Run, T0 } from '../test/builders/engine-run.ts';
import { createArea } from '../test/builders/entries.ts';
import { squareAt } from '../test/builders/plane.ts';
import { levelOf } from './alarm-classes.ts';
import { DEFAULT_RULE_SETTINGS, parseRuleSettings } from './rule-settings.ts';

function settingsFrom(json: unknown) {
  const parsed = parseRuleSettings(json);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

describe('rule settings', () => {
  it('[ALM-30] what is left out keeps its default', () => {
    expect(settingsFrom({})).toEqual(DEFAULT_RULE_SETTINGS);
    expect(settingsFrom({ outOfBounds: { clearMarginM: 1 } })).toEqual({
      ...DEFAULT_RULE_SETTINGS,
      outOfBounds: { ...DEFAULT_RULE_SETTINGS.outOfBounds, clearMarginM: 1 },
    });
  });

  it.each([
    [null, 'rule settings: not an object'],
    [[], 'rule settings: not an object'],
    [{ fire: {} }, `rule settings: no rule "fire", there are ${Object.keys(DEFAULT_RULE_SETTINGS).join(', ')}`],
    [{ toString: {} }, `rule settings: no rule "toString", there are ${Object.keys(DEFAULT_RULE_SETTINGS).join(', ')}`],
    [{ levels: 2 }, 'rule settings: levels is not an object'],
    [{ levels: { dwell: 5 } }, 'rule settings: levels.dwell is 1, 2, 3 or 4'],
    [{ sos: 3 }, 'rule settings: sos is not an object'],
    [{ sos: { rearm: 3 } }, 'rule settings: sos has no "rearm", it has rearmMs, endedMs'],
    [{ sos: { rearmMs: '3' } }, 'rule settings: sos.rearmMs is a number from 0 to 3600000'],
    [{ sos: { rearmMs: Number.NaN } }, 'rule settings: sos.rearmMs is a number from 0 to 3600000'],
    [{ outOfBounds: { atOnce: 0 } }, 'rule settings: outOfBounds.atOnce is a number from 0.5 to 20'],
  ])('[ALM-30] %j is refused, saying why', (json, error) => {
    expect(parseRuleSettings(json)).toEqual({ ok: false, error });
  });

  it('[PER-30] levels of classes may be set; a colour of a gathering may not', () => {
    const settings = settingsFrom({ levels: { dwell: 2 } });
    expect([levelOf('dwell', settings), levelOf('stillness', settings)]).toEqual([2, 2]);
    expect(levelOf('dwell', DEFAULT_RULE_SETTINGS)).toBe(3);
    expect(parseRuleSettings({ levels: { gathering: 2 } })).toMatchObject({ ok: false });
  });

  it('[ALM-30] a park measures by the settings it was made with', () => {
    const deepFix = [at(8, 50, T0, { accuracyM: 3 })];
    const raisedUnder = (json: unknown): number => {
      const run = new Run(settingsFrom(json));
      run.areas(createArea({ polygons: squareAt(0, 0, 100) }));
      return run.fixes(deepFix).length;
    };
    expect(raisedUnder({})).toBe(0);
    expect(raisedUnder({ outOfBounds: { atOnce: 2 } })).toBe(1);
  });
});
