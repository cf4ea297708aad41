/** How a page is laid out, told by web/screens/page-faults.ts in the page itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import ts from 'typescript';

export interface PageFaults {
  readonly tooWidePx: number;
  readonly cutOff: readonly string[];
  readonly small: readonly string[];
  readonly low: readonly string[];
  readonly chinese: readonly string[];
}

const written = readFileSync(join(import.meta.dirname, '../../web/screens/page-faults.ts'), 'utf8');
const { outputText } = ts.transpileModule(written, {
  compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
});
const source = outputText.replaceAll(/^export /gm, '');

export const faultsOf = (page: Page, { leastTextPx = 0, leastTargetPx = 0 } = {}): Promise<PageFaults> =>
  page.evaluate(`(() => { ${source}; return pageFaults(${leastTextPx}, ${leastTargetPx}); })()`) as Promise<PageFaults>;
