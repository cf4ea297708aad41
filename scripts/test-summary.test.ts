import { describe, expect, it } from 'vitest';

interface Summary {
  readonly line: string;
  readonly problems: readonly string[];
  readonly exitCode: number;
}
const { summarise } = (await import(new URL('./test-summary.mjs', import.meta.url).href)) as {
  summarise(report: object | undefined, code: number): Summary;
};

const report = (numbers: object, testResults: object[] = []) => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults,
  ...numbers,
});

describe('the last line of npm test', () => {
  it('[SET-60] counts what the report counts', () => {
    expect(summarise(report({ numPassedTests: 12 }), 0)).toEqual({
      line: '12 passed, 0 failed',
      problems: [],
      exitCode: 0,
    });
    expect(summarise(report({ numPassedTests: 12, numPendingTests: 2, numTodoTests: 1 }), 0).line).toBe(
      '12 passed, 0 failed, 3 skipped',
    );
    expect(summarise(report({ numPassedTests: 12, numFailedTests: 1 }), 1)).toMatchObject({
      line: '12 passed, 1 failed',
      exitCode: 1,
    });
  });

  it('[SET-60] a file that cannot be loaded, an error outside the tests, no test and no report all fail', () => {
    const broken = { name: 'a.test.ts', status: 'failed', assertionResults: [] };
    expect(summarise(report({ numPassedTests: 3 }, [broken]), 1)).toMatchObject({
      line: '3 passed, 1 failed',
      exitCode: 1,
    });
    expect(summarise(report({ numPassedTests: 3 }), 1)).toMatchObject({ line: '3 passed, 1 failed', exitCode: 1 });
    expect(summarise(report({}), 0)).toMatchObject({ problems: ['no test ran'], exitCode: 1 });
    expect(summarise(undefined, 0)).toMatchObject({ exitCode: 1 });
  });
});
