import { expect, test } from 'vitest';
import { csvFrom } from './csv.ts';

test('[DSH-7] cells are quoted where they must be, and none is a formula', () => {
  const rows = [
    ['a,b', 'say "x"', 1.5, null],
    ['=1+1', '-2', -2, '@x'],
  ];
  expect(csvFrom(['h'], rows)).toBe(`\uFEFFh\r\n"a,b","say ""x""",1.5,\r\n'=1+1,'-2,-2,'@x\r\n`);
});
