import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DryRunAlarm, DryRunSummary } from '../../core/settings-api.ts';
import { afterLine, alarmsOf, DRY_RUN_STARTED } from './dry-run-state.ts';
import { fieldsOf, jsonText, parseJson, withField } from './setting-fields.ts';

describe('fields of a setting', () => {
  it('[WEB-25] every number, text and truth is a field, and a changed one changes nothing else', () => {
    const value = { gathering: { lastMs: 60_000 }, shifts: [{ name: '白班', isOn: true }] };
    expect(fieldsOf(value).map(({ path }) => path.join('.'))).toEqual([
      'gathering.lastMs',
      'shifts.0.name',
      'shifts.0.isOn',
    ]);
    expect(withField(value, ['shifts', 0, 'name'], '夜班')).toEqual({
      gathering: { lastMs: 60_000 },
      shifts: [{ name: '夜班', isOn: true }],
    });
  });

  it('[WEB-25] writing every field back gives the same value', () => {
    fc.assert(
      fc.property(fc.object({ values: [fc.integer(), fc.string(), fc.boolean()] }), (value) => {
        const back = fieldsOf(value).reduce<unknown>((now, field) => withField(now, field.path, field.value), value);
        expect(back).toEqual(value);
      }),
    );
  });

  it('[WEB-25] what is no JSON says why', () => {
    expect(parseJson(jsonText({ a: 1 }))).toEqual({ ok: true, value: { a: 1 } });
    expect(parseJson('{').ok).toBe(false);
  });
});

describe('a dry run', () => {
  const alarm = (id: string, now: number | null, tried: number | null): DryRunAlarm =>
    ({ id, onsetAtMs: 0, nowRaisedAtMs: now, triedRaisedAtMs: tried }) as DryRunAlarm;
  const summary = { added: 1 } as DryRunSummary;

  it('[WEB-26] alarms stand under new, no longer or the same; the newest line about one holds', () => {
    let state = DRY_RUN_STARTED;
    for (const one of [alarm('a', null, 1), alarm('b', 1, null), alarm('c', 1, null), alarm('c', 1, 1)]) {
      state = afterLine(state, { t: 'alarm', alarm: one });
    }
    expect(alarmsOf(state, 'added').map(({ id }) => id)).toEqual(['a']);
    expect(alarmsOf(state, 'dropped').map(({ id }) => id)).toEqual(['b']);
    expect(alarmsOf(state, 'same').map(({ id }) => id)).toEqual(['c']);
  });

  it('[WEB-26] it says how far it is, its end, and why it broke off', () => {
    const half = afterLine(DRY_RUN_STARTED, { t: 'progress', done: 0.5, summary });
    expect(half).toMatchObject({ phase: 'running', done: 0.5 });
    expect(afterLine(half, { t: 'end', summary })).toMatchObject({ phase: 'ended', done: 1 });
    expect(afterLine(half, { t: 'failed', code: 'X', detail: '' })).toMatchObject({ phase: 'failed', problem: 'X' });
  });
});
