import { expect, test } from 'vitest';
import { csvFrom } from './csv.ts';

test('[DSH-7] cells are quoted where they must be, and none is a formula', () => {
  const rows = [
    ['a,b', 'say "x"', 1.5, null],
    ['=1+1', '-2', -2, '@x'],
  ];
  expect(csvFrom(['h'], rows)).toBe(`\uFEFFh\r\n"a,b","say ""x""",1.5,\r\n'=1+1,'-2,-2,'@x\r\n`);
});

test('[DSH-7] a cell is one cell and no formula whatever parts the cells, and in full-width signs too', () => {
  const row = ['甲;=1+1', '＝1+1', '＠SUM(1)', '\n=1', 'a\t=1'];
  expect(csvFrom(['h'], [row])).toBe(`\uFEFFh\r\n"甲;=1+1",'＝1+1,'＠SUM(1),"'\n=1","a\t=1"\r\n`);
});
