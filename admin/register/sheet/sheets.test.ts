import { expect, test } from 'vitest';
import { SheetRefused, withSheet } from './sheets.ts';

test('reads', async () => {
  const t = performance.now();
  const r = await withSheet(Buffer.from('代码,名称\nfire,消防\n,\nx,"a\nb"\n'), async (s) => ({
    s,
    rows: await s.read(0, 10, [1, 0]),
  }));
  console.log(JSON.stringify(r), performance.now() - t);
  expect(r.rows.length).toBe(2);
});
