/** Turns vitest's JSON report and its exit code into the last line of `npm test`. Without a report nothing passed. */
export function summarise(report, code) {
  if (report === undefined) return { line: '0 passed, 1 failed', problems: ['vitest left no report'], exitCode: 1 };
  const problems = [];
  const skipped = report.numPendingTests + report.numTodoTests;
  // A file that could not be loaded has no failed test, only failed itself.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  problems.push(...brokenFiles.map((file) => `failed outside a test: ${file.name}`));
  let failed = report.numFailedTests + brokenFiles.length;
  if (failed === 0 && code !== 0) {
    problems.push(`vitest ended with exit code ${code} for an error outside the tests`);
    failed = 1;
  }
  if (report.numPassedTests + failed === 0) {
    problems.push('no test ran');
    failed = 1;
  }
  const line = `${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return { line, problems, exitCode: failed > 0 ? 1 : 0 };
}
