import { expect, test } from 'vitest';
import { hazardSources } from '../../registers/hazard-sources.ts';

test.each([
  ['1', 100, null],
  ['2', 99.99, null],
  ['2', 50, null],
  ['3', 10, null],
  ['4', 9.99, null],
  ['4', null, null],
  ['1', 99.99, '二级'],
  ['4', 10, '三级'],
  ['3', 0, '四级'],
] as const)('[PRK-13] level %s with R %s', (level, rValue, instead) => {
  const problem = hazardSources.problem?.({ level, rValue } as never) ?? null;
  if (instead === null) expect(problem).toBeNull();
  else expect(problem).toMatchObject({ field: 'level', words: { zh: expect.stringContaining(instead) } });
});
