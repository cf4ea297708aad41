import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldDescription } from '../../core/register-api.ts';
import { WORK_TYPES } from '../../standard/special-work.ts';
import { parsePlace } from '../app/place.ts';
import { translateIn } from '../i18n/i18n.ts';
import { valuesFromQuery } from '../registers/drafts.ts';
import { bars, sumOfStatus, sumsByKind, sumsByMonth } from './board-sums.ts';
import { askedQuery, filterFrom, filterQuery, listHash, NO_FILTER, PERMIT_STATUSES } from './permit-filter.ts';
import { KINDS } from './permit-states.ts';
import { workText } from './permit-text.ts';
import { COMPANY, NOW_MS } from './permit-view.fixture.ts';
import { findingHash } from './spot-check.ts';

const t = translateIn('zh-CN');

describe('boards and the list', () => {
  const counts = [
    { workCode: '01', status: 'working', count: 3 },
    { workCode: '02', status: 'paused', count: 1 },
    { workCode: '90', status: 'accepted', count: 2 },
  ] as const;

  it('[PWB-9] counts of a day add up by kind, level and state; the nine kinds are always there', () => {
    const sums = sumsByKind(counts);
    expect(sums.map(({ kind }) => kind)).toEqual(KINDS);
    expect(sums[0]).toEqual({
      kind: 'fire',
      total: 4,
      byState: { working: 4 },
      paused: 1,
      codes: [
        { workCode: '01', count: 3 },
        { workCode: '02', count: 1 },
      ],
    });
    expect(sums.at(-1)).toMatchObject({ kind: 'general', total: 2, byState: { finished: 2 } });
    expect(sumOfStatus(counts, ['working', 'paused'])).toBe(4);
  });

  it('[PWB-9] months add up by kind; a bar is as high as its share, and never too small to see', () => {
    const [january] = sumsByMonth({ months: [{ month: 1, counts: { '01': 2, '02': 3, '30': 1 } }] });
    expect(january).toMatchObject({ month: 1, total: 6, byKind: { fire: 5, earth: 1, road: 0 } });
    const [full, half, least, none] = bars([1_000, 500, 1, 0], 1_000, { width: 400, height: 100 });
    expect([full?.height, half?.height, none?.height]).toEqual([100, 50, 0]);
    expect(least?.height).toBeGreaterThan(1);
    expect((full?.x ?? 0) + (full?.width ?? 0)).toBeLessThan(half?.x ?? 0);
  });

  it('[PWB-10] every filter is in the address and comes back from it', () => {
    const text = fc
      .string({ unit: fc.constantFrom('甲', '3', '#', '%', '&', ' ', ',', '/'), maxLength: 8 })
      .map((s) => s.trim());
    fc.assert(
      fc.property(
        fc.record({
          search: text,
          companyCode: text,
          applicant: text,
          unit: text,
          site: text,
          workCodes: fc.subarray(Object.keys(WORK_TYPES)),
          statuses: fc.subarray([...PERMIT_STATUSES]),
          from: fc.constantFrom('', '2026-11-20'),
          to: fc.constantFrom('', '2026-11-21'),
          alarmed: fc.boolean(),
        }),
        (filter) => {
          expect(filterFrom(filterQuery(filter))).toEqual(filter);
          expect(filterFrom(parsePlace(listHash(filter)).query)).toEqual(filter);
        },
      ),
    );
    expect(filterFrom(new URLSearchParams('workCodes=xx&statuses=none&alarmed=maybe'))).toEqual(NO_FILTER);
  });

  it('[PWB-10] days of the park become instants where the server is asked', () => {
    const asked = askedQuery({ ...NO_FILTER, from: '2026-11-20', to: '2026-11-20', statuses: ['working', 'paused'] });
    expect(Object.fromEntries(asked)).toEqual({
      statuses: 'working,paused',
      fromMs: String(Date.parse('2026-11-20T00:00:00+08:00')),
      toMs: String(Date.parse('2026-11-20T23:59:59.999+08:00')),
    });
  });

  it('[PWB-10] a finding of a spot check starts with what its permit says', () => {
    const { page, parts, query } = parsePlace(
      findingHash({ companyCode: COMPANY, permitId: 't1', number: null }, NOW_MS + 5_000),
    );
    expect([page, ...parts]).toEqual(['registers', 'spot-checks']);
    expect(Object.fromEntries(query)).toEqual({
      do: 'new',
      company: COMPANY,
      'v.number': 'CC-202611201600',
      'v.permitId': 't1',
      'v.permitNumber': 't1',
      'v.checkedAt': String(NOW_MS),
    });
  });

  it('[PWB-10] what an address says of a new row is written in its form, and nothing else', () => {
    const field = (name: string, kind: string) => ({ name, kind }) as FieldDescription;
    const fields = [field('number', 'text'), field('at', 'instant'), field('files', 'files'), field('note', 'lines')];
    const query = new URLSearchParams('v.number=CC-1&v.at=5&v.files=x&v.other=y&number=z');
    expect(valuesFromQuery(fields, query)).toEqual({ number: 'CC-1', at: 5 });
  });

  it('[PWB-10] every code of the standard has its words', () => {
    expect(Object.keys(WORK_TYPES).map((code) => workText(t, code))).toContain('特级动火作业');
    expect(workText(t, 'unknown')).toBe('一般作业');
  });
});
