import { describe, expect, it } from 'vitest';
import { parseAlarmCode } from './alarm-code.ts';

describe('setting alarm-code', () => {
  it('[VAM-16] gives a code of a company a class and, where it says so, a level', () => {
    expect(parseAlarmCode({ rule: 'dwell' }, 'c/A1')).toEqual({ ok: true, value: { rule: 'dwell', level: null } });
    expect(parseAlarmCode({ rule: 'sos', level: 1 }, 'c/A1')).toEqual({ ok: true, value: { rule: 'sos', level: 1 } });
  });

  it.each([
    [{ rule: 'gathering' }, 'c/A1', 'rule is one of'],
    [{ rule: 'dwell', level: 5 }, 'c/A1', 'level is 1, 2, 3 or 4'],
    [{ rule: 'dwell', colour: 'red' }, 'c/A1', 'there is no "colour"'],
    [{ rule: 'dwell' }, 'A1', 'the key is company/code'],
    [[], 'c/A1', 'not an object'],
  ])('[VAM-16] %j of %s is refused: %s', (value, key, words) => {
    const result = parseAlarmCode(value, key);
    expect(result.ok ? '' : result.error).toContain(words);
  });
});
