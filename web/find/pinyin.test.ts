import fc from 'fast-check';
import { pinyin } from 'pinyin-pro';
import { describe, expect, it } from 'vitest';
import { pinyinOf, pinyinPattern } from './pinyin.ts';

/** The 6,763 characters of GB 2312: what names and signs are written with. */
function gb2312(): string[] {
  const decoder = new TextDecoder('gbk');
  const found: string[] = [];
  for (let high = 0xb0; high <= 0xf7; high++) {
    for (let low = 0xa1; low <= 0xfe; low++) {
      const character = decoder.decode(Uint8Array.of(high, low));
      if (/^\p{Script=Han}$/u.test(character)) found.push(character);
    }
  }
  return found;
}
const finds = (word: string, text: string): boolean => pinyinPattern(word)?.anywhere.test(pinyinOf(text)) ?? false;
const isWhole = (word: string, text: string): boolean => pinyinPattern(word)?.whole.test(pinyinOf(text)) ?? false;

describe('pinyin', () => {
  it('[FIND-2] reads the characters of GB 2312 as a dictionary does', () => {
    const wrong = gb2312().filter((character) => {
      const ours = pinyinOf(character).replaceAll("'", '').split('|');
      const theirs = pinyin(character, { toneType: 'none', multiple: true, type: 'array', v: true });
      return !theirs.some((reading) => ours.includes(reading.replace('ü', 'v')));
    });
    expect(wrong.length, wrong.join('')).toBeLessThanOrEqual(5);
  });

  it.each(['qyf', 'qianyifan', 'qianyf', 'qyifan', 'qianyifa', 'yifan', 'yf', 'fan'])(
    '[FIND-2] %s finds 钱一帆',
    (word) => expect(finds(word, '钱一帆')).toBe(true),
  );
  it.each(['ian', 'qf', 'fyq', 'qianfan', 'qyfx', 'anyi'])('[FIND-2] %s does not find 钱一帆', (word) =>
    expect(finds(word, '钱一帆')).toBe(false),
  );

  it('[FIND-2] tells the whole name from its beginning', () => {
    expect(isWhole('qyf', '钱一帆')).toBe(true);
    expect(isWhole('qy', '钱一帆')).toBe(false);
    expect(isWhole('qianyifan', '钱一帆')).toBe(true);
  });

  it('[FIND-2] knows second readings, ü both ways, digits and letters between', () => {
    expect(finds('shanxm', '单小明')).toBe(true);
    expect(finds('danxm', '单小明')).toBe(true);
    expect(finds('zengg', '曾国')).toBe(true);
    expect(finds('cqhg', '重庆化工')).toBe(true);
    expect(finds('lvb', '吕布')).toBe(true);
    expect(finds('lub', '吕布')).toBe(true);
    expect(finds('1hgq', '1号罐区')).toBe(true);
    expect(finds('aqgz', 'a区罐组')).toBe(true);
  });

  it('takes letters alone, and finds nothing in a text that is not Chinese', () => {
    expect(pinyinPattern('钱')).toBeNull();
    expect(pinyinPattern('77')).toBeNull();
    expect(pinyinPattern("q'y")).toBeNull();
    expect(pinyinOf('c-77')).toBe('');
  });

  it('[FIND-2] any beginnings of the syllables in order find the text', () => {
    const character = fc.constantFrom(...'钱一帆孙二娘李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张');
    fc.assert(
      fc.property(fc.array(fc.tuple(character, fc.nat(5)), { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts.map(([one]) => one).join('');
        const word = parts
          .map(([one, letters]) => {
            const reading = pinyinOf(one).replaceAll("'", '').split('|')[0] ?? '';
            return reading.slice(0, Math.max(1, letters));
          })
          .join('');
        expect(isWhole(word, text)).toBe(true);
      }),
    );
  });
});
