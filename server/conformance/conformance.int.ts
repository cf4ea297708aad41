import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PASSWORD, Stack } from '../../test/stack/stack.ts';
import type { Report } from './report.ts';

/** Long enough for a gathering's 60 s; the ten minutes of the standard are for the command itself. */
const MINUTES = 2;

describe('park conformance against a running park', () => {
  let stack: Stack;
  const folder = mkdtempSync(join(tmpdir(), 'parksentry-conformance-'));

  beforeAll(async () => {
    stack = await Stack.start();
    await stack.addUser('zhang', 'operator');
  }, 120_000);
  afterAll(async () => {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('[CNF-6] reads verdicts from a running park, writes the report, and leaves nobody, no area and no alarm behind', async () => {
    const args = ['--user', 'zhang', '--password', PASSWORD, '--minutes', String(MINUTES), '--out', folder];
    const told = await stack.park('conformance', ...args);
    expect(told.at(-1)).toMatchObject({ event: 'conformance', isPassed: null, folder });
    const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
    expect(report.rates).toHaveLength(21);
    for (const rate of report.rates) {
      expect(rate.dueSamples * rate.otherSamples).toBeGreaterThan(0);
      if (rate.model === 'none') expect(rate).toMatchObject({ misses: 0, falseAlarms: 0, isJudged: false });
    }
    expect(report.ruleVersions).toHaveProperty('over-capacity');
    const samples = readFileSync(join(folder, 'samples.csv'), 'utf8').trim().split('\r\n');
    expect(samples.length - 1).toBe(
      report.rates.reduce((sum, { dueSamples, otherSamples }) => sum + dueSamples + otherSamples, 0) +
        samples.filter((line) => line.endsWith('not-judged')).length,
    );
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('too short to judge');
    const left = () =>
      stack.sql(
        `SELECT ARRAY (SELECT concat_ws(' ', rule, area_id, view ->> 'transition', raised_at) FROM alarm
                         WHERE ended_at IS NULL AND 'CNF-TEST' = ANY (company_codes)) AS alarms,
                (SELECT count(*) FROM credential WHERE company_code = 'CNF-TEST' AND status = 'active' AND NOT sandbox)::int AS credentials`,
      );
    // The store follows within a moment.
    await vi.waitFor(async () => expect((await left()).rows).toEqual([{ alarms: [], credentials: 0 }]), 15_000);
  }, 300_000);
});
